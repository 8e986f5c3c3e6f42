import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { expectGone, expectShown } from './browser.js';
import { recordFor, type Recorded } from './footage.js';
import { startPortal } from './portal.js';

const portal = await startPortal();

describe.skipIf(portal === null)('the wall of recordings', () => {
  const { page, world, registry, faults, goto } = portal as NonNullable<typeof portal>;
  let recorded: Recorded;
  beforeAll(async () => {
    recorded = await recordFor({ url: registry.url, db: registry.context.db }, world.butcherCameraId);
  });
  afterEach(() => expect(faults).toEqual([]));
  afterAll(() => portal?.close());

  const tile = (name: string) =>
    page
      .getByRole('listitem')
      .getByRole('link')
      .filter({ has: page.getByText(name, { exact: true }) });
  const local = (ms: number) => {
    const date = new Date(ms);
    const two = (number: number) => String(number).padStart(2, '0');
    return {
      day: `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`,
      time: `${two(date.getHours())}:${two(date.getMinutes())}`,
    };
  };

  it('shows each camera at a chosen moment, or why not, and leads to its recordings there', async () => {
    await goto('');
    await page.getByRole('link', { name: 'Recordings' }).click();
    await expectShown(tile('Oven'));
    // The whole minute lies in what is recorded.
    const momentMs = Math.ceil(recorded.startMs / 60_000) * 60_000;
    const { day, time } = local(momentMs);
    await page.getByLabel('Day', { exact: true }).fill(day);
    await page.getByLabel('Time', { exact: true }).fill(time);
    const picture = tile(recorded.name).locator('img');
    await until(
      async () =>
        (await picture.count()) > 0 &&
        (await picture.evaluate((it) => (it as unknown as { naturalWidth: number }).naturalWidth)) > 0,
      { what: 'the picture of the moment' },
    );
    // Whose video is the customer's own, and what is not recorded, say so.
    await expectShown(tile('Front door').getByText('You do not see this video'));
    await expectShown(tile('Roof').getByText('Nothing is recorded at this moment'));
    await tile(recorded.name).click();
    await page.waitForURL(/tab=recordings/);
    expect(new URL(page.url()).searchParams.get('at')).toContain(new Date(momentMs).toISOString());
    await expectShown(page.getByRole('slider'));
  });

  it('goes back to the newest, and is narrowed by a search', async () => {
    await page.goBack();
    await page.getByRole('button', { name: 'Newest' }).click();
    await until(() => !new URL(page.url()).searchParams.has('at'), { what: 'no moment in the address' });
    await page.getByLabel('Name, maker, serial or address').fill('oven');
    await expectGone(tile('Front door'));
    await expectShown(tile('Oven'));
  });

  it('lists share links of the tenant in the address alone', async () => {
    await world.ana.api.post('/share-links', { cameraId: world.butcherCameraId, name: 'The insurer' });
    const links = async (tenantId: string) => {
      await page.goto(`${registry.url}/o/${tenantId}/recordings?tab=links`);
      return page.getByRole('row').filter({ hasText: 'The insurer' });
    };
    await expectShown(await links(world.butcherId));
    await expectShown(await links(world.integratorId));
    await links(world.bakeryId);
    await expectShown(page.getByText('No link works at the moment'));
  });
});
