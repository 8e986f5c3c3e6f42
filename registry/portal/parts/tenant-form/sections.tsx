import { Checkbox, NativeSelect, SimpleGrid, Stack, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTexts } from '../../i18n/texts.js';
import { NumberField } from '../number-field.js';
import { AddressFields } from './address-fields.js';
import { texts } from './texts.js';
import type { AddressValues, TenantValues } from './values.js';

type Form = UseFormReturnType<TenantValues>;

/** Errors of the fields below one path, by the last word. */
function errorsBelow(form: Form, path: string): Partial<Record<keyof AddressValues, string>> {
  const below = Object.entries(form.errors).filter(([key]) => key.startsWith(`${path}.`));
  return Object.fromEntries(
    below.map(([key, error]) => [key.slice(path.length + 1), typeof error === 'string' ? error : '']),
  );
}

const timeZones = Intl.supportedValuesOf('timeZone');

export function ContactFields({ form, autoFocus = false }: { form: Form; autoFocus?: boolean }) {
  const t = useTexts(texts);
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
      <TextInput
        label={t('name')}
        required
        maxLength={200}
        autoComplete="off"
        data-autofocus={autoFocus || undefined}
        {...form.getInputProps('name')}
      />
      <TextInput
        label={t('email')}
        required
        type="email"
        autoComplete="off"
        {...form.getInputProps('email')}
      />
      <TextInput
        label={t('companyName')}
        maxLength={200}
        autoComplete="off"
        {...form.getInputProps('companyName')}
      />
      <TextInput
        label={t('phone')}
        type="tel"
        maxLength={50}
        autoComplete="off"
        {...form.getInputProps('phone')}
      />
      <NativeSelect
        label={t('timeZone')}
        data={[{ value: '', label: '–' }, ...timeZones]}
        {...form.getInputProps('timeZone')}
      />
      <TextInput
        label={t('externalRef')}
        maxLength={200}
        autoComplete="off"
        {...form.getInputProps('externalRef')}
      />
    </SimpleGrid>
  );
}

export function CompanyAddress({ form }: { form: Form }) {
  return (
    <AddressFields
      value={form.values.address}
      onChange={(next) => form.setFieldValue('address', next)}
      errors={errorsBelow(form, 'address')}
    />
  );
}

export function DefaultsFields({ form }: { form: Form }) {
  const t = useTexts(texts);
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
        <NativeSelect
          label={t('mode')}
          data={(['continuous', 'motion', 'schedule', 'off'] as const).map((mode) => ({
            value: mode,
            label: t(mode),
          }))}
          {...form.getInputProps('recordingDefaults.mode')}
        />
        <NumberField
          label={t('retentionDays')}
          min={1}
          max={3_650}
          {...form.getInputProps('recordingDefaults.retentionDays')}
        />
        <NativeSelect
          label={t('stream')}
          data={(['main', 'sub'] as const).map((stream) => ({ value: stream, label: t(stream) }))}
          {...form.getInputProps('recordingDefaults.stream')}
        />
      </SimpleGrid>
      <Checkbox label={t('portalAccess')} {...form.getInputProps('portalAccess', { type: 'checkbox' })} />
      <Checkbox label={t('linkSharing')} {...form.getInputProps('linkSharing', { type: 'checkbox' })} />
    </Stack>
  );
}

export function NewUserFields({ form }: { form: Form }) {
  const t = useTexts(texts);
  return (
    <Stack gap="sm">
      <Checkbox
        label={t('confirmEmail')}
        {...form.getInputProps('newUsers.confirmEmail', { type: 'checkbox' })}
      />
      <Checkbox
        label={t('changePassword')}
        {...form.getInputProps('newUsers.changePassword', { type: 'checkbox' })}
      />
    </Stack>
  );
}

export function BillingFields({ form }: { form: Form }) {
  const t = useTexts(texts);
  const { enabled, sameAddress, address } = form.values.billing;
  return (
    <Stack gap="sm">
      <Checkbox label={t('billed')} {...form.getInputProps('billing.enabled', { type: 'checkbox' })} />
      {enabled && (
        <>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
            <NativeSelect
              label={t('currency')}
              data={Intl.supportedValuesOf('currency')}
              {...form.getInputProps('billing.currency')}
            />
            <TextInput
              label={t('taxRate')}
              inputMode="decimal"
              autoComplete="off"
              {...form.getInputProps('billing.taxRate')}
            />
          </SimpleGrid>
          <Checkbox
            label={t('taxesIncluded')}
            {...form.getInputProps('billing.taxesIncluded', { type: 'checkbox' })}
          />
          <Checkbox
            label={t('automaticInvoices')}
            {...form.getInputProps('billing.automaticInvoices', { type: 'checkbox' })}
          />
          <Checkbox
            label={t('sameAddress')}
            {...form.getInputProps('billing.sameAddress', { type: 'checkbox' })}
          />
          {!sameAddress && (
            <AddressFields
              value={address}
              onChange={(next) => form.setFieldValue('billing.address', next)}
              errors={errorsBelow(form, 'billing.address')}
            />
          )}
        </>
      )}
    </Stack>
  );
}
