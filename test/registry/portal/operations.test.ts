import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { expectGone, expectShown } from './browser.js';
import { startPortal } from './portal.js';

const portal = await startPortal();

describe.skipIf(portal === null)('work in the background', () => {
  const { page, world, faults, goto, row } = portal as NonNullable<typeof portal>;
  afterEach(() => expect(faults).toEqual([]));
  afterAll(() => portal?.close());
  const drawer = page.getByRole('dialog');
  const begin = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json', prefer: 'respond-async' };
    const answer = await world.ana.api.fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(answer.status).toBe(202);
  };

  it('is told of in the tray, followed in a drawer with an address, and taken back with the numbers first', async () => {
    const ids = await world.addCameras(300, (index) => ({ name: `Hall ${index + 1}` }));
    const { items: plans } = await world.ana.api.get<{ items: { id: string }[] }>('/plans');
    await goto('/cameras?text=Hall 300');
    await expectShown(row('Hall 300').getByText('Unassigned', { exact: true }));
    await begin('/cameras:bind', { ids, customerId: world.butcherId, planId: plans[0]?.id });
    await page.getByRole('button', { name: /^Work in the background/ }).click();
    await page.getByRole('link', { name: 'Assign cameras' }).click();
    await expectShown(drawer.getByText('Done', { exact: true }));
    await expectShown(drawer.getByText('300 of 300'));
    await page.reload();
    await drawer.getByRole('button', { name: 'Undo' }).click();
    await expectShown(page.getByText('300 cameras: Butcher Klein · Standard → Inbox'));
    await page.getByRole('button', { name: 'Take back 300 cameras' }).click();
    await expectShown(page.getByText('Taken back: Assign cameras'));
    await page.keyboard.press('Escape');
    await expectGone(drawer);
    await goto('/cameras?text=Hall 300');
    await expectShown(row('Hall 300').getByText('Unassigned', { exact: true }));
    await goto('/operations');
  });

  it('says what failed, and hands it out as a file', async () => {
    await page.getByRole('button', { name: 'Turn cameras off' }).click();
    await expectShown(drawer.getByText('2 of 2, 1 failed'));
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      drawer.getByRole('button', { name: 'Save as CSV' }).click(),
    ]);
    expect(await readFile(await file.path(), 'utf8')).toMatch(/^cam_\w+,not_found,/m);
  });

  it('tries again what failed, and leads to what came of it', async () => {
    await drawer.getByRole('button', { name: 'Try again' }).click();
    await drawer.getByRole('link', { name: 'Show what came of it' }).click();
    await expectShown(drawer.getByText('1 of 1, 1 failed'));
    await expectGone(drawer.getByRole('link', { name: 'Show what came of it' }));
    await page.keyboard.press('Escape');
    await page.getByLabel('State').selectOption('Stopped');
    await expectShown(page.getByText('Nothing is in this state'));
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expectShown(row('Turn cameras off'));
  });
});
