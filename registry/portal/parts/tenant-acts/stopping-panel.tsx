import { Alert, Button, Group, List, Progress, Stack, Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useFormats } from '../../i18n/formats.js';
import { DialogActs } from '../dialog-acts.js';
import { useTexts } from '../../i18n/texts.js';
import { ErrorNotice } from '../error-notice.js';
import { stoppingQuery } from './queries.js';
import { useStragglerWords } from './straggler-words.js';
import classes from './tenant-acts.module.css';
import { texts } from './texts.js';

/** Counts down until the last camera has confirmed that it stopped (R19), and names who is missing and why. */
export function StoppingPanel({
  tenantId,
  users,
  begunAtMs,
  onClose,
}: {
  tenantId: string;
  /** Signed out by it. */
  users: number;
  begunAtMs: number;
  onClose: () => void;
}) {
  const t = useTexts(texts);
  const { number } = useFormats();
  const straggler = useStragglerWords();
  const stopping = useQuery(stoppingQuery(tenantId));
  const [doneAtMs, setDoneAtMs] = useState<number | null>(null);
  const data = stopping.data;
  const done = data !== undefined && data.stopped >= data.unwanted;
  useEffect(() => {
    if (done) setDoneAtMs((at) => at ?? Date.now());
  }, [done]);
  const elapsed = (((doneAtMs ?? Date.now()) - begunAtMs) / 1_000).toFixed(1);
  return (
    <Stack>
      {stopping.isError && <ErrorNotice error={stopping.error} onRetry={() => void stopping.refetch()} />}
      {data !== undefined && (
        <div aria-live="polite">
          {done ? (
            <Group gap="xs" wrap="nowrap">
              <IconCircleCheck size={32} className={classes['done']} aria-hidden />
              <Text fw={600}>
                {data.unwanted === 0
                  ? t('nothingRan')
                  : t('allStopped', { count: data.unwanted, seconds: elapsed })}
              </Text>
            </Group>
          ) : (
            <>
              <Text>
                <span className={classes['count']}>{number(data.unwanted - data.stopped)}</span>{' '}
                {t('stillRecording', { count: data.unwanted - data.stopped })}
              </Text>
              <Text size="sm" c="dimmed">
                {t('confirmed', { stopped: number(data.stopped), total: number(data.unwanted) })}
              </Text>
            </>
          )}
          <Progress
            mt="sm"
            size="lg"
            value={data.unwanted === 0 ? 100 : (100 * data.stopped) / data.unwanted}
            aria-label={t('confirmed', { stopped: number(data.stopped), total: number(data.unwanted) })}
          />
        </div>
      )}
      {users > 0 && <Text size="sm">{t('signedOut', { count: users })}</Text>}
      {data !== undefined && data.stragglers.length > 0 && (
        <div>
          {data.overdue && (
            <Alert color="yellow" variant="outline" mb="xs">
              {t('overdue')}
            </Alert>
          )}
          <Text size="sm" fw={600}>
            {t('stragglers')}
          </Text>
          <List size="sm">
            {data.stragglers.map(({ agentId, agentName, cameras, sentence }) => (
              <List.Item key={agentId}>
                {t('straggler', { name: agentName, count: cameras, sentence: straggler(sentence) })}
              </List.Item>
            ))}
          </List>
        </div>
      )}
      <DialogActs>
        <Button variant="default" onClick={onClose} data-autofocus>
          {t('close')}
        </Button>
      </DialogActs>
    </Stack>
  );
}
