import { Button, Group, Text } from '@mantine/core';
import { IconMovie } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { answer, api } from '../../api/client.js';
import type { Clip } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { Chip } from '../../parts/chip.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { Dialog } from '../../parts/dialog.js';
import { isBeingMade } from '../../parts/footage/clip.js';
import { lazyDialog } from '../../parts/lazy-dialog.js';
import { Empty } from '../../parts/page-states.js';
import type { Column } from '../../parts/table/columns.js';
import { followingCursors, pageAt } from '../../parts/table/pages.js';
import { VirtualTable } from '../../parts/table/virtual-table.js';
import { TwoLines } from '../../parts/table/two-lines.js';
import { useScope } from '../../shell/scope.js';
import { texts } from './texts.js';

const ClipMaking = lazyDialog(async () => (await import('../../parts/footage/clip-making.js')).ClipMaking);

const tones = {
  queued: 'info',
  running: 'info',
  done: 'good',
  failed: 'bad',
  cancelled: 'plain',
} as const;

/** Clips of this tenant's cameras: how far they are, their files, their end. */
export function Clips() {
  const t = useTexts(texts);
  const { time, bytes } = useFormats();
  const { id: tenantId, kind } = useScope();
  const client = useQueryClient();
  const [opened, setOpened] = useState<Clip | null>(null);
  const [ending, setEnding] = useState<Clip | null>(null);
  const clips = useInfiniteQuery({
    queryKey: ['clips', 'list', tenantId, kind],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET('/api/v1/clips', {
          params: {
            query: {
              ...pageAt(pageParam),
              // The API knows clips of one customer, or all that somebody may watch.
              ...(kind === 'customer' ? { customer: tenantId } : {}),
            },
          },
          signal,
        }),
      ),
    ...followingCursors,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(isBeingMade)) === true ? 2_000 : 30_000,
  });
  const remove = useMutation({
    mutationFn: (id: string) => answer(api.DELETE('/api/v1/clips/{id}', { params: { path: { id } } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['clips'] });
      setEnding(null);
    },
  });
  const columns = useMemo(
    (): Column<Clip>[] => [
      {
        key: 'name',
        header: t('clip'),
        width: 'minmax(0, 2fr)',
        cell: ({ name, from }) => <TwoLines strong first={name} second={time(from)} />,
      },
      {
        key: 'state',
        header: t('state'),
        width: 'minmax(7rem, 1fr)',
        cell: ({ state, progress }) => (
          <Chip tone={tones[state]}>
            {t(state)}
            {state === 'running' ? ` ${progress} %` : ''}
          </Chip>
        ),
      },
      {
        key: 'size',
        header: t('size'),
        width: 'minmax(0, 0.7fr)',
        from: 'md',
        cell: ({ sizeBytes }) => <Text size="sm">{sizeBytes === null ? '–' : bytes(sizeBytes)}</Text>,
      },
      {
        key: 'by',
        header: t('by'),
        width: 'minmax(0, 1fr)',
        from: 'lg',
        cell: ({ createdBy }) => (
          <Text size="sm" truncate>
            {createdBy}
          </Text>
        ),
      },
      {
        key: 'until',
        header: t('until'),
        width: 'minmax(0, 1fr)',
        from: 'md',
        cell: ({ expiresAt }) => <Text size="sm">{time(expiresAt)}</Text>,
      },
      {
        key: 'acts',
        header: t('acts'),
        quiet: true,
        width: 'minmax(6rem, 11rem)',
        cell: (clip) => (
          <Group gap={4} justify="flex-end">
            <Button
              size="xs"
              variant="default"
              aria-label={t('openNamed', { name: clip.name })}
              onClick={() => setOpened(clip)}
            >
              {t('open')}
            </Button>
            <Button
              size="xs"
              variant="subtle"
              color="gray"
              visibleFrom="sm"
              aria-label={t('deleteNamed', { name: clip.name })}
              onClick={() => setEnding(clip)}
            >
              {t('delete')}
            </Button>
          </Group>
        ),
      },
    ],
    [t, time, bytes],
  );
  return (
    <>
      <VirtualTable
        label={t('clips')}
        columns={columns}
        query={clips}
        rowId={({ id }) => id}
        rowName={({ name }) => name}
        onOpen={setOpened}
        empty={
          <Empty icon={<IconMovie size={40} stroke={1.2} aria-hidden />} title={t('noClips')}>
            {t('noClipsWhy')}
          </Empty>
        }
      />
      {opened !== null && (
        <Dialog opened onClose={() => setOpened(null)} title={opened.name} size="lg">
          <ClipMaking clip={opened} onClose={() => setOpened(null)} />
        </Dialog>
      )}
      <ConfirmDialog
        opened={ending !== null}
        title={t('deleteTitle', { name: ending?.name ?? '' })}
        act={t('deleteClip')}
        danger
        pending={remove.isPending}
        error={remove.error}
        onConfirm={() => ending !== null && remove.mutate(ending.id)}
        onClose={() => setEnding(null)}
      >
        <Text size="sm">{t('deleteWhat')}</Text>
      </ConfirmDialog>
    </>
  );
}
