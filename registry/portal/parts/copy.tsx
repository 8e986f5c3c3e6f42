import { Button, CopyButton } from '@mantine/core';
import { useTexts } from '../i18n/texts.js';
import { texts } from './texts.js';

/** Puts a text on the clipboard; absent on plain http, where browsers have none (ux.md 2.6, trap 4). */
export function Copy({ value, label, size = 'sm' }: { value: string; label: string; size?: 'xs' | 'sm' }) {
  const t = useTexts(texts);
  if (!globalThis.isSecureContext) return null;
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Button variant="default" size={size} onClick={copy}>
          {copied ? t('copied') : label}
        </Button>
      )}
    </CopyButton>
  );
}
