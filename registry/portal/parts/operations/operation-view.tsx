import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { IconArrowBackUp, IconDownload, IconPlayerStop, IconRefresh } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import type { Operation } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { useTenantId } from '../../shell/scope.js';
import { saveCsv } from '../csv-file.js';
import { ErrorNotice } from '../error-notice.js';
import { Facts } from '../facts.js';
import { OperationChip, OperationProgress } from './operation-state.js';
import classes from './operations.module.css';
import { undoOf } from './queries.js';
import { texts } from './texts.js';
import { useFailureWords } from './failure-words.js';
import { UndoDialog } from './undo-dialog.js';

/** Numbers of an outcome that say something to people, in the order in which they are told. */
const told = [
  ...(['changed', 'unchanged', 'bound', 'renamed', 'tagged', 'expected'] as const),
  ...(['tenants', 'cameras', 'users', 'recordings'] as const),
];

/** P28: one operation with how far it is, what came of it, what failed, and what can still be done about it. */
export function OperationView({ operation }: { operation: Operation }) {
  const t = useTexts(texts);
  const { time, bytes, number } = useFormats();
  const { id, by, createdAt, finishedAt, failures, failed, result, mayCancel, mayRetry, retriedAs } =
    operation;
  const failure = useFailureWords();
  const client = useQueryClient();
  const [undoing, setUndoing] = useState(false);
  const stop = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/operations/{id}:cancel', { params: { path: { id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['operations'] }),
  });
  const retry = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/operations/{id}:retry', { params: { path: { id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['operations'] }),
  });
  const numbers = told.flatMap((name) => {
    const value = result?.[name];
    return typeof value === 'number' && value > 0 ? [{ name, value }] : [];
  });
  // Why the whole went no further stands among the failures, and is none of the things to do.
  const count = Math.max(failed, failures.length);
  const sizeBytes = result?.['sizeBytes'];
  return (
    <Stack>
      <Group justify="space-between">
        <OperationChip operation={operation} />
        {mayCancel && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlayerStop size={16} aria-hidden />}
            loading={stop.isPending}
            onClick={() => stop.mutate()}
            title={t('stopWhat')}
          >
            {t('stop')}
          </Button>
        )}
        {mayRetry && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconRefresh size={16} aria-hidden />}
            loading={retry.isPending}
            onClick={() => retry.mutate()}
            title={t('retryWhat')}
          >
            {t('retry')}
          </Button>
        )}
        {undoOf(operation).length > 0 && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconArrowBackUp size={16} aria-hidden />}
            onClick={() => setUndoing(true)}
          >
            {t('undo')}
          </Button>
        )}
      </Group>
      <div aria-live="polite">
        <OperationProgress operation={operation} />
      </div>
      {stop.error !== null && <ErrorNotice error={stop.error} />}
      {retry.error !== null && <ErrorNotice error={retry.error} />}
      <Facts
        facts={[
          ...numbers.map(({ name, value }) => [t(name), number(value)] as const),
          ...(typeof sizeBytes === 'number' ? [[t('sizeBytes'), bytes(sizeBytes)] as const] : []),
          [t('begun'), time(createdAt)],
          ...(finishedAt === null ? [] : [[t('ended'), time(finishedAt)] as const]),
          [t('by'), by],
          ...(retriedAs === null ? [] : [[t('retried'), <OperationLink id={retriedAs} />] as const]),
        ]}
      />
      {failures.length > 0 && (
        <section aria-label={t('failuresTitle', { count })}>
          <Group justify="space-between" mb="xs">
            <Text fw={600}>{t('failuresTitle', { count })}</Text>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconDownload size={16} aria-hidden />}
              onClick={() =>
                saveCsv(`${id}.csv`, [
                  ['id', 'code', 'detail'],
                  ...failures.map((one) => [one.id, one.code, one.detail]),
                ])
              }
            >
              {t('save')}
            </Button>
          </Group>
          <ul className={classes['failures']}>
            {failures.map((one) => (
              <li key={`${one.id} ${one.code}`}>
                <code>{one.id}</code>
                <span>{failure(one)}</span>
              </li>
            ))}
          </ul>
          {failed > failures.length && (
            <Text size="xs" c="dimmed" mt="xs">
              {t('failuresFirst', { count: failures.length })}
            </Text>
          )}
        </section>
      )}
      {undoing && <UndoDialog operation={operation} onClose={() => setUndoing(false)} />}
    </Stack>
  );
}

/** To the operation that tried it again. */
function OperationLink({ id }: { id: string }) {
  const t = useTexts(texts);
  const tenantId = useTenantId();
  return (
    <Anchor
      size="sm"
      renderRoot={(props) => (
        <Link to="/o/$tenantId/operations" params={{ tenantId }} search={{ id }} {...props} />
      )}
    >
      {t('retriedShow')}
    </Anchor>
  );
}
