import { Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTexts } from '../../i18n/texts.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { disableUser, useUserAct } from './acts.js';
import { Numbers } from './numbers.js';
import { userQuery } from './queries.js';
import { texts } from './texts.js';
import type { UserDialogProps } from './user-dialog-props.js';

/** R31: whom it locks out, of what, and that they are told. */
export function DisableDialog({ user: { id, name, email }, onClose }: UserDialogProps) {
  const t = useTexts(texts);
  const person = useQuery(userQuery(id));
  const [reason, setReason] = useState('');
  const disable = useUserAct(() => disableUser(id, reason), onClose, t('disabledNow', { name }));
  const sessions = person.data?.waysIn.sessions ?? 0;
  return (
    <ConfirmDialog
      opened
      title={t('disableTitle', { name })}
      act={sessions === 0 ? t('disableAct', { name }) : t('disableSessions', { count: sessions })}
      danger
      ready={person.data !== undefined}
      pending={disable.isPending}
      error={disable.error}
      onConfirm={() => disable.mutate(undefined)}
      onClose={onClose}
    >
      <Numbers
        query={person}
        lines={({ waysIn, places }) => [
          waysIn.sessions === 0 ? t('sessionsNone') : t('sessionsEnd', { count: waysIn.sessions }),
          t('placesLost', { count: places.length }),
          t('told', { email }),
        ]}
      />
      <Text size="sm" c="dimmed">
        {t('disableKept')}
      </Text>
      <TextInput
        label={t('reason')}
        description={t('reasonHint')}
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </ConfirmDialog>
  );
}
