import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTexts } from '../i18n/texts.js';
import { Dialog } from './dialog.js';
import { ErrorNotice } from './error-notice.js';
import { texts } from './texts.js';

/**
 * Asks before something hard to undo. `children` show the numbers, `act` says the effect and the number
 * ("Disable 312 cameras"), never "OK". `word`: has to be typed first.
 */
export function ConfirmDialog({
  opened,
  title,
  act,
  children,
  danger = false,
  word,
  ready = true,
  pending,
  error,
  onConfirm,
  onClose,
}: {
  opened: boolean;
  title: string;
  act: string;
  children: ReactNode;
  danger?: boolean;
  word?: string;
  /** False while the numbers are not there yet. */
  ready?: boolean;
  pending: boolean;
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
}) {
  const t = useTexts(texts);
  const [typed, setTyped] = useState('');
  const close = () => {
    setTyped('');
    onClose();
  };
  return (
    <Dialog opened={opened} onClose={close} title={title} size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onConfirm();
        }}
      >
        <Stack>
          {children}
          {word !== undefined && (
            <TextInput
              label={t('typeWord', { word })}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              autoComplete="off"
              spellCheck={false}
            />
          )}
          {error !== null && error !== undefined && <ErrorNotice error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('cancel')}
            </Button>
            <Button
              type="submit"
              color={danger ? 'red.8' : 'gantry'}
              loading={pending}
              disabled={!ready || (word !== undefined && typed !== word)}
              data-autofocus={word === undefined ? true : undefined}
            >
              {act}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
