import { Alert, Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { Problem } from '../api/problem.js';
import { useTexts } from '../i18n/texts.js';
import { useProblemWords } from './problem-words.js';
import { texts } from './texts.js';

/** What went wrong, what to do, the request's id to hand on, and another try. */
export function ErrorNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useTexts(texts);
  const problem = error instanceof Problem ? error.body : null;
  const { title, detail, said } = useProblemWords()(error);
  return (
    <Alert color="red" variant="outline" role="alert" title={title} icon={<IconAlertTriangle aria-hidden />}>
      <Stack gap="xs">
        <Text size="sm">{detail}</Text>
        {said !== null && (
          <Text size="xs" c="dimmed" lang="en">
            {said}
          </Text>
        )}
        <Group gap="xs">
          {onRetry !== undefined && (
            <Button size="xs" variant="default" onClick={onRetry}>
              {t('retry')}
            </Button>
          )}
          {problem !== null && (
            <CopyButton value={problem.requestId}>
              {({ copied, copy }) => (
                <Button size="xs" variant="subtle" color="gray" onClick={copy}>
                  <Code>{t('requestId', { id: problem.requestId })}</Code>
                  &nbsp;{copied ? t('copied') : t('copy')}
                </Button>
              )}
            </CopyButton>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}
