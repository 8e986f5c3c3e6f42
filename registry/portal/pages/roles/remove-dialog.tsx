import { Text } from '@mantine/core';
import { answer, api, ifMatch } from '../../api/client.js';
import type { Role } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { useAct } from '../../parts/act.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { toast } from '../../parts/toasts.js';
import { texts } from './texts.js';

/** Removes a role that nobody has: without any role its people would have the rights of their whole family. */
export function RemoveDialog({ role, onClose }: { role: Role; onClose: () => void }) {
  const t = useTexts(texts);
  const { id: roleId, name, members, version } = role;
  const remove = useAct(
    () =>
      answer(
        api.DELETE('/api/v1/roles/{roleId}', { params: { path: { roleId } }, headers: ifMatch(version) }),
      ),
    {
      stale: ['roles'],
      onDone: () => {
        toast({ message: t('removed', { name }) });
        onClose();
      },
    },
  );
  return (
    <ConfirmDialog
      opened
      title={t('removeTitle', { name })}
      act={t('removeIt')}
      danger
      ready={members === 0}
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <Text size="sm">{members === 0 ? t('removeNone') : t('removeFirst', { count: members })}</Text>
    </ConfirmDialog>
  );
}
