import { readFile } from 'node:fs/promises';
import type { DeviceTokens } from '@gantry/agent/identity/device-token.js';
import type { CameraId } from '@gantry/protocol/ids.js';
import { agents } from '@gantry/registry/db/schema/agents.js';
import { cameras } from '@gantry/registry/db/schema/cameras.js';
import { eq } from 'drizzle-orm';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { platformSignIn, startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { describeFootage, record } from '../recordings/footage.js';
import { until } from '../../support/until.js';
import { openShop, type Shop } from '../recordings/site.js';
import { enrolled, putSegment } from '../recordings/uploads.js';
import { launchBrowser, watchFaults } from './browser.js';

const browser: Browser | null = await launchBrowser();
if (browser === null) console.warn('the page is not tested: there is no Chromium here');

describe.skipIf(browser === null)('the page', () => {
  let registry: TestRegistry;
  let shop: Shop;
  let tokens: DeviceTokens;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    registry = await startTestRegistry();
    shop = await openShop(registry.context.db);
    tokens = await enrolled(registry.context.db, shop.agentId);
    const { db } = registry.context;
    await db.update(agents).set({ presence: 'online' });
    await db.update(cameras).set({ reportedState: 'recording', reportedSince: new Date() });
    page = await (browser as Browser).newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(10_000);
    faults = watchFaults(page);
    await page.goto(registry.url);
  });
  afterAll(async () => {
    await browser?.close();
    await registry?.close();
  });

  const signIn = async (password: string) => {
    await page.getByLabel('E-mail').fill(platformSignIn.email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  };
  const videoIs = (there: (atS: number) => boolean, what: string) =>
    until(
      async () => {
        const video = page.locator('video');
        return there(
          await video.evaluate((element) => (element as unknown as { currentTime: number }).currentTime),
        );
      },
      { what },
    );
  const row = (name: string) => page.locator('.camera', { hasText: name });

  /** Waits for a text in a camera's row. */
  const shows = async (name: string, text: string): Promise<boolean> => {
    const found = row(name).getByText(text);
    await found.waitFor();
    return found.isVisible();
  };

  it('lets in who knows the password, and tells who does not', async () => {
    await signIn('not-the-password');
    await page.getByRole('alert').getByText('E-mail or password is wrong').waitFor();
    await signIn(platformSignIn.password);
    expect(await shows('Front door', '● Recording')).toBe(true);
    await page.getByText('Wanted: record · Reported: recording').waitFor();
  });

  it('binds a camera that waits', async () => {
    const waiting: CameraId = await shop.addCamera();
    await registry.context.db.update(cameras).set({ name: 'Yard' }).where(eq(cameras.id, waiting));
    await shop.unbind(waiting);
    expect(await shows('Yard', '? Unassigned')).toBe(true);
    await page.getByRole('button', { name: 'Bind Yard to a customer' }).click();
    await page.getByLabel('Customer', { exact: true }).selectOption({ label: 'Butcher' });
    await page.getByLabel('Billing plan', { exact: true }).selectOption({ label: 'Month' });
    await page.getByRole('button', { name: 'Bind 1 camera' }).click();
    expect(await shows('Yard', 'Butcher, plan Month')).toBe(true);
  });

  it('plays what was recorded, by hls.js, and seeks by keys on the timeline', async () => {
    const footage = await record({ seconds: 8 });
    const about = { cameraId: shop.cameraId, startedAtMs: Date.now() - 20_000 };
    for (const segment of describeFootage(footage, about)) await putSegment(registry.url, tokens, segment);
    await page.getByRole('button', { name: 'Play recordings of Front door' }).click();
    await videoIs((atS) => atS > 0.5, 'the video to play');
    const strip = page.getByRole('slider', { name: 'Time of day' });
    await strip.press('Home');
    await videoIs((atS) => atS < 3, 'the video to be at its start');
    await strip.press('End');
    await videoIs((atS) => atS > 5, 'the video to be near its end');
    expect(await strip.locator('rect.recorded').count()).toBe(1);
  });

  it('shows a snapshot when one arrives', async () => {
    const jpeg = await readFile(new URL('../../fixtures/media/main.jpg', import.meta.url));
    await fetch(`${registry.url}/api/v1/agent/cameras/${shop.cameraId}/snapshot`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${await tokens.current()}` },
      body: new Uint8Array(jpeg),
    });
    const picture = row('Front door').locator('img');
    const widthOf = (image: unknown) => (image as { naturalWidth: number }).naturalWidth;
    const width = await until(() => picture.evaluate(widthOf), { what: 'the snapshot to be shown' });
    expect(width).toBeGreaterThan(0);
  });

  it('disables a customer after showing what that does, and enables it again', async () => {
    await page.getByRole('button', { name: 'Disable Bakery' }).click();
    await page.getByText('1 camera of 1 stops recording.').waitFor();
    await page.getByLabel('Reason (optional)').fill('contract ended');
    await page.getByRole('button', { name: 'Disable 1 camera' }).click();
    expect(await shows('Front door', '■ Disabled')).toBe(true);
    expect(await shows('Front door', 'Off — customer Bakery disabled')).toBe(true);
    await page.getByRole('button', { name: 'Enable Bakery' }).click();
    await page.getByRole('button', { name: 'Enable 1 camera' }).click();
    expect(await shows('Front door', '● Recording')).toBe(true);
  });

  it('turns one camera off and on', async () => {
    await page.getByRole('button', { name: 'Turn Front door off' }).click();
    expect(await shows('Front door', '■ Disabled')).toBe(true);
    await page.getByRole('button', { name: 'Turn Front door on' }).click();
    expect(await shows('Front door', '● Recording')).toBe(true);
  });

  it('says when the registry cannot be reached, and keeps what it shows', async () => {
    await page.context().setOffline(true);
    await page.getByText(/The registry cannot be reached; what you see is \d+ s old/).waitFor();
    expect(await row('Front door').count()).toBe(1);
    await page.context().setOffline(false);
    await page.getByText(/The registry cannot be reached/).waitFor({ state: 'hidden' });
  });

  it('signs out', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Password').waitFor();
    expect(await row('Front door').isVisible()).toBe(false);
    expect(faults).toEqual([]);
  });
});
