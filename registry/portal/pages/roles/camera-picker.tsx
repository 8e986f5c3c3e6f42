import { Combobox, InputBase, Loader, Text, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import { useTexts } from '../../i18n/texts.js';
import { texts } from './texts.js';

const shown = 20;

/** Picks one more camera of the tenant by typing a part of its name. */
export function CameraPicker({
  tenantId,
  without,
  onPick,
}: {
  tenantId: string;
  /** Those that are picked already. */
  without: readonly string[];
  onPick: (cameraId: string) => void;
}) {
  const t = useTexts(texts);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const [text, setText] = useState('');
  const [query] = useDebouncedValue(text.trim(), 150);
  const found = useQuery({
    queryKey: ['cameras', 'picker', tenantId, query],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/api/v1/cameras', {
          params: {
            query: { customer: tenantId, limit: shown, ...(query === '' ? {} : { text: query }) },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
  const items = found.data?.items.filter(({ id }) => !without.includes(id)) ?? [];
  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(id) => {
        onPick(id);
        setText('');
        combobox.closeDropdown();
      }}
    >
      <Combobox.Target>
        <InputBase
          label={t('addCamera')}
          placeholder={t('addCameraHint')}
          autoComplete="off"
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            combobox.openDropdown();
            combobox.updateSelectedOptionIndex();
          }}
          onClick={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
          rightSection={found.isFetching ? <Loader size="xs" /> : <Combobox.Chevron />}
          rightSectionPointerEvents="none"
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options mah={240} style={{ overflowY: 'auto' }} aria-label={t('addCamera')}>
          {items.map(({ id, name, customer }) => (
            <Combobox.Option key={id} value={id}>
              <Text size="sm" fw={500}>
                {name}
              </Text>
              {customer !== null && customer.id !== tenantId && (
                <Text size="xs" c="dimmed">
                  {customer.name}
                </Text>
              )}
            </Combobox.Option>
          ))}
          {items.length === 0 && !found.isPending && <Combobox.Empty>{t('noCamera')}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
