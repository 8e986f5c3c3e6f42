import { Modal, type ModalProps } from '@mantine/core';
import { useTexts } from '../i18n/texts.js';
import { useFocusBack } from './focus-memory.js';
import { texts } from './texts.js';

/** A dialog whose close button has a name (ux.md 2.6, trap 6), and which gives the focus back. */
export function Dialog(props: ModalProps) {
  const t = useTexts(texts);
  useFocusBack(props.opened);
  return (
    <Modal centered {...props} closeButtonProps={{ 'aria-label': t('close'), ...props.closeButtonProps }} />
  );
}
