import { Button, Container, Stack, Text, Title } from '@mantine/core';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { hasCode } from '../api/problem.js';
import { useTexts } from '../i18n/texts.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { texts } from './texts.js';

/** Foreign and unknown addresses alike (R3). */
export function NotFoundPage() {
  const t = useTexts(texts);
  return (
    <Container size="sm" py="xl" component="main">
      <Stack align="flex-start">
        <Title order={1}>{t('notFound')}</Title>
        <Text>{t('notFoundWhy')}</Text>
        <Button component="a" href="/">
          {t('toStart')}
        </Button>
      </Stack>
    </Container>
  );
}

/** What a page threw: it cannot be shown, and says so with the way on. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const t = useTexts(texts);
  if (hasCode(error, 'not_found')) return <NotFoundPage />;
  return (
    <Container size="sm" py="xl">
      <Stack>
        <Title order={1}>{t('broken')}</Title>
        <ErrorNotice error={error} onRetry={reset} />
      </Stack>
    </Container>
  );
}
