import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { expectGone, expectShown } from './browser.js';
import { startPortal, type Portal } from './portal.js';

const portal = await startPortal();

describe.skipIf(portal === null)('API keys of a tenant (R33)', () => {
  const { page, registry, row, goto, faults } = portal as Portal;
  afterAll(() => portal?.close());
  afterEach(() => expect(faults).toEqual([]));
  const dialog = page.getByRole('dialog');

  it('are shown once, may use what was chosen, tell when they were used, and are revoked', async () => {
    await goto('');
    await page.getByRole('link', { name: 'API keys' }).click();
    await expectShown(row('Alarm desk').getByText('Live view, Playback, Configure cameras'));
    await page.getByRole('button', { name: 'Create a key' }).click();
    await dialog.getByLabel('Name').fill('Door opener');
    await dialog.getByLabel('Good for').selectOption('30 days');
    await dialog.getByLabel('Only these parts').check();
    const make = dialog.getByRole('button', { name: 'Create the key' });
    await expectShown(make.and(page.locator(':disabled')));
    await dialog.getByRole('checkbox', { name: 'Statistics' }).check();
    await make.click();
    const key = await dialog.getByLabel('The key', { exact: true }).innerText();
    await page.keyboard.press('Escape');
    await dialog.getByRole('button', { name: 'I saved it' }).click();
    await expectGone(dialog);
    await expectShown(row('Door opener').getByText('Never'));
    expect(await page.content()).not.toContain(key);

    const program = registry.at(key);
    expect(await program.get('/me')).toBeDefined();
    await page.reload();
    await expectGone(row('Door opener').getByText('Never'));
    await page.getByRole('button', { name: 'Revoke Door opener' }).click();
    await expectShown(dialog.getByText(/^It was used/));
    await dialog.getByRole('button', { name: 'Revoke the key' }).click();
    await expectGone(row('Door opener'));
    await expect(program.get('/me')).rejects.toThrow(/401/);
  });
});
