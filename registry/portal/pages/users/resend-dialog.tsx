import { Button, Stack, Text } from '@mantine/core';
import { useTexts } from '../../i18n/texts.js';
import { Dialog } from '../../parts/dialog.js';
import { DialogActs } from '../../parts/dialog-acts.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { LinkDialog } from '../../parts/people/link-dialog.js';
import { sendLink, useUserAct } from './acts.js';
import { texts } from './texts.js';
import type { UserDialogProps } from './user-dialog-props.js';

/** A new way in for somebody invited: by letter, or a link that is shown once (R27). */
export function ResendDialog({ user: { id, name, email }, onClose }: UserDialogProps) {
  const t = useTexts(texts);
  const send = useUserAct(
    (delivery: 'email' | 'display') => sendLink(id, delivery),
    (link) => {
      if (link === null) onClose();
    },
    (link) => (link === null ? t('letterSent', { email }) : null),
  );
  const link = send.data ?? null;
  if (link !== null) return <LinkDialog link={link} name={name} onClose={onClose} />;
  const going = (delivery: string) => send.isPending && send.variables === delivery;
  return (
    <Dialog opened onClose={onClose} title={t('resendTitle', { name })} size="lg">
      <Stack>
        <Text size="sm">{t('resendWhy')}</Text>
        {send.error !== null && <ErrorNotice error={send.error} />}
        <DialogActs>
          <Button variant="default" loading={going('display')} onClick={() => send.mutate('display')}>
            {t('showLink')}
          </Button>
          <Button loading={going('email')} onClick={() => send.mutate('email')} data-autofocus>
            {t('sendLetter', { email })}
          </Button>
        </DialogActs>
      </Stack>
    </Dialog>
  );
}
