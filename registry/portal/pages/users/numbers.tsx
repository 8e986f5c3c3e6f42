import '@mantine/core/styles/List.css';
import { List, Skeleton } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { UserWithPlaces } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { texts } from './texts.js';

/** The numbers of a person before something is taken from them: bones, then one line each. */
export function Numbers({
  query,
  lines,
}: {
  query: UseQueryResult<UserWithPlaces>;
  lines: (person: UserWithPlaces) => readonly string[];
}) {
  const t = useTexts(texts);
  if (query.data === undefined) {
    return query.isError ? (
      <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />
    ) : (
      <Skeleton height={72} aria-label={t('pending')} />
    );
  }
  return (
    <List spacing={4}>
      {lines(query.data).map((line) => (
        <List.Item key={line}>{line}</List.Item>
      ))}
    </List>
  );
}
