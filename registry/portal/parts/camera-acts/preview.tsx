import '@mantine/core/styles/List.css';
import { List, Skeleton, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { CameraChangePreview } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { ErrorNotice } from '../error-notice.js';
import { texts } from './texts.js';

type Setting = CameraChangePreview['changes'][number]['from'];

/** What a change would do, from → to, in numbers; and what it would not touch, with the reason. */
export function Preview({ query }: { query: UseQueryResult<CameraChangePreview> }) {
  const t = useTexts(texts);
  const name = ({ customer, plan, enabled }: Setting): string => {
    if (enabled !== undefined) return enabled ? t('on') : t('off');
    if (customer === null || customer === undefined) return t('inbox');
    return plan === null || plan === undefined ? customer.name : `${customer.name} · ${plan.name}`;
  };
  if (query.isError) return <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return <Skeleton height={60} />;
  const { changes, unchanged, skipped } = query.data;
  return (
    <div>
      <List size="sm" spacing={4}>
        {changes.map(({ from, to, count }) => (
          <List.Item key={`${name(from)} ${name(to)}`}>
            {t('fromTo', { count, from: name(from), to: name(to) })}
          </List.Item>
        ))}
        {skipped.map(({ code, detail, count }) => (
          <List.Item key={code}>{t('skippedWhy', { count, why: detail })}</List.Item>
        ))}
      </List>
      {unchanged > 0 && (
        <Text size="sm" c="dimmed" mt={4}>
          {t('stayAsTheyAre', { count: unchanged })}
        </Text>
      )}
    </div>
  );
}
