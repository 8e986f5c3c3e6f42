import { Button, Code, CopyButton, Stack, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTexts } from '../i18n/texts.js';
import { Dialog } from './dialog.js';
import { DialogActs } from './dialog-acts.js';
import classes from './parts.module.css';
import { texts } from './texts.js';

/**
 * Something secret, shown this once: closed by a button that says it was kept, or by Escape once it was copied, never
 * by a slip.
 */
export function SecretDialog({
  title,
  why,
  secret,
  label,
  children,
  onClose,
}: {
  title: string;
  why: string;
  secret: string;
  /** What it is, for those who hear the page. */
  label: string;
  children?: ReactNode;
  onClose: () => void;
}) {
  const t = useTexts(texts);
  const [copied, setCopied] = useState(false);
  return (
    <Dialog
      opened
      onClose={onClose}
      title={title}
      size="lg"
      closeOnEscape={copied}
      closeOnClickOutside={false}
      withCloseButton={false}
    >
      <Stack>
        <Text size="sm">{why}</Text>
        <Code block tabIndex={0} aria-label={label} className={classes['secret'] ?? ''}>
          {secret}
        </Code>
        {children}
        <DialogActs>
          {globalThis.isSecureContext && (
            <CopyButton value={secret}>
              {({ copied: justNow, copy }) => (
                <Button
                  variant="default"
                  data-autofocus
                  onClick={() => {
                    copy();
                    setCopied(true);
                  }}
                >
                  {t(justNow ? 'copied' : 'copy')}
                </Button>
              )}
            </CopyButton>
          )}
          <Button onClick={onClose}>{t('kept')}</Button>
        </DialogActs>
      </Stack>
    </Dialog>
  );
}
