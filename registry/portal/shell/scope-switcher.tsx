import { Combobox, Loader, Text, UnstyledButton, useCombobox, VisuallyHidden } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconChevronRight, IconSelector } from '@tabler/icons-react';
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, api } from '../api/client.js';
import type { Tenant } from '../api/schema.js';
import { useTexts } from '../i18n/texts.js';
import { tenantKindTexts } from '../parts/tenant-kind-texts.js';
import { tenantQuery, useScope } from './scope.js';
import classes from './shell.module.css';
import { texts } from './texts.js';

const shown = 20;

/** Those above, topmost first, as far as the person sees them (R3). */
function useAncestors(tenant: Tenant): Tenant[] {
  const parent = useQuery({ ...tenantQuery(tenant.parentId ?? ''), enabled: tenant.parentId !== null });
  const grandparentId = parent.data?.parentId ?? null;
  const [grandparent] = useQueries({
    queries: [{ ...tenantQuery(grandparentId ?? ''), enabled: grandparentId !== null }],
  });
  return [grandparent?.data, parent.data].filter((one) => one !== undefined);
}

/** The tenant that the page is about, with the way to another: what is directly below, or a search. */
export function ScopeSwitcher() {
  const t = useTexts(texts);
  const kindName = useTexts(tenantKindTexts);
  const tenant = useScope();
  const ancestors = useAncestors(tenant);
  const navigate = useNavigate();
  const combobox = useCombobox({
    onDropdownOpen: () => combobox.focusSearchInput(),
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      setText('');
    },
  });
  const [text, setText] = useState('');
  const [query] = useDebouncedValue(text.trim(), 200);
  const found = useQuery({
    queryKey: ['tenants', 'switcher', query === '' ? tenant.id : null, query],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/api/v1/tenants', {
          params: {
            query: query === '' ? { parent: tenant.id, limit: shown } : { text: query, limit: shown },
          },
          signal,
        }),
      ),
    enabled: combobox.dropdownOpened,
    placeholderData: keepPreviousData,
  });
  const go = (tenantId: string) => {
    combobox.closeDropdown();
    void navigate({ to: '/o/$tenantId/cameras', params: { tenantId } });
  };
  const option = (one: Tenant) => (
    <Combobox.Option value={one.id} key={one.id}>
      <Text size="sm" fw={500}>
        {one.name}
      </Text>
      <Text size="xs" c="dimmed">
        {kindName(one.kind)}
      </Text>
    </Combobox.Option>
  );
  const items = found.data?.items ?? [];
  return (
    <div className={classes['scope']}>
      <Combobox store={combobox} width={340} position="bottom-start" onOptionSubmit={go}>
        <Combobox.Target targetType="button">
          <UnstyledButton className={classes['scopeButton'] ?? ''} onClick={() => combobox.toggleDropdown()}>
            <span className={classes['path']}>
              {ancestors.map((one) => (
                <span key={one.id}>
                  {one.name} <IconChevronRight size={12} aria-hidden />{' '}
                </span>
              ))}
            </span>
            <span className={classes['here']}>{tenant.name}</span>
            <VisuallyHidden>{t('scope')}</VisuallyHidden>
            <IconSelector size={16} aria-hidden />
          </UnstyledButton>
        </Combobox.Target>
        <Combobox.Dropdown>
          <Combobox.Search
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value);
              combobox.updateSelectedOptionIndex();
            }}
            placeholder={t('scopeSearch')}
            aria-label={t('scopeSearch')}
            rightSection={found.isFetching ? <Loader size="xs" /> : null}
          />
          <Combobox.Options
            mah={360}
            style={{ overflowY: 'auto' }}
            aria-label={t('scopeSearch')}
            tabIndex={0}
          >
            {query === '' && ancestors.map(option)}
            {items.length > 0 ? (
              <Combobox.Group label={query === '' ? t('scopeBelow', { name: tenant.name }) : t('scopeFound')}>
                {items.map(option)}
              </Combobox.Group>
            ) : (
              !found.isPending && (
                <Combobox.Empty>
                  {query === '' ? t('scopeEmpty', { name: tenant.name }) : t('scopeNothing', { query })}
                </Combobox.Empty>
              )
            )}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
    </div>
  );
}
