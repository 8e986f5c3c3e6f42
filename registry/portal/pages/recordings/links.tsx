import { Button, Text } from '@mantine/core';
import { IconShare } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { answer, api } from '../../api/client.js';
import type { ShareLink } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { Empty } from '../../parts/page-states.js';
import type { Column } from '../../parts/table/columns.js';
import { followingCursors, pageAt } from '../../parts/table/pages.js';
import { VirtualTable } from '../../parts/table/virtual-table.js';
import { TwoLines } from '../../parts/table/two-lines.js';
import { toast } from '../../parts/toasts.js';
import { useTenantId } from '../../shell/scope.js';
import { texts } from './texts.js';

/** Links that work now: for whom, how often opened, until when; each can be switched off at once (R53). */
export function Links() {
  const t = useTexts(texts);
  const { time, ago } = useFormats();
  const tenantId = useTenantId();
  const client = useQueryClient();
  const [ending, setEnding] = useState<ShareLink | null>(null);
  const links = useInfiniteQuery({
    queryKey: ['share-links', 'list', tenantId],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET('/api/v1/share-links', {
          params: { query: { tenant: tenantId, ...pageAt(pageParam) } },
          signal,
        }),
      ),
    ...followingCursors,
    refetchInterval: 30_000,
  });
  const revoke = useMutation({
    mutationFn: (id: string) =>
      answer(api.POST('/api/v1/share-links/{id}:revoke', { params: { path: { id } } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['share-links'] });
      toast({ message: t('switchedOff') });
      setEnding(null);
    },
  });
  const columns = useMemo(
    (): Column<ShareLink>[] => [
      {
        key: 'name',
        header: t('forWhom'),
        width: 'minmax(0, 2fr)',
        cell: ({ name, kind, hasPassword }) => (
          <TwoLines
            strong
            first={name}
            second={
              <>
                {kind === 'live' ? t('liveLink') : t('clipLink')}
                {hasPassword ? ` · ${t('withPassword')}` : ''}
              </>
            }
          />
        ),
      },
      {
        key: 'opened',
        header: t('opened'),
        width: 'minmax(6rem, 1fr)',
        cell: ({ opened, lastOpenedAt }) => (
          <TwoLines
            first={t('times', { count: opened })}
            second={lastOpenedAt === null ? '' : ago(lastOpenedAt)}
          />
        ),
      },
      {
        key: 'until',
        header: t('validUntil'),
        width: 'minmax(0, 1fr)',
        from: 'sm',
        cell: ({ expiresAt }) => <Text size="sm">{time(expiresAt)}</Text>,
      },
      {
        key: 'by',
        header: t('by'),
        width: 'minmax(0, 1fr)',
        from: 'md',
        cell: ({ createdBy }) => (
          <Text size="sm" truncate>
            {createdBy}
          </Text>
        ),
      },
      {
        key: 'acts',
        header: t('acts'),
        quiet: true,
        width: '8rem',
        cell: (link) => (
          <Button
            size="xs"
            variant="default"
            aria-label={t('switchOffNamed', { name: link.name })}
            onClick={() => setEnding(link)}
          >
            {t('switchOff')}
          </Button>
        ),
      },
    ],
    [t, time, ago],
  );
  return (
    <>
      <VirtualTable
        label={t('links')}
        columns={columns}
        query={links}
        rowId={({ id }) => id}
        rowName={({ name }) => name}
        empty={
          <Empty icon={<IconShare size={40} stroke={1.2} aria-hidden />} title={t('noLinks')}>
            {t('noLinksWhy')}
          </Empty>
        }
      />
      <ConfirmDialog
        opened={ending !== null}
        title={t('switchOffTitle', { name: ending?.name ?? '' })}
        act={t('switchOffLink')}
        danger
        pending={revoke.isPending}
        error={revoke.error}
        onConfirm={() => ending !== null && revoke.mutate(ending.id)}
        onClose={() => setEnding(null)}
      >
        <Text size="sm">{t('switchOffWhat', { count: ending?.opened ?? 0 })}</Text>
      </ConfirmDialog>
    </>
  );
}
