import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { expectGone, expectShown } from './browser.js';
import { startPortal } from './portal.js';

const portal = await startPortal();

describe.skipIf(portal === null)('somebody new below an integrator', () => {
  const { page, world, faults, goto, row } = portal as NonNullable<typeof portal>;
  afterEach(() => expect(faults).toEqual([]));
  afterAll(() => portal?.close());
  const button = (name: string) => page.getByRole('button', { name, exact: true });

  it('needs a name and an e-mail address, and says so at the fields', async () => {
    await goto('/customers');
    await page.getByRole('link', { name: 'Add a customer' }).first().click();
    await page.getByRole('heading', { name: 'New customer' }).waitFor();
    await button('Create the customer').click();
    await expectShown(
      page.getByLabel('Name', { exact: false }).first().and(page.locator('[aria-invalid=true]')),
    );
    await page.getByRole('textbox', { name: 'Name', exact: false }).first().fill('Bakery Sunrise');
    await expectShown(page.getByText('There is Bakery Sunrise already.'));
    await page.getByRole('textbox', { name: 'Name', exact: false }).first().fill('Ärzte am Markt');
    await expectGone(page.getByText('There is Bakery Sunrise already.'));
    await page.getByRole('textbox', { name: 'E-mail' }).fill('praxis@markt.example');
    await button('Create the customer').click();
    await expectShown(page.getByRole('heading', { name: 'Ärzte am Markt' }));
    await goto('/customers');
    await expectShown(row('Ärzte am Markt'));
  });

  it('is created with its first user, whose link is shown once', async () => {
    await goto('/customers/new');
    await page.getByRole('textbox', { name: 'Name', exact: false }).first().fill('Opera House');
    await page.getByRole('textbox', { name: 'E-mail' }).fill('stage@opera.example');
    await page.getByText('First user').click();
    await page.getByLabel('Let somebody in right away').check();
    await page.getByLabel('Name of the person').fill('Orla');
    // The address of somebody else: the customer is there, the user is not.
    await page.getByLabel('E-mail of the person').fill(world.owner.email);
    await page.getByLabel('How they get in').selectOption('A link that I hand over');
    await button('Create the customer').click();
    await expectShown(button('Go on without a user'));
    await page.getByLabel('E-mail of the person').fill('orla@opera.example');
    await button('Create the user').click();
    const dialog = page.getByRole('dialog');
    const link = await dialog.locator('code').innerText();
    expect(link).toMatch(/\/activate\/.{40,}/);
    await page.keyboard.press('Escape');
    await button('I have handed it over').click();
    await expectShown(page.getByRole('heading', { name: 'Opera House' }));
    const opened = await page.context().browser()?.newPage();
    const answer = await opened?.goto(link);
    expect(answer?.status()).toBe(200);
    await opened?.close();
  });

  it('may be an integrator, and leads to the unassigned cameras when asked to', async () => {
    await goto('/customers/new');
    await page.getByText('Integrator', { exact: true }).first().click();
    await page.getByRole('heading', { name: 'New integrator' }).waitFor();
    expect(await page.getByText('Defaults').count()).toBe(0);
    await page.getByText('Customer', { exact: true }).first().click();
    await page.getByRole('textbox', { name: 'Name', exact: false }).first().fill('Quick Shop');
    await page.getByRole('textbox', { name: 'E-mail' }).fill('shop@quick.example');
    await button('Create and add cameras').click();
    await page.waitForURL(/state=unassigned/);
    await expectShown(page.getByText('Quick Shop is created'));
  });
});
