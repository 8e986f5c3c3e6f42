import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTexts } from '../../i18n/texts.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { useScope } from '../../shell/scope.js';
import { removeUser, useUserAct } from './acts.js';
import { Numbers } from './numbers.js';
import { userQuery } from './queries.js';
import { texts } from './texts.js';
import type { UserDialogProps } from './user-dialog-props.js';

/** Ends somebody's place here: what goes, what stays, and the typed word. */
export function RemoveDialog({ user, onClose, onAct }: UserDialogProps) {
  const t = useTexts(texts);
  const scope = useScope();
  const { id, name, tenantId } = user;
  const person = useQuery(userQuery(id));
  const remove = useUserAct(
    (version: number) => removeUser({ id, tenantId, version }),
    onClose,
    t('removedNow', { name }),
  );
  return (
    <ConfirmDialog
      opened
      title={t('removeTitle', { name, tenant: scope.name })}
      act={t('removeAct', { name })}
      danger
      word={t('removeWord')}
      ready={person.data !== undefined}
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => {
        if (person.data !== undefined) remove.mutate(person.data.version);
      }}
      onClose={onClose}
    >
      <Numbers
        query={person}
        lines={({ places, waysIn }) =>
          places.length > 1
            ? [t('placeEnds', { tenant: scope.name }), t('placesStay', { count: places.length - 1 })]
            : [
                t('placeEnds', { tenant: scope.name }),
                t('personEnds'),
                waysIn.sessions === 0 ? t('sessionsNone') : t('sessionsEnd', { count: waysIn.sessions }),
              ]
        }
      />
      {user.disabledAt === null && (
        <Text size="sm">
          {t('insteadWhy')}{' '}
          <Anchor component="button" type="button" size="sm" onClick={() => onAct('disable')}>
            {t('instead')}
          </Anchor>
        </Text>
      )}
    </ConfirmDialog>
  );
}
