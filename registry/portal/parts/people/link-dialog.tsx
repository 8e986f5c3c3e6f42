import { Button, Code, Group, Stack, Text } from '@mantine/core';
import { useTexts } from '../../i18n/texts.js';
import { Copy } from '../copy.js';
import { Dialog } from '../dialog.js';
import { DialogActs } from '../dialog-acts.js';
import { Qr } from '../qr.js';
import classes from './people.module.css';
import { texts } from './texts.js';

/** The activation link, to be handed over; nobody sees it again. */
export function LinkDialog({
  link,
  name,
  onClose,
}: {
  link: string | null;
  name: string;
  onClose: () => void;
}) {
  const t = useTexts(texts);
  return (
    <Dialog
      opened={link !== null}
      onClose={onClose}
      title={t('link')}
      closeOnEscape={false}
      closeOnClickOutside={false}
      withCloseButton={false}
    >
      {link !== null && (
        <Stack>
          <Text size="sm">{t('linkWhy', { name })}</Text>
          <Group justify="center">
            <Qr text={link} label={t('linkQr')} size={180} />
          </Group>
          <Code className={classes['link'] ?? ''}>{link}</Code>
          <DialogActs>
            <Copy value={link} label={t('copyLink')} />
            <Button onClick={onClose}>{t('linkKept')}</Button>
          </DialogActs>
        </Stack>
      )}
    </Dialog>
  );
}
