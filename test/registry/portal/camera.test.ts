import { replacedKeys } from '@gantry/registry/db/schema/cameras.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { expectGone, expectShown } from './browser.js';
import { recordFor, type Recorded } from './footage.js';
import { startPortal } from './portal.js';

const portal = await startPortal();

describe.skipIf(portal === null)('the page of a camera', () => {
  const { page, world, registry, faults, goto, row } = portal as NonNullable<typeof portal>;
  const dialog = page.getByRole('dialog');
  const tab = (name: string) => page.getByRole('tab', { name });
  const video = page.locator('video');
  const strip = page.getByRole('slider');
  let recorded: Recorded;

  beforeAll(async () => {
    recorded = await recordFor({ url: registry.url, db: registry.context.db }, world.butcherCameraId);
  });
  afterEach(() => expect(faults).toEqual([]));
  afterAll(() => portal?.close());

  const shownMs = async () =>
    Date.parse((await page.locator('[class*=readout] time').getAttribute('datetime')) ?? '');

  it('is reached from the list, and says what is wanted beside what is so', async () => {
    await goto('/cameras?text=Front+door');
    await page.getByRole('link', { name: 'Front door', exact: true }).click();
    await expectShown(page.getByRole('heading', { level: 1, name: 'Front door' }));
    await expectShown(page.getByText('It is as wanted'));
    await expectShown(page.getByRole('definition').filter({ hasText: 'Bakery Sunrise' }));
  });

  it('tells who manages a camera that its video is the customer’s', async () => {
    await tab('Recordings').click();
    await expectShown(page.getByText('You do not see this video'));
    await tab('Live').click();
    await expectShown(page.getByText('No live picture'));
  });

  it('plays a day across a gap, says why the gap is there, and is steered by keys', async () => {
    await goto(`/cameras/${recorded.cameraId}?tab=recordings`);
    await until(
      async () => (await video.evaluate((it) => (it as unknown as { readyState: number }).readyState)) >= 2,
      { what: 'the first picture' },
    );
    await strip.press('Home');
    await until(async () => Math.abs((await shownMs()) - recorded.startMs) < 2_000, {
      what: 'the first moment',
    });
    // Into the gap: the first picture after it.
    await strip.press('Shift+ArrowRight');
    await until(async () => (await shownMs()) >= recorded.gap.endMs - 500, { what: 'the jump over the gap' });
    await expectShown(page.getByRole('listitem').filter({ hasText: '20 sec' }));
    await page.getByRole('button', { name: 'Play', exact: true }).press('k');
    const before = await shownMs();
    await until(async () => (await shownMs()) > before + 1_000, { what: 'playing' });
    await page.keyboard.press('l');
    await expect.poll(() => page.getByLabel('Speed').inputValue()).toBe('2');
    await page.keyboard.press('k');
    await expectShown(page.getByRole('button', { name: 'Play', exact: true }));
    await page.getByRole('button', { name: 'Link to this moment' }).click();
    expect(new URL(page.url()).searchParams.get('at')).toMatch(/^20\d\d-/);
  });

  it('keeps the picture of a moment, and exports a clip that can be shared', async () => {
    const downloads = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save picture' }).click();
    expect((await downloads).suggestedFilename()).toMatch(/\.jpg$/);
    await page.getByRole('button', { name: 'Export clip' }).click();
    await dialog.getByLabel('Name').fill('The parcel');
    await dialog.getByRole('button', { name: 'Export the clip' }).click();
    await dialog.getByText(/The clip is ready/).waitFor({ timeout: 30_000 });
    const file = page.waitForEvent('download');
    await dialog.getByRole('link', { name: 'Download' }).click();
    expect((await file).suggestedFilename()).toBe('The parcel.mp4');
    await dialog.getByRole('button', { name: 'Share by a link' }).click();
    await dialog.getByRole('button', { name: 'Make the link' }).click();
    const link = await dialog.getByLabel('Link').inputValue();
    expect((await fetch(link)).status).toBe(200);
    await dialog.getByRole('button', { name: 'Done' }).click();
  });

  it('changes how a camera is recorded, and shows what somebody else changed meanwhile', async () => {
    await tab('Settings').click();
    await page.getByRole('radio', { name: 'By a schedule' }).check();
    await page.getByRole('button', { name: 'Sunday' }).click();
    const now = await world.ana.api.get<{ version: number }>(`/cameras/${recorded.cameraId}`);
    await world.ana.api.fetch(`/cameras/${recorded.cameraId}/recording`, {
      method: 'PUT',
      headers: { 'if-match': `"${now.version}"`, 'content-type': 'application/json' },
      body: JSON.stringify({ mode: 'motion', stream: 'main', retentionDays: 30 }),
    });
    await page.getByRole('button', { name: 'Save how it is recorded' }).click();
    await expectShown(dialog.getByRole('cell', { name: 'Around motion' }));
    await dialog.getByRole('button', { name: 'Save mine' }).click();
    await expectShown(page.getByText('Saved', { exact: true }));
    const then = await world.ana.api.get<{ recording: { mode: string; scheduleWindows: unknown } }>(
      `/cameras/${recorded.cameraId}`,
    );
    expect(then.recording).toMatchObject({
      mode: 'schedule',
      scheduleWindows: [{ days: [1, 2, 3, 4, 5, 6], from: '18:00', to: '07:00' }],
    });
  });

  it('renames, tags, turns off and on; the history has it, with before and after', async () => {
    const more = async (item: string) => {
      await page.getByRole('button', { name: 'More to do with this camera' }).click();
      await page.getByRole('menuitem', { name: item }).click();
    };
    await more('Rename');
    await dialog.getByLabel('Name').fill('Cold store');
    await dialog.getByRole('button', { name: 'Save the name' }).click();
    await expectShown(page.getByRole('heading', { level: 1, name: 'Cold store' }));
    await more('Change tags');
    await dialog.getByLabel('Tags').fill('indoor');
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: 'Save the tags' }).click();
    await expectGone(dialog);
    await page.getByRole('button', { name: 'Turn off' }).click();
    await dialog.getByRole('button', { name: 'Turn off 1 camera' }).click();
    await expectShown(page.getByRole('button', { name: 'Turn on', exact: true }));
    await page.getByRole('button', { name: 'Turn on', exact: true }).click();
    await tab('History').click();
    await row('renamed')
      .getByRole('button', { name: /^Details/ })
      .click();
    await expectShown(dialog.getByRole('cell', { name: 'Cold store' }));
    await page.keyboard.press('Escape');
    await tab('Diagnostics').click();
    await expectShown(page.getByRole('heading', { name: 'Hardware', exact: true }));
  });

  it('tells of hardware that it had before, and lets it be used again', async () => {
    const cameraId = recorded.cameraId;
    await registry.context.db
      .insert(replacedKeys)
      .values({ kind: 'mac', value: '00:40:8c:aa:bb:cc', channel: 0, cameraId, seenAt: new Date() });
    await goto(`/cameras/${cameraId}?tab=diagnostics`);
    const former = page.getByRole('region', { name: 'Former hardware' });
    await expectShown(former.getByText('00:40:8c:aa:bb:cc'));
    await former.getByRole('button', { name: 'Let it be used again' }).click();
    await dialog.getByRole('button', { name: 'Let it register as a camera' }).click();
    await expectGone(dialog);
    await expectGone(former);
  });

  it('lists clips and links: a clip is deleted, a link switched off after its number was shown', async () => {
    await goto('/recordings?tab=links');
    await row('The parcel').getByRole('button', { name: 'Switch off the link for The parcel' }).click();
    await expectShown(dialog.getByText(/It was opened \d+ time/));
    await dialog.getByRole('button', { name: 'Switch off 1 link' }).click();
    await expectShown(page.getByText('No link works at the moment'));
    await tab('Clips').click();
    await row('The parcel').getByRole('button', { name: 'Delete The parcel' }).click();
    await dialog.getByRole('button', { name: 'Delete 1 clip' }).click();
    await expectShown(page.getByText('No clips yet'));
  });

  it('tells everything that happens live, narrowed by the address, and hands it out as CSV', async () => {
    await goto('/events?operation=camera.renamed');
    await expectShown(row('Cold store'));
    expect(await page.getByRole('row').count()).toBe(2);
    await page.getByRole('button', { name: /^Clear:/ }).click();
    await expectShown(row('switched off the link'));
    await world.ana.api.post(`/tenants/${world.butcherId}:disable`, { reason: 'tail' });
    await expectShown(row('Butcher Klein').filter({ hasText: 'tail' }));
    const file = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Export as CSV' }).click();
    expect((await file).suggestedFilename()).toBe('history.csv');
  });
});
