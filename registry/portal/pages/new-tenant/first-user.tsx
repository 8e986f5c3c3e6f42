import '@mantine/core/styles/Checkbox.css';
import { Checkbox, NativeSelect, PasswordInput, SimpleGrid, TextInput } from '@mantine/core';
import { useTexts } from '../../i18n/texts.js';
import { texts } from './texts.js';

const ways = ['email_link', 'display_link', 'preset_password'] as const;

/** Who is let in first; becomes an owner (R29). */
export interface FirstUser {
  wanted: boolean;
  name: string;
  email: string;
  /** How the account is activated (R27). */
  activation: (typeof ways)[number];
  password: string;
}

export const noUser: FirstUser = {
  wanted: false,
  name: '',
  email: '',
  activation: 'email_link',
  password: '',
};

export function FirstUserFields({
  value,
  onChange,
  errors,
}: {
  value: FirstUser;
  onChange: (next: FirstUser) => void;
  errors: Readonly<Record<string, string>>;
}) {
  const t = useTexts(texts);
  return (
    <>
      <Checkbox
        label={t('userWanted')}
        checked={value.wanted}
        onChange={(event) => onChange({ ...value, wanted: event.currentTarget.checked })}
      />
      {value.wanted && (
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          <TextInput
            label={t('userName')}
            required
            maxLength={200}
            autoComplete="off"
            value={value.name}
            error={errors['name']}
            onChange={(event) => onChange({ ...value, name: event.currentTarget.value })}
          />
          <TextInput
            label={t('userEmail')}
            required
            type="email"
            autoComplete="off"
            value={value.email}
            error={errors['email']}
            onChange={(event) => onChange({ ...value, email: event.currentTarget.value })}
          />
          <NativeSelect
            label={t('activation')}
            data={ways.map((way) => ({ value: way, label: t(way) }))}
            value={value.activation}
            onChange={(event) =>
              onChange({ ...value, activation: event.currentTarget.value as FirstUser['activation'] })
            }
          />
          {value.activation === 'preset_password' && (
            <PasswordInput
              label={t('userPassword')}
              description={t('userPasswordWhy')}
              required
              autoComplete="new-password"
              value={value.password}
              error={errors['password']}
              visibilityToggleButtonProps={{ 'aria-label': t('showPassword') }}
              onChange={(event) => onChange({ ...value, password: event.currentTarget.value })}
            />
          )}
        </SimpleGrid>
      )}
    </>
  );
}
