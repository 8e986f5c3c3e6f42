import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { makeLoginSeal } from '@gantry/agent/setup/login-seal.js';
import { sealLogin } from '@gantry/agent/setup/page/seal.js';
import { setupAct } from '@gantry/protocol/setup.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGantry, type RunningGantry } from '../../agent/support/gantry.js';
import { runInstaller } from '../../faults/installer.js';
import { violationsOf } from '../../support/axe.js';
import { startVirtualSite, type VirtualSite } from '../../support/cameras/site.js';
import { platformSignIn, startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { freePort } from '../../support/free-port.js';
import { until } from '../../support/until.js';
import { launchBrowser, signInTo, watchFaults } from '../portal/browser.js';

const canary = 'canary-behind-the-seal-3';
const browser: Browser | null = await launchBrowser();
let folder: string;
let registry: TestRegistry;
let site: VirtualSite;
let gantry: RunningGantry;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-setup-'));
  registry = await startTestRegistry();
  const north = await registry.createIntegrator({ name: 'North Security' });
  const others = Array.from({ length: 51 }, (_, index) => `Another customer ${index}`);
  await Promise.all(['Bakery', ...others].map((name) => registry.createCustomer(north.id, { name })));
  const south = await registry.createIntegrator({ name: 'South Security' });
  await registry.createCustomer(south.id, { name: 'Bakery of the south' });
  site = await startVirtualSite({
    cameras: 3,
    network: '127.0.84',
    each: { password: canary, discovery: { interfaces: ['127.0.0.1'] } },
  });
  gantry = startGantry(
    ['up', '--json', '--data', join(folder, 'data'), '--scan', '127.0.84.0/28', '--registry', registry.url],
    { GANTRY_HEARTBEAT_MS: '300', GANTRY_LOCAL_PORT: String(await freePort()) },
  );
});

afterAll(async () => {
  await gantry.stop('SIGTERM');
  await Promise.all([registry.close(), site.close(), browser?.close()]);
  await rm(folder, { recursive: true, force: true });
});

/** What the box says on the site while it waits: its code, the words, and the code to scan. */
async function lookAtBox(page: Page, claim: { code: string; words: string[] }): Promise<void> {
  const line = gantry.lines().find((text) => text.includes('"step":"page"')) ?? '{}';
  const { url, pin } = JSON.parse(line) as { url: string; pin: string };
  await page.goto(`http://127.0.0.1:${new URL(url).port}/#p=${pin}`);
  await page.waitForSelector(`#claim-code:has-text("${claim.code}")`);
  await page.waitForSelector(`#claim-words:has-text("${claim.words.join(' ')}")`);
  await until(() => page.evaluate<boolean>(`document.querySelector('#claim-qr').naturalWidth > 0`), {
    what: 'the QR code',
  });
  await look(page, '0-box');
}

const shots = process.env['GANTRY_SHOTS'];
async function look(page: Page, name: string): Promise<void> {
  expect([name, await violationsOf(page)]).toEqual([name, []]);
  if (shots === undefined) return;
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(shots, `registry-${name}-${colorScheme}.png`), fullPage: true });
  }
}

describe('a login that is sealed for the agent', () => {
  it('is opened by that agent alone, and is never in the message in clear', async () => {
    const [own, other] = await Promise.all([makeLoginSeal(), makeLoginSeal()]);
    const login = { username: 'admin', password: canary };
    const sealed = await sealLogin(own.publicKey, login);
    expect(setupAct.safeParse({ kind: 'login', name: null, sealed }).success).toBe(true);
    expect(JSON.stringify(sealed)).not.toContain(canary);
    expect(await own.open(sealed)).toEqual(login);
    await expect(other.open(sealed)).rejects.toThrow(/Enter it again/);
    await expect(own.open({ ...sealed, text: `A${sealed.text.slice(1)}` })).rejects.toThrow(RangeError);
    expect(setupAct.safeParse({ kind: 'login', name: null, ...login }).success).toBe(false);
    expect(setupAct.safeParse({ kind: 'add', url: 'rtsp://a:b@10.0.0.1/' }).success).toBe(false);
  });
});

describe.skipIf(browser === null)('an installer far from the box', () => {
  it('approves it, is led to its setup page, gives one login that nobody reads, and hands over', async () => {
    const context = await (browser as Browser).newContext({
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    const page = await context.newPage();
    const faults = watchFaults(page);
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.postData() ?? ''));
    const line = await until(() => gantry.lines().find((text) => text.includes('"needs_approval"')), {
      timeoutMs: 30_000,
      what: 'the code',
    });
    const { url, ...claim } = JSON.parse(line) as { url: string; code: string; words: string[] };
    await lookAtBox(page, claim);
    await signInTo(page, registry.url, platformSignIn);
    const site = { cameras: 3, password: canary };
    const run = await runInstaller(page, { url, words: claim.words }, site, (screen) => look(page, screen));
    expect(run).toMatchObject({ taps: 4, fields: 1 });
    await page.waitForSelector('#primary:has-text("Hand over")', { timeout: 60_000 });
    await page.tap('#list li:first-child button');
    await until(() => page.evaluate<boolean>(`document.querySelector('#still').naturalWidth > 0`), {
      timeoutMs: 30_000,
      what: 'a picture',
    });
    await page.fill('#name-field', 'Dock door');
    await page.tap('#name-form button');
    await page.waitForSelector('#camera-title:has-text("Dock door")');
    await look(page, '4-camera');
    await page.tap('#camera [data-close]');
    await page.tap('#primary');
    await page.waitForSelector('#customer-form:not([hidden])');
    await page.fill('#find-field', 'Bak');
    await until(async () => (await page.locator('#customer option').allTextContents()).join() === 'Bakery', {
      what: 'the only customer of that name whom this box may be given to',
    });
    await look(page, '5-hand-over');
    await page.tap('#customer-form button');
    await page.waitForSelector('#office:has-text("3 cameras given to Bakery")');
    await look(page, '6-done');

    expect(sent.join('\n')).not.toContain(canary);
    expect(gantry.output()).not.toContain(canary);
    expect(faults).toEqual([]);
    const { items } = await registry.api.get<{ items: { sentence: string }[] }>('/history?limit=50');
    const sentences = items.map(({ sentence }) => sentence);
    expect(sentences).toEqual(
      expect.arrayContaining([expect.stringContaining('gave a camera login for the site')]),
    );
    expect(JSON.stringify(items)).not.toContain(canary);

    await gantry.stop('SIGTERM');
    await page.reload();
    await page.waitForSelector('#stale:has-text("This box is offline")', { timeout: 30_000 });
    await page.waitForSelector('#list li:nth-child(3)');
    await look(page, '7-offline');
    process.stdout.write(`from approval to 3 registered cameras: ${Math.round(run.everyCameraMs)} ms\n`);
    await context.close();
  }, 180_000);
});
