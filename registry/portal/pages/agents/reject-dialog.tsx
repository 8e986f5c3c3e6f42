import { Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../../api/client.js';
import type { WaitingBox } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { toast } from '../../parts/toasts.js';
import { texts } from './texts.js';

/** Turns a box away; it may ask again. */
export function RejectDialog({ box, name, onClose }: { box: WaitingBox; name: string; onClose: () => void }) {
  const t = useTexts(texts);
  const client = useQueryClient();
  const reject = useMutation({
    mutationFn: () =>
      answer(api.POST('/api/v1/claims/{code}:reject', { params: { path: { code: box.userCode } } })),
    onSuccess: () => {
      toast({ message: t('turnedAway', { name }) });
      onClose();
    },
    onSettled: () =>
      Promise.all([['claims'], ['home']].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
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
