import { Button, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTexts } from '../i18n/texts.js';
import { Dialog } from './dialog.js';
import { DialogActs } from './dialog-acts.js';
import { ErrorNotice } from './error-notice.js';
import { texts } from './texts.js';

/** A dialog that asks for something: its fields, what went wrong, and a button that says what happens then. */
export function FormDialog({
  opened = true,
  title,
  size,
  act,
  children,
  danger = false,
  focusAct = false,
  ready = true,
  pending,
  error,
  onSubmit,
  onClose,
}: {
  opened?: boolean;
  title: string;
  size?: 'lg';
  /** "Rename", "Disable 312 cameras"; never "OK". */
  act: string;
  children: ReactNode;
  danger?: boolean;
  /** Whether Enter does it at once. */
  focusAct?: boolean;
  /** False while something is missing. */
  ready?: boolean;
  pending: boolean;
  /** What no field says; null: nothing. */
  error: unknown;
  onSubmit: () => void;
  onClose: () => void;
}) {
  const t = useTexts(texts);
  return (
    <Dialog opened={opened} onClose={onClose} title={title} {...(size !== undefined && { size })}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) onSubmit();
        }}
      >
        <Stack>
          {children}
          {error !== null && error !== undefined && <ErrorNotice error={error} />}
          <DialogActs>
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button
              type="submit"
              color={danger ? 'red.8' : 'gantry'}
              loading={pending}
              disabled={!ready}
              // What is disabled takes no focus, which would stay behind the dialog.
              data-autofocus={(ready && focusAct) || undefined}
            >
              {act}
            </Button>
          </DialogActs>
        </Stack>
      </form>
    </Dialog>
  );
}
