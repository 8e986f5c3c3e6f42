import '@mantine/core/styles/List.css';
import { List } from '@mantine/core';
import { answer, api } from '../../api/client.js';
import type { Agent } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { toast } from '../../parts/toasts.js';
import { useAgentAct } from './queries.js';
import { texts } from './texts.js';

export type Ending = 'revoked' | 'stolen';

/** Ends a box: what stops, what is lost, what stays, in numbers first (R38). */
export function EndDialog({
  agent: { id, name, cameras, spool },
  ending,
  onClose,
}: {
  agent: Agent;
  ending: Ending;
  onClose: () => void;
}) {
  const t = useTexts(texts);
  const { bytes } = useFormats();
  const end = useAgentAct(
    () => {
      const at = { params: { path: { id } } };
      return ending === 'stolen'
        ? answer(api.POST('/api/v1/agents/{id}:reportStolen', at))
        : answer(api.POST('/api/v1/agents/{id}:revoke', at));
    },
    () => {
      toast({ message: t(ending === 'stolen' ? 'stolenNow' : 'revokedNow', { name }) });
      onClose();
    },
  );
  return (
    <ConfirmDialog
      opened
      title={t(ending === 'stolen' ? 'stolenTitle' : 'revokeTitle', { name })}
      act={t(ending === 'stolen' ? 'stolenIt' : 'revokeIt', { name })}
      danger
      word={t(ending === 'stolen' ? 'stolenWord' : 'revokeWord')}
      pending={end.isPending}
      error={end.error}
      onConfirm={() => end.mutate(undefined)}
      onClose={onClose}
    >
      <List size="sm" spacing={4}>
        <List.Item>{t('endsConnection')}</List.Item>
        <List.Item>{t('endsCameras', { count: cameras })}</List.Item>
        {spool.segments > 0 && (
          <List.Item>{t('endsSpool', { count: spool.segments, size: bytes(spool.sizeBytes) })}</List.Item>
        )}
        <List.Item>{t('endsStays')}</List.Item>
        {ending === 'stolen' && <List.Item>{t('stolenAlarm')}</List.Item>}
      </List>
    </ConfirmDialog>
  );
}
