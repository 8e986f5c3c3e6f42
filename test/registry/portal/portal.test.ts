import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { expectGone, expectShown } from './browser.js';
import { startPortal, type Portal } from './portal.js';

const portal = await startPortal();

describe.skipIf(portal === null)('the portal', () => {
  const { page, row, world, registry, goto, faults } = portal as Portal;
  afterAll(() => portal?.close());
  afterEach(() => expect(faults).toEqual([]));

  it('keeps filters in the address', async () => {
    await goto('/cameras?text=till');
    await expectShown(row('Till'));
    expect(await page.getByPlaceholder('Name, maker').inputValue()).toBe('till');
    await page.getByRole('button', { name: 'Clear the search' }).click();
    await page.getByRole('button', { name: 'Unassigned' }).click();
    await page.waitForURL(/state=unassigned/);
    await goto('/cameras?text=nothing-like-this');
    await expectShown(page.getByText('No camera matches nothing-like-this'));
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expectShown(row('Front door'));
  });

  it('shows customers with their state and its reason, and goes to one', async () => {
    await page.getByRole('link', { name: 'Customers' }).click();
    await expectShown(row('Garage Huber').getByText('Off — disabled: contract ended'));
    await page.getByRole('link', { name: 'Bakery Sunrise' }).click();
    await expectShown(page.getByRole('button', { name: /Bakery Sunrise\s*Change whom/ }));
  });

  it('goes to another tenant by the switcher, and anywhere by Ctrl-K', async () => {
    await page.getByRole('button', { name: /Change whom/ }).click();
    await page.getByPlaceholder('Search customers and integrators').fill('sub');
    await page.getByRole('option', { name: /Sub West/ }).click();
    await expectShown(page.getByText('No cameras yet'));
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder(/^Name, MAC/).fill('butcher');
    await page.getByRole('dialog').getByText('Butcher Klein').click();
    await expectShown(page.getByRole('button', { name: /Butcher Klein\s*Change whom/ }));
  });

  it('speaks German, and keeps doing so', async () => {
    await page.getByRole('button', { name: /^Account of/ }).click();
    const kept = page.waitForResponse((one) => one.request().method() === 'PATCH');
    await page.getByRole('menuitemradio', { name: 'Deutsch' }).click();
    await kept;
    await page.reload();
    await expectShown(page.getByRole('link', { name: 'Kameras' }));
  });

  it('says that there is nothing at a foreign address, as at an unknown one', async () => {
    await page.goto(`${registry.url}/o/${registry.platformId}/cameras`);
    await expectShown(page.getByRole('heading', { name: 'Unter dieser Adresse gibt es nichts' }));
  });

  it('binds one camera by three clicks and a few letters', async () => {
    const context = await (portal as Portal).newContext({
      storageState: await page.context().storageState(),
    });
    const desk = await context.newPage();
    await desk.goto(`${registry.url}/o/${world.integratorId}/cameras?state=unassigned`);
    const assign = desk.getByRole('button', { name: 'Stairs 3 zuordnen' });
    await assign.click();
    await desk.getByPlaceholder('Einen Teil des Namens eingeben').fill('but');
    await desk.getByRole('option', { name: 'Butcher Klein' }).click();
    await desk.getByRole('button', { name: '1 Kamera zuordnen' }).click();
    await expectShown(desk.getByText('1 Kamera Butcher Klein zugeordnet'));
    await expectGone(assign);
    await context.close();
  });

  it('lets nobody stay who signed out', async () => {
    await goto('/cameras');
    await page.getByRole('button', { name: /^Konto von/ }).click();
    await page.getByRole('menuitem', { name: 'Abmelden' }).click();
    await page.waitForURL(/\/login/);
    await goto('/cameras');
    await expectShown(page.getByLabel('Password'));
  });
});
