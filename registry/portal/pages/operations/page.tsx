import { Anchor, NativeSelect, Text } from '@mantine/core';
import { IconListCheck } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { answer, api } from '../../api/client.js';
import type { Operation } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { useAskingAgainMs } from '../../live/live.js';
import { OperationChip, OperationProgress } from '../../parts/operations/operation-state.js';
import { isOpen, lookEveryMs } from '../../parts/operations/queries.js';
import { texts as words } from '../../parts/operations/texts.js';
import { useKindWords } from '../../parts/operations/words.js';
import { Empty, NoMatch } from '../../parts/page-states.js';
import { Page } from '../../parts/page.js';
import { present } from '../../parts/search-params.js';
import type { Column } from '../../parts/table/columns.js';
import { followingCursors, pageAt } from '../../parts/table/pages.js';
import { VirtualTable } from '../../parts/table/virtual-table.js';
import { OperationDrawer } from './operation-drawer.js';
import { operationStates } from './route.js';
import { texts } from './texts.js';

/** All work that outlives its page, newest first; one of it in a drawer that has an address. */
export function OperationsPage() {
  const t = useTexts(texts);
  const word = useTexts(words);
  const { state, id } = useSearch({ from: '/o/$tenantId/operations' });
  const navigate = useNavigate({ from: '/o/$tenantId/operations' });
  const everyMs = useAskingAgainMs();
  const operations = useInfiniteQuery({
    queryKey: ['operations', 'list', state],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET('/api/v1/operations', {
          params: { query: { ...pageAt(pageParam), ...present({ state }) } },
          signal,
        }),
      ),
    ...followingCursors,
    refetchInterval: (query) =>
      query.state.data?.pages.some(({ items }) => items.some(isOpen)) === true ? lookEveryMs : everyMs,
  });
  const look = useCallback(
    (next?: string) => void navigate({ search: (before) => present({ ...before, id: next }) }),
    [navigate],
  );
  const name = useKindWords();
  return (
    <Page
      title={t('title')}
      fill
      actions={
        <NativeSelect
          aria-label={t('state')}
          value={state ?? ''}
          onChange={({ currentTarget: { value } }) =>
            void navigate({
              search: present({ state: operationStates.find((one) => one === value) }),
              replace: true,
            })
          }
          data={[
            { value: '', label: t('everything') },
            ...operationStates.map((one) => ({ value: one, label: word(one) })),
          ]}
        />
      }
    >
      <VirtualTable
        label={t('title')}
        columns={useColumns(look)}
        query={operations}
        rowId={(one) => one.id}
        rowName={name}
        onOpen={(one) => look(one.id)}
        empty={
          state === undefined ? (
            <Empty icon={<IconListCheck size={40} stroke={1.2} aria-hidden />} title={t('empty')}>
              {t('emptyWhy')}
            </Empty>
          ) : (
            <NoMatch title={t('noMatch')} onClear={() => void navigate({ search: {}, replace: true })} />
          )
        }
      />
      {id !== undefined && <OperationDrawer id={id} onClose={() => look()} />}
    </Page>
  );
}

function useColumns(onOpen: (id: string) => void): Column<Operation>[] {
  const t = useTexts(texts);
  const { time, ago } = useFormats();
  const name = useKindWords();
  return useMemo(
    () => [
      {
        key: 'what',
        header: t('what'),
        width: 'minmax(0, 2fr)',
        cell: (one) => (
          <div>
            <Anchor
              component="button"
              type="button"
              size="sm"
              fw={600}
              c="inherit"
              maw="100%"
              truncate
              onClick={() => onOpen(one.id)}
            >
              {name(one)}
            </Anchor>
            <Text size="xs" c="dimmed" truncate>
              {ago(one.createdAt)} · {one.by}
            </Text>
          </div>
        ),
      },
      {
        key: 'state',
        header: t('state'),
        width: '8.5rem',
        cell: (one) => <OperationChip operation={one} />,
      },
      {
        key: 'progress',
        header: t('progress'),
        width: 'minmax(0, 1.5fr)',
        from: 'sm',
        cell: (one) => <OperationProgress operation={one} />,
      },
      {
        key: 'begun',
        header: t('begun'),
        width: 'minmax(0, 1fr)',
        from: 'lg',
        cell: ({ createdAt }) => <Text size="sm">{time(createdAt)}</Text>,
      },
    ],
    [t, time, ago, name, onOpen],
  );
}
