import { decodeJoinToken } from '@gantry/protocol/enrol.js';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { newBox } from '../enrolment/box.js';
import { expectGone, expectShown } from './browser.js';
import { startPortal, type Portal } from './portal.js';

const portal = await startPortal();

describe.skipIf(portal === null)('keys for boxes', () => {
  const { page, world, registry, row, goto, faults } = portal as Portal;
  afterAll(() => portal?.close());
  afterEach(() => expect(faults).toEqual([]));
  const dialog = page.getByRole('dialog');

  it('are listed with how far they are used, where cameras go, and until when', async () => {
    await goto('/boxes');
    await page.getByRole('link', { name: 'Keys', exact: true }).click();
    await expectShown(row('Vans 2026').getByText('New cameras go to Bakery Sunrise · Standard'));
    await expectShown(row('Vans 2026').getByText('0 of 25 used'));
    await expectShown(row('Clinic, spare box').getByText('Ends soon'));
    await expectShown(row('Clinic, spare box').getByText('Never'));
  });

  it('are shown once, not closed by a slip, let boxes in, and are revoked', async () => {
    await page.getByRole('button', { name: 'Create a key' }).click();
    await dialog.getByLabel('Name').fill('Depot');
    await dialog.getByLabel('Several boxes').check();
    await dialog.getByLabel('Boxes at most').fill('3');
    await dialog.getByRole('button', { name: 'Create the key' }).click();
    const token = await dialog.getByLabel('The key', { exact: true }).innerText();
    await page.keyboard.press('Escape');
    await expectShown(dialog.getByText('It is shown this once.', { exact: false }));
    await dialog.getByRole('button', { name: 'I saved it' }).click();
    await expectGone(dialog);
    const secret = decodeJoinToken(token)?.k ?? '';
    const box = await newBox();
    await registry.at().post('/enrol', {
      token: secret,
      publicKey: box.publicKey,
      proof: await box.proof(secret.split('.')[0] ?? ''),
      hostname: 'depot-1',
      agentVersion: '0.1.0',
    });
    await page.reload();
    await expectShown(row('Depot').getByText('1 of 3 used'));
    await expectGone(row('Depot').getByText('Never'));

    await page.getByRole('button', { name: 'Revoke Depot' }).click();
    await expectShown(dialog.getByText('2 more boxes could have come in by it'));
    await expectShown(dialog.getByText('The 1 box that came in by it stays.'));
    await dialog.getByRole('button', { name: 'Revoke the key' }).click();
    await expectGone(row('Depot'));
    await page.goto(`${registry.url}/o/${world.subIntegratorId}/keys`);
    await expectShown(page.getByText('No key yet'));
  });
});
