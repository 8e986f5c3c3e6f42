import { Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api, ifMatch } from '../../api/client.js';
import type { Role } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { toast } from '../../parts/toasts.js';
import { texts } from './texts.js';

/** Removes a role that nobody has: without any role its people would have the rights of their whole family. */
export function RemoveDialog({ role, onClose }: { role: Role; onClose: () => void }) {
  const t = useTexts(texts);
  const client = useQueryClient();
  const { id: roleId, name, members, version } = role;
  const remove = useMutation({
    mutationFn: () =>
      answer(
        api.DELETE('/api/v1/roles/{roleId}', { params: { path: { roleId } }, headers: ifMatch(version) }),
      ),
    onSuccess: () => {
      toast({ message: t('removed', { name }) });
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['roles'] }),
  });
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
