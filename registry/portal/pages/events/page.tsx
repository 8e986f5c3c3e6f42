import { Button, CloseButton, Group, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconDownload, IconHistory, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTexts } from '../../i18n/texts.js';
import { HistoryTable } from '../../parts/history/history-table.js';
import { Empty, NoMatch } from '../../parts/page-states.js';
import { Page } from '../../parts/page.js';
import { present } from '../../parts/search-params.js';
import { useTenantId } from '../../shell/scope.js';
import { periods, type EventFilters } from './route.js';
import { texts } from './texts.js';

const periodTexts = { '1': 'hour', '24': 'day', '168': 'week', '720': 'month' } as const;

/** Who did what below this tenant, as it happens; nothing of it can be changed. */
export function EventsPage() {
  const t = useTexts(texts);
  const tenantId = useTenantId();
  const filters = useSearch({ from: '/o/$tenantId/events' });
  const navigate = useNavigate({ from: '/o/$tenantId/events' });
  const [still, setStill] = useState(false);
  const { hours, ...others } = filters;
  const asked = {
    tenant: tenantId,
    ...others,
    ...(hours === undefined ? {} : { hours: Number(hours) }),
  };
  const filter = (next: EventFilters) => void navigate({ search: next, replace: true });
  const exported = new URLSearchParams(
    Object.entries(asked).map(([name, value]): [string, string] => [name, String(value)]),
  );
  return (
    <Page
      title={t('title')}
      fill
      actions={
        <>
          <Button
            variant="default"
            aria-pressed={still}
            leftSection={
              still ? <IconPlayerPlay size={16} aria-hidden /> : <IconPlayerPause size={16} aria-hidden />
            }
            onClick={() => setStill(!still)}
          >
            {still ? t('goOn') : t('stand')}
          </Button>
          <Button
            variant="default"
            component="a"
            href={`/api/v1/history:export?${exported.toString()}`}
            download
            leftSection={<IconDownload size={16} aria-hidden />}
          >
            {t('export')}
          </Button>
        </>
      }
    >
      <Group gap="xs">
        <NativeSelect
          aria-label={t('period')}
          value={hours ?? ''}
          onChange={({ currentTarget: { value } }) =>
            filter(present({ ...others, hours: periods.find((one) => one === value) }))
          }
          data={[
            { value: '', label: t('always') },
            ...periods.map((one) => ({ value: one, label: t(periodTexts[one]) })),
          ]}
        />
        {(['operation', 'actor', 'target'] as const).map((name) => (
          <FilterField
            key={name}
            label={t(name)}
            clear={t('clear', { what: t(name) })}
            value={filters[name]}
            onChange={(value) => filter(present({ ...filters, [name]: value }))}
          />
        ))}
      </Group>
      <HistoryTable
        filter={asked}
        still={still}
        empty={
          Object.keys(filters).length > 0 ? (
            <NoMatch title={t('noMatch')} onClear={() => filter({})} />
          ) : (
            <Empty icon={<IconHistory size={40} stroke={1.2} aria-hidden />} title={t('empty')} />
          )
        }
      />
    </Page>
  );
}

function FilterField({
  label,
  clear,
  value,
  onChange,
}: {
  label: string;
  clear: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}) {
  const [typed, setTyped] = useState(value ?? '');
  useEffect(() => setTyped(value ?? ''), [value]);
  const search = useDebouncedCallback((text: string) => {
    const trimmed = text.trim();
    onChange(trimmed === '' ? undefined : trimmed);
  }, 300);
  const type = (text: string) => {
    setTyped(text);
    search(text);
  };
  return (
    <TextInput
      aria-label={label}
      placeholder={label}
      value={typed}
      onChange={(event) => type(event.currentTarget.value)}
      w={{ base: '100%', sm: 230, lg: 260 }}
      autoComplete="off"
      spellCheck={false}
      rightSection={
        typed === '' ? null : <CloseButton size="sm" aria-label={clear} onClick={() => type('')} />
      }
    />
  );
}
