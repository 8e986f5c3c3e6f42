import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { expectGone, expectShown, signInTo } from './browser.js';
import { startPortal } from './portal.js';

const portal = await startPortal();

describe.skipIf(portal === null)('the people of a tenant', () => {
  const { page, world, registry, faults, goto, row, newContext } = portal as NonNullable<typeof portal>;
  afterEach(() => expect(faults).toEqual([]));
  afterAll(() => portal?.close());
  const dialog = page.getByRole('dialog');
  const button = (name: string | RegExp) => dialog.getByRole('button', { name, exact: true });
  const ask = async (person: string, act: string) => {
    await page.getByRole('button', { name: `What to do with ${person}` }).click();
    await page.getByRole('menuitem', { name: act, exact: true }).click();
  };

  it('are listed with what they may do, whether they get in, and when they did', async () => {
    await goto('/cameras');
    await page.getByRole('link', { name: 'People' }).click();
    await expectShown(row('Ana Field (you)').getByText('Owner', { exact: true }));
    await expectShown(row('Ana Field').getByText('Active'));
    await expectShown(row('Ivo Neumann').getByText('Invited'));
    await expectShown(row('Ivo Neumann').getByText('Never'));
    await expectShown(row('Gus Guard').getByText('Disabled'));
    await expectShown(row('Gus Guard').getByText('Watches all cameras'));
    // Nobody shuts themselves out by a slip.
    await page.getByRole('button', { name: 'What to do with Ana Field' }).click();
    expect(await page.getByRole('menuitem').allInnerTexts()).toEqual(['Change', 'History']);
    await page.keyboard.press('Escape');
    await page.getByLabel('Name or e-mail').fill('gus@');
    await expectGone(row('Ivo Neumann'));
    await page.getByLabel('Name or e-mail').fill('gus@nowhere');
    await expectShown(page.getByText('Nobody matches “gus@nowhere”'));
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expectShown(row('Ivo Neumann'));
  });

  it('are invited with a link that is shown once, by a letter, or with a password', async () => {
    await page.getByRole('button', { name: 'Invite somebody' }).click();
    await button('Invite').click();
    await expectShown(dialog.locator('input[aria-invalid=true]').first());
    await dialog.getByLabel('Name of the person').fill('Lena Link');
    await dialog.getByLabel('E-mail of the person').fill('lena@north.example');
    await dialog.getByLabel('How they get in').selectOption('A link that I hand over');
    await button('Invite').click();
    const link = await dialog.locator('code').innerText();
    expect((await fetch(link)).status).toBe(200);
    await page.keyboard.press('Escape');
    await button('I have handed it over').click();
    await expectShown(row('Lena Link').getByText('Invited'));

    await page.getByRole('button', { name: 'Invite somebody' }).click();
    await dialog.getByLabel('Name of the person').fill('Paul Pass');
    await dialog.getByLabel('E-mail of the person').fill('paul@north.example');
    await dialog.getByLabel('How they get in').selectOption('A password that I choose');
    await dialog.getByLabel(/^Password/).fill('a-good-password');
    await dialog.getByLabel('Guard').check();
    await button('Invite').click();
    await expectShown(row('Paul Pass').getByText('Guard', { exact: true }));
    await registry.as('paul@north.example', 'a-good-password');

    // The link before ends with the new one.
    await ask('Lena Link', 'Send a new link');
    await button('Show it to me').click();
    const next = await dialog.locator('code').innerText();
    expect(next).not.toBe(link);
    await button('I have handed it over').click();
    expect(await (await fetch(next)).text()).not.toEqual(await (await fetch(link)).text());
    await ask('Lena Link', 'Send a new link');
    await button('Send it to lena@north.example').click();
    await expectShown(page.getByText('A letter with a new link goes to lena@north.example'));
  });

  it('who have an account elsewhere get a place beside it', async () => {
    await page.getByRole('button', { name: 'Invite somebody' }).click();
    await dialog.getByLabel('Name of the person').fill('Bea');
    await dialog.getByLabel('E-mail of the person').fill(world.owner.email);
    await button('Invite').click();
    await expectShown(dialog.getByText('Already belongs to a user'));
    await button('Give them a place here').click();
    await expectShown(row('Bea Baker').getByText('Administrator', { exact: true }));
    await ask('Bea Baker', 'Remove');
    await expectShown(dialog.getByText('1 other place stays'));
    await expectShown(button('Remove Bea Baker').and(page.locator(':disabled')));
    await dialog.getByLabel('Type the word “Remove” to go on').fill('Remove');
    await button('Remove Bea Baker').click();
    await expectGone(row('Bea Baker'));
  });

  it('are locked out with the numbers first, and let in again', async () => {
    const paul = await registry.as('paul@north.example', 'a-good-password');
    await ask('Paul Pass', 'Disable');
    await expectShown(dialog.getByText('Is signed in in 2 browsers: that ends at once'));
    await dialog.getByLabel('Reason').fill('contract ended');
    await button('Disable, and end 2 sessions').click();
    await expectShown(row('Paul Pass').getByText('Disabled'));
    await expect(paul.get('/me')).rejects.toThrow(/401/);
    await ask('Paul Pass', 'Enable');
    await expectShown(dialog.getByText('Gets 1 place back'));
    await button('Enable Paul Pass').click();
    await expectShown(row('Paul Pass').getByText('Active'));
    await registry.as('paul@north.example', 'a-good-password');
    await ask('Paul Pass', 'History');
    await expectShown(page.getByRole('heading', { name: 'History of Paul Pass' }));
    await expectShown(page.getByText('Ana Field switched the user Paul Pass off: contract ended'));
    await page.getByRole('main').getByRole('link', { name: 'People' }).click();
    await expectShown(row('Paul Pass'));
  });

  it('keep their last owner', async () => {
    const other = await (await newContext()).newPage();
    await signInTo(other, registry.url, world.owner, `/o/${world.bakeryId}/users`);
    await other.getByRole('button', { name: 'What to do with Bea Baker' }).click();
    await other.getByRole('menuitem', { name: 'Change' }).click();
    await other.getByRole('checkbox', { name: 'Owner' }).uncheck();
    await other.getByRole('button', { name: 'Save' }).click();
    await expectShown(other.getByText(/This is the last owner of Bakery Sunrise/));
    await other.context().close();
  });
});
