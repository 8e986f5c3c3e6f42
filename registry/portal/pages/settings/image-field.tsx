import { Button, FileButton, Group, Text } from '@mantine/core';
import { useId, useState } from 'react';
import { useTexts } from '../../i18n/texts.js';
import classes from './settings.module.css';
import { texts } from './texts.js';

/** As the API has it. */
const mostBytes = 200 * 1024;

const read = (file: File): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(reader.result as string));
    reader.addEventListener('error', () => reject(reader.error ?? new Error('The file cannot be read.')));
    reader.readAsDataURL(file);
  });

/** An image of a brand: what is shown, another from a file, and the way back to the inherited one. */
export function ImageField({
  label,
  hint,
  value,
  inherited,
  error,
  onChange,
}: {
  label: string;
  hint: string;
  value: string | null;
  inherited: string;
  error: string | null;
  onChange: (image: string | null) => void;
}) {
  const t = useTexts(texts);
  const id = useId();
  const [refused, setRefused] = useState<string | null>(null);
  const choose = async (file: File | null) => {
    if (file === null) return;
    setRefused(file.size > mostBytes ? t('imageTooLarge') : null);
    if (file.size <= mostBytes) onChange(await read(file));
  };
  const fault = refused ?? error;
  return (
    <div role="group" aria-labelledby={id}>
      <Text size="sm" fw={600} id={id}>
        {label}
      </Text>
      <Text size="xs" c="dimmed">
        {hint}
      </Text>
      <Group gap="sm" mt={6}>
        <img className={classes['image']} src={value ?? inherited} alt="" />
        <FileButton accept="image/png,image/svg+xml" onChange={(file) => void choose(file)}>
          {(props) => (
            <Button {...props} variant="default" size="xs">
              {t('chooseImage')}
            </Button>
          )}
        </FileButton>
        {value !== null && (
          <Button variant="subtle" size="xs" onClick={() => onChange(null)}>
            {t('inheritImage')}
          </Button>
        )}
      </Group>
      {fault !== null && (
        <Text size="sm" c="var(--mantine-color-error)" mt={4} role="alert">
          {fault}
        </Text>
      )}
    </div>
  );
}
