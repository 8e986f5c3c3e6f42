import { CloseButton, Combobox, InputBase, Loader, Text, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../api/client.js';
import type { Tenant } from '../api/schema.js';
import { useTexts } from '../i18n/texts.js';
import { tenantKindTexts } from './tenant-kind-texts.js';
import { useTenantLine } from './tenant-line.js';
import { texts } from './texts.js';

const shown = 20;

/** Picks one tenant by typing a part of its name; the list is asked for, never held whole (R4). */
export function TenantPicker({
  kinds,
  except = [],
  label,
  placeholder,
  value,
  onChange,
  error,
  clear,
  autoFocus = false,
}: {
  kinds: readonly Tenant['kind'][];
  /** Ids of those that are not offered. */
  except?: readonly (string | null)[];
  label: string;
  placeholder: string;
  value: Pick<Tenant, 'id' | 'name'> | null;
  onChange: (tenant: Tenant | null) => void;
  error?: string | undefined;
  /** Names the button that takes the choice back; without it there is none. */
  clear?: string;
  autoFocus?: boolean;
}) {
  const t = useTexts(texts);
  const kindName = useTexts(tenantKindTexts);
  const line = useTenantLine();
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const [text, setText] = useState('');
  const [query] = useDebouncedValue(text.trim(), 150);
  const found = useQueries({
    queries: kinds.map((kind) => ({
      queryKey: ['tenants', 'picker', kind, query],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        answer(
          api.GET('/api/v1/tenants', {
            params: { query: { kind, limit: shown, ...(query === '' ? {} : { text: query }) } },
            signal,
          }),
        ),
      placeholderData: keepPreviousData,
    })),
  });
  const items = found.flatMap(({ data }) => data?.items ?? []).filter(({ id }) => !except.includes(id));
  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(id) => {
        const picked = items.find((one) => one.id === id) ?? null;
        onChange(picked);
        setText('');
        combobox.closeDropdown();
      }}
    >
      <Combobox.Target>
        <InputBase
          label={label}
          placeholder={placeholder}
          autoComplete="off"
          error={error}
          data-autofocus={autoFocus || undefined}
          value={value === null ? text : value.name}
          onChange={(event) => {
            onChange(null);
            setText(value === null ? event.currentTarget.value : '');
            combobox.openDropdown();
            combobox.updateSelectedOptionIndex();
          }}
          onClick={() => combobox.openDropdown()}
          onFocus={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
          rightSection={
            clear !== undefined && value !== null ? (
              <CloseButton aria-label={clear} onClick={() => onChange(null)} />
            ) : found.some(({ isFetching }) => isFetching) ? (
              <Loader size="xs" />
            ) : (
              <Combobox.Chevron />
            )
          }
          rightSectionPointerEvents={clear === undefined || value === null ? 'none' : 'auto'}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options mah={280} style={{ overflowY: 'auto' }} aria-label={label}>
          {items.map((one) => (
            <Combobox.Option key={one.id} value={one.id}>
              <Text size="sm" fw={500}>
                {one.name}
              </Text>
              {kinds.length > 1 && (
                <Text size="xs" c="dimmed">
                  {kindName(one.kind)}
                </Text>
              )}
              {one.effective.active ? null : (
                <Text size="xs" c="dimmed">
                  {line(one)}
                </Text>
              )}
            </Combobox.Option>
          ))}
          {items.length === 0 && !found.some(({ isPending }) => isPending) && (
            <Combobox.Empty>{t('nothingFits')}</Combobox.Empty>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
