import { Button, Code, Stack, Text, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { answer, api } from '../../api/client.js';
import { useFieldErrors } from '../../parts/form-errors.js';
import { useTexts } from '../../i18n/texts.js';
import { Dialog } from '../../parts/dialog.js';
import { DialogActs } from '../../parts/dialog-acts.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { SkeletonLines } from '../../parts/page-states.js';
import { Qr } from '../../parts/qr.js';
import { RetypeDialog } from './retype-dialog.js';
import { useGuarded } from './use-guarded.js';
import classes from './me.module.css';
import { texts } from './texts.js';

interface Secret {
  secret: string;
  uri: string;
}

/** Sets an authenticator app up: the secret as QR code and text, then a code that proves it. */
export function AuthenticatorDialog({
  opened,
  onAdded,
  onClose,
}: {
  opened: boolean;
  onAdded: (recoveryCodes: readonly string[]) => void;
  onClose: () => void;
}) {
  const t = useTexts(texts);
  const fieldErrors = useFieldErrors();
  const [secret, setSecret] = useState<Secret | null>(null);
  const [code, setCode] = useState('');
  const begin = useGuarded((_input: null) => answer(api.POST('/api/v1/me/totp')), setSecret);
  const prove = useGuarded(
    (typed: string) => answer(api.POST('/api/v1/me/totp/confirmation', { body: { code: typed } })),
    ({ recoveryCodes }) => {
      setCode('');
      onAdded(recoveryCodes);
    },
  );
  const { run } = begin;
  useEffect(() => {
    if (!opened) return;
    setSecret(null);
    setCode('');
    run(null);
  }, [opened, run]);
  const codeFault = fieldErrors(prove.error)?.['code'];
  return (
    <>
      <Dialog opened={opened && !begin.asking} onClose={onClose} title={t('totpAdd')}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            prove.run(code.replaceAll(/\s/g, ''));
          }}
        >
          <Stack>
            {begin.error !== null && <ErrorNotice error={begin.error} />}
            {secret === null ? (
              begin.error === null && <SkeletonLines lines={5} />
            ) : (
              <>
                <Text size="sm">{t('totpScan')}</Text>
                <div className={classes['qr']}>
                  <Qr text={secret.uri} label={t('totpQr')} size={196} />
                </div>
                <Text size="xs" c="dimmed">
                  {t('totpByHand')}
                </Text>
                <Code className={classes['secret'] ?? ''}>{secret.secret}</Code>
                <TextInput
                  label={t('totpCode')}
                  inputMode="numeric"
                  autoComplete="one-time-code"
                  maxLength={9}
                  required
                  value={code}
                  error={codeFault}
                  onChange={(event) => setCode(event.currentTarget.value)}
                />
                {prove.error !== null && codeFault === undefined && <ErrorNotice error={prove.error} />}
                <DialogActs>
                  <Button variant="default" onClick={onClose}>
                    {t('cancel')}
                  </Button>
                  <Button type="submit" loading={prove.pending}>
                    {t('totpProve')}
                  </Button>
                </DialogActs>
              </>
            )}
          </Stack>
        </form>
      </Dialog>
      <RetypeDialog
        opened={opened && begin.asking}
        onTyped={begin.again}
        onClose={() => {
          begin.giveUp();
          onClose();
        }}
      />
    </>
  );
}
