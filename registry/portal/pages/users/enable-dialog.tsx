import { useQuery } from '@tanstack/react-query';
import { useTexts } from '../../i18n/texts.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { enableUser, useUserAct } from './acts.js';
import { Numbers } from './numbers.js';
import { userQuery } from './queries.js';
import { texts } from './texts.js';
import type { UserDialogProps } from './user-dialog-props.js';

/** What somebody gets back. */
export function EnableDialog({ user: { id, name }, onClose }: UserDialogProps) {
  const t = useTexts(texts);
  const person = useQuery(userQuery(id));
  const enable = useUserAct(() => enableUser(id), onClose, t('enabledNow', { name }));
  return (
    <ConfirmDialog
      opened
      title={t('enableTitle', { name })}
      act={t('enableAct', { name })}
      ready={person.data !== undefined}
      pending={enable.isPending}
      error={enable.error}
      onConfirm={() => enable.mutate(undefined)}
      onClose={onClose}
    >
      <Numbers
        query={person}
        lines={({ places, activated }) => [
          t('placesBack', { count: places.length }),
          t(activated ? 'samePassword' : 'linkAnew'),
        ]}
      />
    </ConfirmDialog>
  );
}
