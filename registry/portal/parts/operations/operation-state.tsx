import { Progress, Text } from '@mantine/core';
import type { Operation } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { Chip, type Tone } from '../chip.js';
import { isOpen } from './queries.js';
import { texts } from './texts.js';
import { useKindWords } from './words.js';

const tones: Readonly<Record<Operation['state'], Tone>> = {
  queued: 'info',
  running: 'info',
  done: 'good',
  failed: 'bad',
  cancelled: 'plain',
};

export function OperationChip({ operation: { state, failed } }: { operation: Operation }) {
  const t = useTexts(texts);
  return <Chip tone={state === 'done' && failed > 0 ? 'warn' : tones[state]}>{t(state)}</Chip>;
}

/** How far an operation is: a bar and the numbers. */
export function OperationProgress({ operation }: { operation: Operation }) {
  const t = useTexts(texts);
  const words = useKindWords();
  const { total, done, failed, state } = operation;
  const share = total === 0 ? (isOpen(operation) ? 0 : 100) : (100 * done) / total;
  return (
    <div>
      <Progress
        value={share}
        aria-label={words(operation)}
        color={state === 'failed' ? 'red' : 'gantry'}
        animated={isOpen(operation)}
      />
      <Text size="xs" c="dimmed" mt={4}>
        {failed === 0 ? t('progress', { done, total }) : t('progressWithFailures', { done, total, failed })}
      </Text>
    </div>
  );
}
