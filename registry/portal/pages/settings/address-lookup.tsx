import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import type { AddressSuggestions } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import classes from './settings.module.css';
import { texts } from './texts.js';

/** Asks the address lookup what it makes of some words: who answers, and what. */
export function AddressLookup() {
  const t = useTexts(texts);
  const [text, setText] = useState('');
  const ask = useMutation({
    mutationFn: (q: string) => answer(api.GET('/api/v1/geocode', { params: { query: { q } } })),
  });
  return (
    <form
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        ask.mutate(text.trim());
      }}
    >
      <Stack gap="sm">
        <Group align="end" gap="xs">
          <TextInput
            className={classes['grow'] ?? ''}
            label={t('tryAddress')}
            placeholder="Mill Lane 1"
            name="lookup-words"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={ask.isPending} disabled={text.trim().length < 3}>
            {t('tryLookup')}
          </Button>
        </Group>
        {ask.error !== null && <ErrorNotice error={ask.error} />}
        {ask.data !== undefined && <Answer answered={ask.data} />}
      </Stack>
    </form>
  );
}

function Answer({ answered: { provider, items } }: { answered: AddressSuggestions }) {
  const t = useTexts(texts);
  if (provider === 'none') return <Text size="sm">{t('noLookup')}</Text>;
  return (
    <div role="status">
      <Text size="sm">{t('lookupAnswered', { provider, count: items.length })}</Text>
      <ul className={classes['plain']}>
        {items.map(({ label }) => (
          <li key={label}>{label}</li>
        ))}
      </ul>
    </div>
  );
}
