import '@mantine/core/styles/PasswordInput.css';
import { Button, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import { hasCode } from '../../api/problem.js';
import { useTexts } from '../../i18n/texts.js';
import { Dialog } from '../../parts/dialog.js';
import { DialogActs } from '../../parts/dialog-acts.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { texts } from './texts.js';

/** Whether the act waits for the password to be typed again (R29: it would hand the account over). */
export const needsPassword = (error: unknown): boolean => hasCode(error, 'password_required');

/** Asks for the password, then does the act once more. */
export function RetypeDialog({
  opened,
  onTyped,
  onClose,
}: {
  opened: boolean;
  onTyped: () => void;
  onClose: () => void;
}) {
  const t = useTexts(texts);
  const [password, setPassword] = useState('');
  const confirm = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/me/password/confirmation', { body: { password } })),
    onSuccess: () => {
      setPassword('');
      onTyped();
    },
  });
  return (
    <Dialog opened={opened} onClose={onClose} title={t('retype')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          confirm.mutate();
        }}
      >
        <Stack>
          <Text size="sm">{t('retypeWhy')}</Text>
          <PasswordInput
            label={t('passwordNow')}
            autoComplete="current-password"
            data-autofocus
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': t('passwordShow') }}
          />
          {confirm.error !== null && <ErrorNotice error={confirm.error} />}
          <DialogActs>
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={confirm.isPending}>
              {t('retypeGo')}
            </Button>
          </DialogActs>
        </Stack>
      </form>
    </Dialog>
  );
}
