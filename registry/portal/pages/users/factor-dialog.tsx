import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTexts } from '../../i18n/texts.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { resetFactor, useUserAct } from './acts.js';
import { Numbers } from './numbers.js';
import { userQuery } from './queries.js';
import { texts } from './texts.js';
import type { UserDialogProps } from './user-dialog-props.js';

/** For somebody who lost it: what is taken, and what they do next. */
export function FactorDialog({ user: { id, name }, onClose }: UserDialogProps) {
  const t = useTexts(texts);
  const person = useQuery(userQuery(id));
  const reset = useUserAct(() => resetFactor(id), onClose, t('factorGone', { name }));
  const has = person.data !== undefined && (person.data.waysIn.totp || person.data.waysIn.passkeys > 0);
  return (
    <ConfirmDialog
      opened
      title={t('factorTitle', { name })}
      act={t('factorAct')}
      danger
      ready={has}
      pending={reset.isPending}
      error={reset.error}
      onConfirm={() => reset.mutate(undefined)}
      onClose={onClose}
    >
      <Numbers
        query={person}
        lines={({ waysIn: { totp, passkeys, sessions } }) =>
          totp || passkeys > 0
            ? [
                ...(totp ? [t('factorApp')] : []),
                ...(passkeys > 0 ? [t('factorPasskeys', { count: passkeys })] : []),
                sessions === 0 ? t('sessionsNone') : t('sessionsEnd', { count: sessions }),
              ]
            : [t('factorNone')]
        }
      />
      {has && <Text size="sm">{t('factorWhy')}</Text>}
    </ConfirmDialog>
  );
}
