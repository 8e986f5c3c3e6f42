import { Button, Stack, Text, TextInput } from '@mantine/core';
import { startRegistration, type PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/browser';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import { useTexts } from '../../i18n/texts.js';
import { Dialog } from '../../parts/dialog.js';
import { DialogActs } from '../../parts/dialog-acts.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { RetypeDialog } from './retype-dialog.js';
import { useGuarded } from './use-guarded.js';
import { texts } from './texts.js';

/** The person closed the browser's own dialog, or the authenticator refused. */
class NoPasskey extends Error {
  override readonly name = 'NoPasskey';
}

async function addPasskey(name: string) {
  const { challenge, options } = await answer(api.POST('/api/v1/me/passkey-options'));
  const credential = await startRegistration({
    optionsJSON: options as unknown as PublicKeyCredentialCreationOptionsJSON,
  }).catch((error: unknown) => {
    throw new NoPasskey('the browser made no passkey', { cause: error });
  });
  return answer(
    api.POST('/api/v1/me/passkeys', {
      body: { challenge, name, credential: { ...credential } },
    }),
  );
}

export function PasskeyDialog({
  opened,
  onAdded,
  onClose,
}: {
  opened: boolean;
  onAdded: (recoveryCodes: readonly string[] | null) => void;
  onClose: () => void;
}) {
  const t = useTexts(texts);
  const [name, setName] = useState('');
  const adding = useGuarded(addPasskey, ({ recoveryCodes }) => {
    setName('');
    onAdded(recoveryCodes);
  });
  return (
    <>
      <Dialog opened={opened && !adding.asking} onClose={onClose} title={t('passkeyAdd')}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            adding.run(name.trim());
          }}
        >
          <Stack>
            <TextInput
              label={t('passkeyName')}
              description={t('passkeyNameWhy')}
              autoComplete="off"
              maxLength={100}
              required
              data-autofocus
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            {adding.error instanceof NoPasskey ? (
              <Text size="sm" c="var(--mantine-color-error)" role="alert">
                {t('passkeyNone')}
              </Text>
            ) : (
              adding.error !== null && <ErrorNotice error={adding.error} />
            )}
            <DialogActs>
              <Button variant="default" onClick={onClose}>
                {t('cancel')}
              </Button>
              <Button type="submit" loading={adding.pending}>
                {t('passkeyMake')}
              </Button>
            </DialogActs>
          </Stack>
        </form>
      </Dialog>
      <RetypeDialog
        opened={opened && adding.asking}
        onTyped={adding.again}
        onClose={() => {
          adding.giveUp();
          onClose();
        }}
      />
    </>
  );
}
