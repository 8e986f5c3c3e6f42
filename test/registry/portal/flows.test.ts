import { cameras } from '@gantry/registry/db/schema/cameras.js';
import { eq } from '@gantry/registry/db/drizzle.js';
import type { Locator, Page, Request } from 'playwright-core';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { useKeyboard } from '../../support/keyboard.js';
import { until } from '../../support/until.js';
import { expectGone, expectShown } from './browser.js';
import { startPortal, type Portal } from './portal.js';

/** The flows that people do every day (ux.md 6), counted: presses of the pointer, requests that change something. */

const portal = await startPortal();

describe.skipIf(portal === null)('every day', () => {
  const { page, row, world, registry, goto, faults } = portal as Portal;
  afterAll(() => portal?.close());
  afterEach(() => expect(faults).toEqual([]));

  const counted = () => {
    const count = { clicks: 0, changes: [] as string[] };
    const hear = (request: Request) => {
      const { pathname, searchParams } = new URL(request.url());
      if (request.method() !== 'GET' && searchParams.get('dryRun') !== 'true') count.changes.push(pathname);
    };
    page.on('request', hear);
    return {
      click: async (target: Locator) => {
        count.clicks += 1;
        await target.click();
      },
      end: () => {
        page.off('request', hear);
        return count;
      },
    };
  };
  /** As their boxes report once the recorders are gone. */
  const confirmStopped = async (customerId: string) => {
    const stopped = { reportedState: 'stopped' as const, reportedReason: null, reportedSince: new Date() };
    await registry.context.db
      .update(cameras)
      .set(stopped)
      .where(eq(cameras.customerId, customerId as never));
  };
  const button = (name: string | RegExp, on: Page | Locator = page) => on.getByRole('button', { name });

  it('one unassigned camera goes to its customer by 3 clicks and 3 letters', async () => {
    await goto('/cameras?state=unassigned');
    const flow = counted();
    await flow.click(button('Assign Stairs 3'));
    await page.getByPlaceholder('Type a part of the name').fill('but');
    await flow.click(page.getByRole('option', { name: 'Butcher Klein' }));
    await flow.click(button('Assign 1 camera'));
    await expectShown(page.getByText('1 camera assigned to Butcher Klein'));
    expect(flow.end()).toEqual({ clicks: 3, changes: ['/api/v1/cameras:bind'] });
    await expectGone(row('Stairs 3'));
  });

  it('1,300 unassigned cameras go to their customer by 5 clicks and one request, and come back by one more', async () => {
    await world.addCameras(1_300, (index) => ({ name: `Hall ${index + 1}` }));
    await goto('/cameras?state=unassigned&text=Hall');
    await expectShown(row('Hall 1'));
    const flow = counted();
    await flow.click(page.getByRole('checkbox', { name: 'Select all that are shown' }));
    await flow.click(button('Choose all 1,300 that match'));
    await flow.click(button('Assign 1,300 cameras'));
    await flow.click(page.getByRole('option', { name: 'Eastside Storage' }));
    await flow.click(page.getByRole('dialog').getByRole('button', { name: 'Assign 1,300 cameras' }));
    await expectShown(page.getByText('1,300 cameras assigned to Eastside Storage'));
    expect(flow.end()).toEqual({ clicks: 5, changes: ['/api/v1/cameras:bind'] });
    const { count } = await registry.api.get<{ count: number }>(
      '/cameras/count?text=Hall&unbound=false&exact=true',
    );
    expect(count).toBe(1_300);
    await button('Undo').click();
    await expectShown(page.getByText('1,300 cameras are as they were before'));
    await expectShown(row('Hall 1'));
  }, 120_000);

  it('a customer is disabled by 2 clicks, and its cameras are counted down to nothing', async () => {
    await page.goto(`${registry.url}/o/${world.bakeryId}/account`);
    const flow = counted();
    await flow.click(button('Disable'));
    await expectShown(page.getByText(/cameras of 8 stop recording at once/));
    await flow.click(button('Disable 8 cameras'));
    await expectShown(page.getByRole('dialog', { name: 'Bakery Sunrise is off' }));
    expect(flow.end()).toEqual({ clicks: 2, changes: [`/api/v1/tenants/${world.bakeryId}:disable`] });
    await expectShown(page.getByText('cameras have not confirmed yet'));
    await confirmStopped(world.bakeryId);
    await expectShown(page.getByText(/Recording has stopped on all \d cameras, after/));
    await button('Close', page.getByRole('dialog')).last().click();
    await expectShown(page.getByText('Off — disabled').first());
  });

  it('enabling it tells which cameras had been off, and switches those off again by one click', async () => {
    await button('Enable').first().click();
    await expectShown(page.getByText('1 camera was switched off before'));
    await button('Enable 8 cameras').click();
    await button('Switch it off again').click();
    await expectGone(page.getByText('Off — disabled'));
    await page.goto(`${registry.url}/o/${world.bakeryId}/cameras?state=disabled`);
    await expectShown(row('Loading bay'));
  });

  it('a customer is deleted only after the word was typed', async () => {
    await goto('/customers');
    await button('What to do with Farm Shop').click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    const act = button('Delete Farm Shop', page.getByRole('dialog'));
    await expectShown(page.getByText('This cannot be undone'));
    expect(await act.isEnabled()).toBe(false);
    await page.getByLabel('Type the word “Delete” to go on').fill('delete');
    expect(await act.isEnabled()).toBe(false);
    await page.getByLabel('Type the word “Delete” to go on').fill('Delete');
    await act.click();
    await expectGone(row('Farm Shop'));
  });

  it('two people who change one account both see what the other wrote', async () => {
    await page.goto(`${registry.url}/o/${world.butcherId}/account?tab=profile`);
    await page.getByLabel('Phone').fill('+49 30 1234');
    const now = await registry.api.get<{ version: number }>(`/tenants/${world.butcherId}`);
    await registry.api.patch(`/tenants/${world.butcherId}`, { companyName: 'Klein & Sons' }, now.version);
    await button('Save').click();
    const dialog = page.getByRole('dialog');
    await expectShown(dialog.getByText('Klein & Sons'));
    await button('Save mine', dialog).click();
    await expectShown(page.getByText('Saved', { exact: true }));
    expect(await registry.api.get(`/tenants/${world.butcherId}`)).toMatchObject({
      companyName: 'Klein & Sons',
      phone: '+49 30 1234',
    });
    await page.getByRole('textbox', { name: 'E-mail' }).fill('not an address');
    await button('Save').click();
    await expectShown(page.getByText('Must be an e-mail address such as office@example.com'));
  });

  it('cameras are assigned and a customer is disabled without a pointer; the focus comes back each time', async () => {
    const keyboard = await useKeyboard(page);
    await goto('/cameras?state=unassigned&text=Hall');
    await expectShown(row('Hall 1'));
    await keyboard.reach(page.getByRole('row').nth(1));
    await keyboard.press('x', 'ArrowDown', 'Space', 'a');
    await expectShown(page.getByRole('option', { name: 'Café Central' }));
    await keyboard.type('caf');
    await expectGone(page.getByRole('option', { name: 'Eastside Storage' }));
    await keyboard.press('ArrowDown', 'Enter');
    await keyboard.reach(button('Assign 2 cameras', page.getByRole('dialog')));
    await keyboard.press('Enter');
    await expectShown(page.getByText('2 cameras assigned to Café Central'));

    await page.goto(`${registry.url}/o/${world.cafeId}/account`);
    const disable = button('Disable');
    await expectShown(disable);
    await keyboard.reach(disable);
    await keyboard.press('Enter');
    await expectShown(page.getByText(/stop recording at once/));
    await keyboard.press('Escape');
    await expectGone(page.getByRole('dialog'));
    await keyboard.reach(disable);
    await keyboard.press('Enter');
    await keyboard.reach(button(/^Disable \d+ cameras$/, page.getByRole('dialog')));
    await keyboard.press('Enter');
    await expectShown(page.getByRole('dialog', { name: 'Café Central is off' }));
    await expectShown(page.getByText('cameras have not confirmed yet'));
    await confirmStopped(world.cafeId);
    await expectShown(page.getByText(/Recording has stopped on all \d+ cameras, after/));
    await keyboard.press('Escape');
    await expectGone(page.getByRole('dialog'));
    const enable = button('Enable').first();
    await until(() => keyboard.has(enable), { what: 'the focus on what was pressed' });
    expect(keyboard.pointerEvents()).toBe(0);
  });
});
