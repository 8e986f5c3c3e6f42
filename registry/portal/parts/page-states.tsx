import { Button, Skeleton, Stack, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useFormats } from '../i18n/formats.js';
import { useTexts } from '../i18n/texts.js';
import { ErrorNotice } from './error-notice.js';
import classes from './parts.module.css';
import { texts } from './texts.js';

/** There is nothing yet: one sentence and the one next step. */
export function Empty({
  icon,
  title,
  children,
  action,
}: {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <Stack align="center" gap="xs" className={classes['empty'] ?? ''}>
      {icon !== undefined && <div className={classes['emptyIcon']}>{icon}</div>}
      <Text fw={600}>{title}</Text>
      {children !== undefined && (
        <Text size="sm" c="dimmed" ta="center" maw={440}>
          {children}
        </Text>
      )}
      {action}
    </Stack>
  );
}

/** Filters that nothing fits, and the way out of them. */
export function NoMatch({ title, onClear }: { title: string; onClear: () => void }) {
  const t = useTexts(texts);
  return (
    <Empty
      title={title}
      action={
        <Button variant="default" onClick={onClear}>
          {t('clearFilters')}
        </Button>
      }
    />
  );
}

/** What is on screen is old, because asking again failed: how old, and another try. */
export function StaleStrip({
  query,
}: {
  query: Pick<UseQueryResult, 'error' | 'dataUpdatedAt' | 'refetch'>;
}) {
  const t = useTexts(texts);
  const { clock, ago } = useFormats();
  const at = query.dataUpdatedAt;
  return (
    <div className={classes['stale']} role="status">
      <span>{t('stale', { time: clock(at), ago: ago(new Date(at).toISOString()) })}</span>
      <Button size="compact-xs" variant="default" onClick={() => void query.refetch()}>
        {t('retry')}
      </Button>
    </div>
  );
}

export function SkeletonLines({ lines = 8 }: { lines?: number }) {
  const t = useTexts(texts);
  return (
    <Stack gap="sm" role="status" aria-label={t('loading')}>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={20} width={`${90 - ((line * 17) % 40)}%`} />
      ))}
    </Stack>
  );
}

/** Shows what a query brings: bones before, the problem instead, old data greyed with its age. */
export function Loaded<Data>({
  query,
  children,
  skeleton = <SkeletonLines />,
}: {
  query: UseQueryResult<Data>;
  children: (data: Data) => ReactNode;
  skeleton?: ReactNode;
}) {
  if (query.data === undefined) {
    return query.isError ? (
      <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />
    ) : (
      skeleton
    );
  }
  return (
    <>
      {query.isError && <StaleStrip query={query} />}
      <div className={query.isError ? classes['greyed'] : undefined}>{children(query.data)}</div>
    </>
  );
}
