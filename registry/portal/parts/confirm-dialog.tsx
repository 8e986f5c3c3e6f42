import { TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTexts } from '../i18n/texts.js';
import { FormDialog } from './form-dialog.js';
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
    <FormDialog
      opened={opened}
      title={title}
      size="lg"
      act={act}
      danger={danger}
      focusAct={word === undefined}
      ready={ready && (word === undefined || typed === word)}
      pending={pending}
      error={error}
      onSubmit={onConfirm}
      onClose={close}
    >
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
    </FormDialog>
  );
}
