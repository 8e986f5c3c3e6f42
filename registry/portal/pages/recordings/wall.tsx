import { Button, Group, Skeleton, TextInput } from '@mantine/core';
import { IconMovie } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { answer, api } from '../../api/client.js';
import { useTexts } from '../../i18n/texts.js';
import { useAskingAgainMs } from '../../live/live.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { DayField } from '../../parts/footage/day-field.js';
import { fromLocal, toLocal } from '../../parts/footage/local-time.js';
import { Empty, NoMatch, StaleStrip } from '../../parts/page-states.js';
import { SearchField } from '../../parts/search-field.js';
import { present } from '../../parts/search-params.js';
import { followingCursors } from '../../parts/table/pages.js';
import { useTenantId } from '../../shell/scope.js';
import classes from './recordings.module.css';
import type { RecordingsSearch } from './route.js';
import { texts } from './texts.js';
import { Tile } from './tile.js';

/** Each picture of a moment is cut out of a recording: no more of them at once than a screen shows. */
const atOnce = 24;

/** What all cameras show now, or showed at one moment; each leads into its recordings there. */
export function Wall() {
  const t = useTexts(texts);
  const tenantId = useTenantId();
  const search = useSearch({ from: '/o/$tenantId/recordings' });
  const navigate = useNavigate({ from: '/o/$tenantId/recordings' });
  const { text, at } = search;
  const go = (next: Partial<Record<keyof RecordingsSearch, string | undefined>>) =>
    void navigate({ search: present({ ...search, ...next }) as RecordingsSearch, replace: true });
  const cameras = useInfiniteQuery({
    queryKey: ['cameras', 'wall', tenantId, text],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET('/api/v1/cameras', {
          params: {
            query: {
              customer: tenantId,
              unbound: 'false',
              limit: atOnce,
              ...present({ text, cursor: pageParam ?? undefined }),
            },
          },
          signal,
        }),
      ),
    ...followingCursors,
    placeholderData: keepPreviousData,
    refetchInterval: useAskingAgainMs(),
  });
  const rows = cameras.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div className={classes['wall']}>
      <Group gap="xs">
        <SearchField label={t('find')} text={text} onChange={(next) => go({ text: next })} />
        <Moment at={at} onChange={(next) => go({ at: next })} />
      </Group>
      {cameras.isError && cameras.data !== undefined && <StaleStrip query={cameras} />}
      {cameras.isError && cameras.data === undefined && (
        <ErrorNotice error={cameras.error} onRetry={() => void cameras.refetch()} />
      )}
      {cameras.isSuccess && rows.length === 0 ? (
        text === undefined ? (
          <Empty icon={<IconMovie size={40} stroke={1.2} aria-hidden />} title={t('noCameras')}>
            {t('noCamerasWhy')}
          </Empty>
        ) : (
          <NoMatch title={t('noMatch', { text })} onClear={() => go({ text: undefined })} />
        )
      ) : (
        <ul className={classes['tiles']}>
          {cameras.isPending
            ? Array.from({ length: 8 }, (_, n) => (
                <li key={n}>
                  <Skeleton height={170} />
                </li>
              ))
            : rows.map((camera) => (
                <li key={camera.id}>
                  <Tile camera={camera} at={at} />
                </li>
              ))}
        </ul>
      )}
      {cameras.hasNextPage && (
        <Group justify="center">
          <Button
            variant="default"
            loading={cameras.isFetchingNextPage}
            onClick={() => void cameras.fetchNextPage()}
          >
            {t('more')}
          </Button>
        </Group>
      )}
    </div>
  );
}

/** Chooses a day and a time of it, or the newest. */
function Moment({ at, onChange }: { at: string | undefined; onChange: (at: string | undefined) => void }) {
  const t = useTexts(texts);
  // In the browser's time zone, as `2026-11-22T10:42:07`.
  const [day, time] = toLocal(at === undefined ? Date.now() : Date.parse(at)).split('T') as [string, string];
  const choose = (local: string) => {
    const chosenMs = fromLocal(local);
    if (chosenMs !== null) onChange(new Date(chosenMs).toISOString());
  };
  return (
    <Group gap="xs" role="group" aria-label={t('moment')}>
      <Button
        variant={at === undefined ? 'filled' : 'default'}
        aria-pressed={at === undefined}
        onClick={() => onChange(undefined)}
      >
        {t('newest')}
      </Button>
      <DayField day={day} onChange={(next) => choose(`${next}T${time}`)} />
      <TextInput
        type="time"
        aria-label={t('time')}
        value={at === undefined ? '' : time.slice(0, 5)}
        onChange={(event) => choose(`${day}T${event.currentTarget.value}`)}
      />
    </Group>
  );
}
