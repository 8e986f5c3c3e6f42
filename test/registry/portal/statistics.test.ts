import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { expectGone, expectShown } from './browser.js';
import { startPortal, type Portal } from './portal.js';

const portal = await startPortal();

describe.skipIf(portal === null)('the page of a customer', () => {
  const { page, world, registry, goto, row, faults } = portal as Portal;
  const chart = (name: string) => page.getByRole('figure', { name });
  afterEach(() => expect(faults).toEqual([]));
  afterAll(() => portal?.close());

  it('opens on its statistics, drawn day by day', async () => {
    await goto('/customers');
    await row('Butcher Klein').getByRole('link', { name: 'Butcher Klein' }).click();
    await expectShown(page.getByRole('tab', { name: 'Statistics', selected: true }));
    await expectShown(chart('Stored').locator('canvas'));
    await expectShown(chart('Cameras by state').getByText('Disabled'));
    await expectGone(chart('Cameras by state').getByText('Unassigned'));
    await expectShown(chart('Recorded').getByText(/^2,\d{3}(\.\d+)? h$/));
  });

  it('tells the same as a table and as a file, over the time that is asked for', async () => {
    await page.getByText('7 days', { exact: true }).click();
    await page.getByRole('switch', { name: 'As a table' }).click();
    await page.waitForURL(/days=7.*table=true|table=true.*days=7/);
    const rows = page.getByRole('row');
    // What was there before stays until the answer comes.
    await until(async () => (await rows.count()) > 7 && (await rows.count()) < 11, {
      what: 'a week of rows',
    });
    const file = await page.getByRole('link', { name: 'Download as CSV' }).getAttribute('href');
    const answer = await page.request.get(registry.url + file);
    expect(answer.headers()['content-type']).toContain('text/csv');
    expect((await answer.text()).trim().split('\n').length).toBeLessThan(11);
  });

  it('says so where nothing was counted yet', async () => {
    await page.goto(`${registry.url}/o/${world.subIntegratorId}/account`);
    await expectShown(page.getByText('Nothing to count yet'));
  });
});
