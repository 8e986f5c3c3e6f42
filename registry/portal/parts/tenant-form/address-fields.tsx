import { Combobox, NativeSelect, SimpleGrid, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useId, useMemo, useState } from 'react';
import { answer, api } from '../../api/client.js';
import { useLanguage } from '../../i18n/language.js';
import { useTexts } from '../../i18n/texts.js';
import { countryCodes } from './countries.js';
import { texts } from './texts.js';
import { addressValues, type AddressValues } from './values.js';

/**
 * A structured address (R6). Suggestions help and are never required; browsers do not fill it in: neither the
 * names nor the words of its fields are those they know.
 */
export function AddressFields({
  value,
  onChange,
  errors = {},
}: {
  value: AddressValues;
  onChange: (next: AddressValues) => void;
  /** By field. */
  errors?: Partial<Record<keyof AddressValues, string>>;
}) {
  const t = useTexts(texts);
  const { language } = useLanguage();
  const id = useId();
  const countries = useMemo(() => {
    const names = new Intl.DisplayNames([language], { type: 'region' });
    return countryCodes
      .map((code) => ({ value: code, label: names.of(code) ?? code }))
      .toSorted((a, b) => a.label.localeCompare(b.label, language));
  }, [language]);
  const field = (name: keyof AddressValues) => ({
    label: t(name),
    name: `${id}-${name}`,
    autoComplete: 'off',
    value: value[name],
    error: errors[name],
    onChange: (event: { currentTarget: { value: string } }) =>
      onChange({ ...value, [name]: event.currentTarget.value }),
  });
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
      <SuggestedLine field={field('line1')} onPick={onChange} />
      <TextInput {...field('line2')} />
      <TextInput {...field('postalCode')} />
      <TextInput {...field('city')} />
      <TextInput {...field('region')} />
      <NativeSelect {...field('country')} data={[{ value: '', label: '–' }, ...countries]} />
    </SimpleGrid>
  );
}

function SuggestedLine({
  field,
  onPick,
}: {
  field: { label: string; value: string; error: string | undefined; name: string; autoComplete: string } & {
    onChange: (event: { currentTarget: { value: string } }) => void;
  };
  onPick: (address: AddressValues) => void;
}) {
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const [typed, setTyped] = useState('');
  const [query] = useDebouncedValue(typed.trim(), 300);
  const { data } = useQuery({
    queryKey: ['addresses', query],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/geocode', { params: { query: { q: query } }, signal })),
    enabled: query.length >= 3,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const items = query.length < 3 ? [] : (data?.items ?? []);
  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(index) => {
        const picked = items[Number(index)]?.address;
        combobox.closeDropdown();
        setTyped('');
        if (picked !== undefined && picked !== null) onPick(addressValues(picked));
      }}
    >
      <Combobox.Target>
        <TextInput
          {...field}
          onChange={(event) => {
            field.onChange(event);
            setTyped(event.currentTarget.value);
            combobox.openDropdown();
          }}
          onBlur={() => combobox.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={items.length === 0}>
        <Combobox.Options aria-label={field.label}>
          {items.map(({ label }, index) => (
            <Combobox.Option key={label} value={String(index)}>
              {label}
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
