import '@mantine/core/styles/Drawer.css';
import { Drawer as MantineDrawer, type DrawerProps } from '@mantine/core';
import { useTexts } from '../i18n/texts.js';
import { useFocusBack } from './focus-memory.js';
import { texts } from './texts.js';

/** What is looked at beside the list it stands in; its close button has a name. */
export function Drawer(props: DrawerProps) {
  const t = useTexts(texts);
  useFocusBack(props.opened);
  return (
    <MantineDrawer
      position="right"
      {...props}
      closeButtonProps={{ 'aria-label': t('close'), ...props.closeButtonProps }}
    />
  );
}
