import { Text } from '@mantine/core';
import { answer, api } from '../../api/client.js';
import type { WaitingBox } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { useAct } from '../../parts/act.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { toast } from '../../parts/toasts.js';
import { texts } from './texts.js';

/** Turns a box away; it may ask again. */
export function RejectDialog({ box, name, onClose }: { box: WaitingBox; name: string; onClose: () => void }) {
  const t = useTexts(texts);
  const reject = useAct(
    () => answer(api.POST('/api/v1/claims/{code}:reject', { params: { path: { code: box.userCode } } })),
    {
      stale: ['claims', 'home'],
      onDone: () => {
        toast({ message: t('turnedAway', { name }) });
        onClose();
      },
    },
  );
  return (
    <ConfirmDialog
      opened
      title={t('rejectTitle', { name })}
      act={t('rejectIt')}
      danger
      pending={reject.isPending}
      error={reject.error}
      onConfirm={() => reject.mutate()}
      onClose={onClose}
    >
      <Text size="sm">{t('rejectWhat')}</Text>
    </ConfirmDialog>
  );
}
