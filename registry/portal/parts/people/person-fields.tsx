import '@mantine/core/styles/PasswordInput.css';
import '@mantine/core/styles/SimpleGrid.css';
import { NativeSelect, PasswordInput, SimpleGrid, TextInput } from '@mantine/core';
import { useTexts } from '../../i18n/texts.js';
import { activationWays, type PersonValues } from './person.js';
import { texts } from './texts.js';

/** Name, address and the way in of somebody new. `errors`: by field. */
export function PersonFields({
  value,
  onChange,
  errors,
  autoFocus = false,
}: {
  value: PersonValues;
  onChange: (next: PersonValues) => void;
  errors: Readonly<Record<string, string>>;
  /** The name has the focus when the dialog opens. */
  autoFocus?: boolean;
}) {
  const t = useTexts(texts);
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
      <TextInput
        label={t('userName')}
        required
        maxLength={200}
        autoComplete="off"
        data-autofocus={autoFocus || undefined}
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
        data={activationWays.map((way) => ({ value: way, label: t(way) }))}
        value={value.activation}
        onChange={(event) =>
          onChange({ ...value, activation: event.currentTarget.value as PersonValues['activation'] })
        }
      />
      {value.activation === 'preset_password' && (
        <PasswordInput
          label={t('userPassword')}
          description={t('userPasswordWhy')}
          // Below, so that it stands level with the field beside it.
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          required
          autoComplete="new-password"
          value={value.password}
          error={errors['password']}
          visibilityToggleButtonProps={{ 'aria-label': t('showPassword') }}
          onChange={(event) => onChange({ ...value, password: event.currentTarget.value })}
        />
      )}
    </SimpleGrid>
  );
}
