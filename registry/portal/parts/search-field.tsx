import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTexts } from '../i18n/texts.js';
import classes from './parts.module.css';
import { texts } from './texts.js';

const pauseMs = 250;

/** Text that a list is filtered by: told once typing pauses, undefined when it is empty. */
export function SearchField({
  label,
  text,
  onChange,
}: {
  /** What is searched. */
  label: string;
  text: string | undefined;
  onChange: (text: string | undefined) => void;
}) {
  const t = useTexts(texts);
  const [typed, setTyped] = useState(text ?? '');
  useEffect(() => setTyped(text ?? ''), [text]);
  const tell = useDebouncedCallback((value: string) => {
    const trimmed = value.trim();
    onChange(trimmed === '' ? undefined : trimmed);
  }, pauseMs);
  const type = (value: string) => {
    setTyped(value);
    tell(value);
  };
  return (
    <TextInput
      className={classes['search'] ?? ''}
      aria-label={label}
      placeholder={label}
      value={typed}
      onChange={(event) => type(event.currentTarget.value)}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        typed === '' ? null : <CloseButton size="sm" aria-label={t('clearSearch')} onClick={() => type('')} />
      }
    />
  );
}
