import { Secret, TOTP } from 'otpauth';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectGone, expectShown } from './browser.js';
import { startPortal } from './portal.js';

// Passkeys belong to a name: browsers make none for a bare address.
const portal = await startPortal({ config: { http: { host: 'localhost', port: 0 } } });

describe.skipIf(portal === null)('the own account', () => {
  const { page, world, registry, faults } = portal as NonNullable<typeof portal>;
  const url = registry.url.replace('127.0.0.1', 'localhost');
  const scope = `${url}/o/${world.integratorId}`;
  const dialog = page.getByRole('dialog');
  const signIn = async (password: string) => {
    await page.goto(`${url}/login`);
    await page.getByLabel('E-mail').fill(world.ana.email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  };
  const rowOf = (text: string) => page.getByRole('listitem').filter({ hasText: text });
  const codeOf = (secret: string) => new TOTP({ secret: Secret.fromBase32(secret) }).generate();

  beforeAll(async () => {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
      },
    });
    await signIn(world.ana.password);
    await page.getByRole('navigation', { name: 'Pages' }).waitFor({ state: 'attached' });
  });
  afterEach(() => expect(faults).toEqual([]));
  afterAll(() => portal?.close());

  it('is reached from the menu and says who one is, and for whom', async () => {
    await page.getByRole('button', { name: 'Account of Ana Field' }).click();
    await page.getByRole('menuitem', { name: 'Your account' }).click();
    await expectShown(rowOf('North Security').getByText('Owner'));
    await expectShown(page.getByText(world.ana.email, { exact: true }));
  });

  it('sets an authenticator app up, and shows the recovery codes until they are kept', async () => {
    await page.getByRole('button', { name: 'Set up an app' }).click();
    await expectShown(dialog.getByRole('img', { name: /^QR code/ }));
    const secret = await dialog.locator('code').innerText();
    await dialog.getByLabel('Six digits').fill('000000');
    await dialog.getByRole('button', { name: 'Switch it on' }).click();
    await expectShown(dialog.locator('input[aria-invalid=true]'));
    await dialog.getByLabel('Six digits').fill(codeOf(secret));
    await dialog.getByRole('button', { name: 'Switch it on' }).click();
    const codes = dialog.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
    await codes.first().waitFor();
    expect(await codes.count()).toBe(10);
    await page.keyboard.press('Escape');
    await expectShown(dialog.getByRole('button', { name: 'Done', disabled: true }));
    await dialog.getByLabel('I have kept them').check();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await expectShown(rowOf('Authenticator app').getByText('On', { exact: true }));
  });

  it('adds a passkey with which one signs in from then on', async () => {
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await dialog.getByLabel('Name').fill('Key on my ring');
    await dialog.getByRole('button', { name: 'Make the passkey' }).click();
    await expectShown(rowOf('Key on my ring').getByText('not used yet'));
    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByLabel('E-mail').waitFor();
    await signIn(world.ana.password);
    await page.getByRole('button', { name: /passkey/i }).click();
    await page.getByRole('navigation', { name: 'Pages' }).waitFor({ state: 'attached' });
    await page.goto(`${scope}/me`);
    await expectShown(rowOf('Key on my ring').getByText(/, used /));
  });

  it('removes factors', async () => {
    await page.getByRole('button', { name: 'Remove the passkey Key on my ring' }).click();
    await expectGone(rowOf('Key on my ring'));
    await expectShown(rowOf('Recovery codes').getByText('10 left'));
    await rowOf('Authenticator app').getByRole('button', { name: 'Remove' }).click();
    await expectShown(page.getByRole('button', { name: 'Set up an app' }));
  });

  it('ends a session elsewhere, and changes the password', async () => {
    const phone = await registry.as(world.ana.email, world.ana.password);
    await page.reload();
    await rowOf('Unknown browser').first().getByRole('button', { name: 'End' }).click();
    await expectShown(page.getByText('That session has ended'));
    await page.getByLabel('Password now').fill('wrong-password');
    await page.getByLabel('New password').fill('short');
    await page.getByRole('button', { name: 'Change the password' }).click();
    await expectShown(page.getByText('Must have at least 8 characters'));
    await page.getByLabel('Password now').fill(world.ana.password);
    await page.getByLabel('New password').fill('another-good-password');
    await page.getByRole('button', { name: 'Change the password' }).click();
    await expectShown(page.getByText('The password is changed'));
    await expect(phone.get('/me')).rejects.toThrow(/401/);
    await expectShown(rowOf('This one'));
  });
});
