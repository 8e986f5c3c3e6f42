import { Modal, type ModalProps } from '@mantine/core';
import { useTexts } from '../i18n/texts.js';
import { texts } from './texts.js';

/** A dialog whose close button has a name (ux.md 2.6, trap 6); the whole screen on a phone. */
export function Dialog(props: ModalProps) {
  const t = useTexts(texts);
  return (
    <Modal centered {...props} closeButtonProps={{ 'aria-label': t('close'), ...props.closeButtonProps }} />
  );
}
