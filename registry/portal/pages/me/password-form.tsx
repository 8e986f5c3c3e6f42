import '@mantine/core/styles/PasswordInput.css';
import { Button, Group, PasswordInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../../api/client.js';
import { useTexts } from '../../i18n/texts.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { useFieldErrors } from '../../parts/form-errors.js';
import { toast } from '../../parts/toasts.js';
import { useMe } from '../../shell/me.js';
import { texts } from './texts.js';

export function PasswordForm() {
  const t = useTexts(texts);
  const fieldErrors = useFieldErrors();
  const client = useQueryClient();
  const { user } = useMe();
  const form = useForm({ mode: 'uncontrolled', initialValues: { current: '', next: '' } });
  const change = useMutation({
    mutationFn: (body: { current: string; next: string }) =>
      answer(api.POST('/api/v1/me/password', { body })),
    onSuccess: () => {
      form.reset();
      toast({ message: t('passwordChanged') });
      void client.invalidateQueries({ queryKey: ['sessions'] });
    },
    onError: (error) => form.setErrors(fieldErrors(error) ?? {}),
  });
  const whole = change.error !== null && fieldErrors(change.error) === null;
  return (
    <form onSubmit={form.onSubmit((values) => change.mutate(values))}>
      <Stack gap="sm" maw={420}>
        {/* Password stores want to know whose password it is. */}
        <input type="text" autoComplete="username" value={user?.email ?? ''} readOnly hidden />
        <PasswordInput
          key={form.key('current')}
          label={t('passwordNow')}
          autoComplete="current-password"
          required
          visibilityToggleButtonProps={{ 'aria-label': t('passwordShow') }}
          {...form.getInputProps('current')}
        />
        <PasswordInput
          key={form.key('next')}
          label={t('passwordNext')}
          description={t('passwordRule')}
          autoComplete="new-password"
          required
          visibilityToggleButtonProps={{ 'aria-label': t('passwordShow') }}
          {...form.getInputProps('next')}
        />
        {whole && <ErrorNotice error={change.error} />}
        <Group>
          <Button type="submit" loading={change.isPending}>
            {t('passwordChange')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
