import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { violationsOf } from '../../support/axe.js';
import { platformSignIn } from '../../support/registry.js';
import { expectGone, expectShown, signInTo, watchFaults } from './browser.js';
import { startPortal, type Portal } from './portal.js';

const portal = await startPortal();

describe.skipIf(portal === null)('whoever runs the platform', () => {
  const { registry, newContext } = portal as Portal;
  let page: Page;
  const faults: string[] = [];
  beforeAll(async () => {
    page = await (await newContext()).newPage();
    watchFaults(page, faults);
    await signInTo(page, registry.url, platformSignIn, '/welcome');
  });
  afterEach(() => expect(faults).toEqual([]));
  afterAll(() => portal?.close());

  /** In both schemes, on a desk and on a phone. */
  const accessible = async () => {
    for (const width of [1_280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await violationsOf(page)).toEqual([]);
    }
    await page.setViewportSize({ width: 1_280, height: 900 });
  };

  it('is welcomed: language, the way from outside, mail, and the first integrator', async () => {
    await page.goto(`${registry.url}/welcome`);
    await expectShown(page.getByRole('heading', { level: 1, name: 'Welcome to Gantry' }));
    await expectShown(page.getByText(`You are signed in as ${platformSignIn.email}.`));
    await expectShown(page.getByText(/^This registry answers · /));
    await page.getByRole('button', { name: 'Send me a test letter' }).click();
    await expectShown(page.getByText(/No mail server is set: the letter to root@platform\.example/));
    await expectShown(page.getByText('2 integrators are there'));
    await accessible();
    await page.getByRole('link', { name: 'Create an integrator' }).click();
    await expectShown(page.getByRole('heading', { level: 1, name: /integrator/ }));
  });

  it('sees what the registry carries, its versions and settings, and who watched across accounts', async () => {
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Platform' }).click();
    // What is pointed at is on its way to another colour.
    await page.mouse.move(640, 600);
    await expectShown(page.getByRole('heading', { level: 1, name: 'Platform' }));
    const carries = page.getByRole('region', { name: 'What it carries' });
    await expectShown(carries.getByText('2 · Show them'));
    await expectShown(carries.getByText(/^2 heard now, \d+ in all$/));
    await expectShown(
      page.getByRole('region', { name: 'Settings it was started with' }).getByText('in a folder'),
    );
    await accessible();
    await page.getByRole('link', { name: 'Access given' }).click();
    await expectShown(page.getByRole('row').filter({ hasText: 'Carlo Conti lets' }).first());
  });

  it('offers a box to another integrator, takes the offer back, and is declined and accepted', async () => {
    const { world, page: ana, goto } = portal as Portal;
    const dialog = ana.getByRole('dialog');
    const id = world.agentIds[1];
    await goto(`/boxes/${id}`);
    await ana.getByRole('button', { name: 'More to do with this box' }).click();
    await ana.getByRole('menuitem', { name: 'Hand to another integrator' }).click();
    await dialog.getByLabel('An integrator that you see').fill('Sub');
    await ana.getByRole('option', { name: 'Sub West' }).click();
    await dialog.getByRole('button', { name: 'Offer the box' }).click();
    await expectShown(ana.getByText('It is offered to another integrator'));
    await ana.getByRole('button', { name: 'Take the offer back' }).click();
    await expectGone(ana.getByText('It is offered to another integrator'));

    // Ana sees what lies below her integrator, and answers for it.
    const offer = () => world.ana.api.post(`/agents/${id}:offer`, { integratorId: world.subIntegratorId });
    await offer();
    await ana.goto(`${registry.url}/o/${world.subIntegratorId}/boxes`);
    await ana.getByRole('button', { name: 'Decline Warehouse 01' }).click();
    await dialog.getByRole('button', { name: 'Decline the box' }).click();
    await expectGone(ana.getByRole('button', { name: 'Accept Warehouse 01' }));
    await offer();
    await ana.reload();
    await ana.getByRole('button', { name: 'Accept Warehouse 01' }).click();
    await expectShown(dialog.getByText('The box belongs to Sub West from then on'));
    await dialog.getByRole('button', { name: /^Accept it with/ }).click();
    await expectShown(ana.getByRole('row').filter({ hasText: 'Warehouse 01' }));
    expect((portal as Portal).faults).toEqual([]);
  });

  it('moves a part of the tree by keys alone, after the numbers of what goes with it', async () => {
    const { world, page: ana, goto, row } = portal as Portal;
    const dialog = ana.getByRole('dialog');
    const keys = ana.keyboard;
    await goto('/customers');
    await ana.getByRole('button', { name: 'What to do with Bakery Sunrise' }).press('Enter');
    await ana.getByRole('menuitem', { name: 'Move' }).press('Enter');
    await expectShown(dialog.getByText('8 cameras'));
    await expectShown(dialog.getByText('1 user', { exact: true }));
    await keys.type('Sub W');
    await expectShown(ana.getByRole('option', { name: 'Sub West' }));
    await keys.press('ArrowDown');
    await keys.press('Enter');
    await expectShown(dialog.getByText('From then on Sub West and those above it look after it'));
    await dialog.getByRole('button', { name: 'Move Bakery Sunrise to Sub West' }).press('Enter');
    await expectGone(dialog);
    await expectGone(row('Bakery Sunrise'));
    await ana.goto(`${registry.url}/o/${world.subIntegratorId}/customers`);
    await expectShown(row('Bakery Sunrise').getByText('8 recording'));
    // What hangs below is counted whole.
    await goto('/customers');
    await ana.getByRole('button', { name: 'What to do with Sub West' }).click();
    await ana.getByRole('menuitem', { name: 'Disable' }).click();
    await expectShown(dialog.getByText('1 account below is switched off with it'));
    expect((portal as Portal).faults).toEqual([]);
  });
});
