import { Button, Group, Stack, Text } from '@mantine/core';
import { browserSupportsWebAuthn } from '@simplewebauthn/browser';
import { IconDeviceMobileCode, IconFingerprint, IconKey } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { Chip } from '../../parts/chip.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { Loaded, SkeletonLines } from '../../parts/page-states.js';
import { toast } from '../../parts/toasts.js';
import { AuthenticatorDialog } from './authenticator-dialog.js';
import { CodesDialog } from './codes-dialog.js';
import { PasskeyDialog } from './passkey-dialog.js';
import { RetypeDialog } from './retype-dialog.js';
import { useGuarded } from './use-guarded.js';
import classes from './me.module.css';
import { texts } from './texts.js';

type Removed = { kind: 'totp' } | { kind: 'passkey'; id: string };

const remove = (factor: Removed) =>
  factor.kind === 'totp'
    ? answer(api.DELETE('/api/v1/me/totp'))
    : answer(api.DELETE('/api/v1/me/passkeys/{passkeyId}', { params: { path: { passkeyId: factor.id } } }));

/** Authenticator app, passkeys and recovery codes of the person. */
export function SecondFactors() {
  const t = useTexts(texts);
  const { time, ago } = useFormats();
  const [adding, setAdding] = useState<'totp' | 'passkey' | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const factors = useQuery({
    queryKey: ['second-factors'],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/me/second-factors', { signal })),
  });
  const removal = useGuarded(remove, () => toast({ message: t('factorRemoved') }));
  const renewal = useGuarded(
    (_input: null) => answer(api.POST('/api/v1/me/recovery-codes')),
    ({ recoveryCodes }) => setCodes(recoveryCodes),
  );
  const added = (made: readonly string[] | null) => {
    setAdding(null);
    if (made === null) toast({ message: t('factorAdded') });
    else setCodes(made);
  };
  const waiting = removal.asking ? removal : renewal.asking ? renewal : null;
  return (
    <Loaded query={factors} skeleton={<SkeletonLines lines={3} />}>
      {({ totp, passkeys, recoveryCodesLeft }) => (
        <Stack gap="md">
          {removal.error !== null && <ErrorNotice error={removal.error} />}
          {renewal.error !== null && <ErrorNotice error={renewal.error} />}
          <ul className={classes['rows']}>
            <li className={classes['row']}>
              <IconDeviceMobileCode size={20} stroke={1.6} aria-hidden />
              <div className={classes['grow']}>
                <Text size="sm" fw={500}>
                  {t('totp')}
                </Text>
                <Text size="xs" c="dimmed">
                  {t('totpWhy')}
                </Text>
              </div>
              {totp ? (
                <Group gap="xs">
                  <Chip tone="good">{t('on')}</Chip>
                  <Button size="xs" variant="default" onClick={() => removal.run({ kind: 'totp' })}>
                    {t('remove')}
                  </Button>
                </Group>
              ) : (
                <Button size="xs" onClick={() => setAdding('totp')}>
                  {t('totpAdd')}
                </Button>
              )}
            </li>
            {passkeys.map(({ id, name, createdAt, lastUsedAt }) => (
              <li key={id} className={classes['row']}>
                <IconFingerprint size={20} stroke={1.6} aria-hidden />
                <div className={classes['grow']}>
                  <Text size="sm" fw={500}>
                    {name}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {lastUsedAt === null
                      ? t('passkeyUnused', { since: time(createdAt) })
                      : t('passkeyUsed', { since: time(createdAt), ago: ago(lastUsedAt) })}
                  </Text>
                </div>
                <Button
                  size="xs"
                  variant="default"
                  aria-label={t('removePasskey', { name })}
                  onClick={() => removal.run({ kind: 'passkey', id })}
                >
                  {t('remove')}
                </Button>
              </li>
            ))}
            <li className={classes['row']}>
              <IconFingerprint size={20} stroke={1.6} aria-hidden />
              <div className={classes['grow']}>
                <Text size="sm" fw={500}>
                  {t('passkey')}
                </Text>
                <Text size="xs" c="dimmed">
                  {t(browserSupportsWebAuthn() ? 'passkeyWhy' : 'passkeyImpossible')}
                </Text>
              </div>
              {browserSupportsWebAuthn() && (
                <Button
                  size="xs"
                  variant={passkeys.length === 0 ? 'filled' : 'default'}
                  onClick={() => setAdding('passkey')}
                >
                  {t('passkeyAdd')}
                </Button>
              )}
            </li>
            {(totp || passkeys.length > 0) && (
              <li className={classes['row']}>
                <IconKey size={20} stroke={1.6} aria-hidden />
                <div className={classes['grow']}>
                  <Text size="sm" fw={500}>
                    {t('recovery')}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {t('recoveryLeft', { count: recoveryCodesLeft })}
                  </Text>
                </div>
                <Button
                  size="xs"
                  variant="default"
                  loading={renewal.pending}
                  onClick={() => renewal.run(null)}
                >
                  {t('recoveryRenew')}
                </Button>
              </li>
            )}
          </ul>
          <AuthenticatorDialog opened={adding === 'totp'} onAdded={added} onClose={() => setAdding(null)} />
          <PasskeyDialog opened={adding === 'passkey'} onAdded={added} onClose={() => setAdding(null)} />
          <CodesDialog codes={codes} onClose={() => setCodes(null)} />
          <RetypeDialog
            opened={waiting !== null}
            onTyped={() => waiting?.again()}
            onClose={() => waiting?.giveUp()}
          />
        </Stack>
      )}
    </Loaded>
  );
}
