import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { expectGone, expectShown, signInTo } from './browser.js';
import { startPortal, type Portal } from './portal.js';

const portal = await startPortal();

describe.skipIf(portal === null)('support access to the video of a customer (R32)', () => {
  const { page, world, registry, faults, newContext } = portal as Portal;
  afterAll(() => portal?.close());
  afterEach(() => expect(faults).toEqual([]));
  const picture = () =>
    world.ana.api.fetch(
      `/cameras/${world.bakeryCameraId}/recordings?from=2026-01-01T00:00:00Z&to=2026-01-01T01:00:00Z`,
    );

  it('is given by its owner for a while, stands on every page of who was given it, and is ended at once', async () => {
    expect((await picture()).status).toBe(403);
    const bea = await (await newContext()).newPage();
    await signInTo(bea, registry.url, world.owner, `/o/${world.bakeryId}`);
    await bea.getByRole('link', { name: 'Support access' }).click();
    await expectShown(bea.getByText('Nobody was let in'));
    await bea.getByRole('button', { name: 'Let support watch' }).first().click();
    const dialog = bea.getByRole('dialog');
    await dialog.getByLabel('For how long').selectOption('1 hour');
    await dialog.getByRole('button', { name: /^Open \d+ cameras$/ }).click();
    await expectShown(bea.getByText(/^(59|60) min left$/));
    await expectShown(bea.getByText('North Security', { exact: true }));
    expect((await picture()).status).toBe(200);

    await page.goto(`${registry.url}/o/${world.bakeryId}/cameras`);
    await expectShown(
      page.getByText(/^You act for Bakery Sunrise: its video is open to you, (59|60) min left\.$/),
    );
    await page.getByRole('link', { name: 'Events' }).click();
    await expectShown(page.getByText(/^You act for Bakery Sunrise/));
    await page.goto(`${registry.url}/o/${world.integratorId}/cameras`);
    await expectShown(page.getByRole('row').nth(1));
    await expectGone(page.getByText(/^You act for/));

    await bea.getByRole('button', { name: 'End now the access of North Security' }).click();
    await dialog.getByRole('button', { name: 'End the access' }).click();
    await expectShown(bea.getByText('Ended', { exact: true }));
    expect((await picture()).status).toBe(403);
    await bea.context().close();
  });

  it('is given back by who was given it', async () => {
    await page.goto(`${registry.url}/o/${world.cafeId}/support`);
    // Only an owner of the customer gives it.
    await expectShown(page.getByText('An owner of the account gives that.'));
    await expectGone(page.getByRole('button', { name: 'Let support watch' }));
    await page.getByRole('button', { name: 'End it now' }).click();
    await expectShown(page.getByText('Ended', { exact: true }));
    await expectGone(page.getByText(/^You act for/));
  });
});
