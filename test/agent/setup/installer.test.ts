import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startVirtualSite, type VirtualSite } from '../../support/cameras/site.js';
import { violationsOf } from '../../support/axe.js';
import { useKeyboard } from '../../support/keyboard.js';
import { freePort } from '../../support/free-port.js';
import { until } from '../../support/until.js';
import { launchBrowser, watchFaults } from '../../registry/portal/browser.js';
import { startGantry, type RunningGantry } from '../support/gantry.js';
import { startSmallRegistry, type SmallRegistry } from '../support/small-registry.js';

const browser: Browser | null = await launchBrowser();
let folder: string;
let registry: SmallRegistry;
let site: VirtualSite;
let gantry: RunningGantry;
let base: string;
let pin: string;

beforeAll(async () => {
  site = await startVirtualSite({
    cameras: 5,
    network: '127.0.44',
    each: { password: 'site-canary-1', discovery: { interfaces: ['127.0.0.1'] } },
    one: (index) => (index === 4 ? { kind: 'generic', rtspPort: 554 } : {}),
  });
  for (const { faults } of site.cameras) faults.clockAhead(-3 * 3_600_000);
});
afterAll(async () => {
  await site.close();
  await browser?.close();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-page-'));
  registry = await startSmallRegistry();
  const port = await freePort();
  gantry = startGantry(['up', '--json', '--data', join(folder, 'data'), '--scan', '127.0.44.0/28'], {
    GANTRY_LOCAL_PORT: String(port),
    GANTRY_HEARTBEAT_MS: '200',
  });
  const line = await until(() => gantry.lines().find((text) => text.includes('"step":"page"')), {
    timeoutMs: 60_000,
    what: 'the page',
  });
  ({ pin } = JSON.parse(line) as { pin: string });
  base = `http://127.0.0.1:${port}`;
});
afterEach(async () => {
  await gantry.stop('SIGTERM');
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

/** Counts what the installer does with a finger and a keyboard. */
function counting(page: Page) {
  const counted = { taps: 0, fields: 0 };
  return {
    counted,
    tap: async (selector: string) => {
      counted.taps += 1;
      await page.tap(selector);
    },
    type: async (selector: string, text: string) => {
      counted.fields += 1;
      await page.fill(selector, text);
    },
  };
}

const shots = process.env['GANTRY_SHOTS'];
async function shoot(page: Page, name: string): Promise<void> {
  expect([name, await violationsOf(page)]).toEqual([name, []]);
  if (shots === undefined) return;
  for (const [width, colorScheme] of [
    [390, 'light'],
    [390, 'dark'],
    [1280, 'light'],
  ] as const) {
    await page.setViewportSize({ width, height: 844 });
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(shots, `${name}-${width}-${colorScheme}.png`) });
  }
  await page.setViewportSize({ width: 390, height: 844 });
}

/** In the page: how many values the colours of the moving picture take. */
const coloursShown = `(() => {
  const canvas = document.querySelector('#live');
  return new Set(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data).size;
})()`;

const newContext = (): Promise<BrowserContext> => {
  if (!browser) throw new Error('no Chromium');
  return browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
};

describe.skipIf(browser === null)('an installer with a phone', () => {
  it('connects the box, gives one login, sees every camera register, looks through one, and hands over', async () => {
    const context = await newContext();
    const page = await context.newPage();
    const faults = watchFaults(page);
    const { counted, tap, type } = counting(page);
    // The printed address carries the PIN in its fragment, which is never sent.
    await page.goto(`${base}/#p=${pin}`);
    await page.waitForSelector('#connect:not([hidden])');
    expect(page.url()).toBe(`${base}/`);
    await shoot(page, '1-connect');
    const startedAtMs = performance.now();
    await type('#join-field', registry.joinToken);
    await tap('#join-form button');
    await page.waitForSelector('#cameras:not([hidden])', { timeout: 20_000 });
    await until(() => page.evaluate<boolean>(`document.querySelectorAll('#list li').length === 5`), {
      timeoutMs: 30_000,
    });
    await page.waitForSelector('#primary:has-text("Enter the login of")');
    await shoot(page, '2-cameras');
    await tap('#primary');
    await type('#login-password', 'site-canary-1');
    await shoot(page, '3-login');
    await tap('#login-try');
    await page.waitForSelector('#counts:has-text("5 found, 5 registered")', { timeout: 30_000 });
    await page.waitForSelector('#primary:has-text("Hand over")', { timeout: 30_000 });
    const registeredMs = performance.now() - startedAtMs;
    expect(registry.cameras.size).toBe(5);
    await until(
      () =>
        page.evaluate<boolean>(
          `[...document.querySelectorAll('#list img')].filter((image) => image.naturalWidth > 0).length === 5`,
        ),
      { timeoutMs: 30_000 },
    );
    await shoot(page, '4-ready');

    // Not the one without ONVIF, which tells no time.
    await tap('#list li:not(:has-text(":554")) button >> nth=0');
    const openedAtMs = performance.now();
    await until(() => page.evaluate<boolean>(`document.querySelector('#still').naturalWidth > 0`), {
      timeoutMs: 30_000,
    });
    const stillMs = performance.now() - openedAtMs;
    await until(
      () => page.evaluate<boolean>(`document.querySelector('#picture-state').textContent === 'Live'`),
      { timeoutMs: 30_000 },
    );
    const liveMs = performance.now() - openedAtMs;
    await until(() => page.evaluate<boolean>(`${coloursShown} > 50`), { timeoutMs: 30_000 });
    await shoot(page, '5-preview');
    const warnings = await page.textContent('#warnings');
    expect(warnings).toContain('The camera’s clock is 3 h behind.');
    expect(warnings).not.toContain('anybody can look up');
    await tap('#camera [data-close]');

    await tap('#primary');
    await page.waitForSelector('#summary:has-text("5 of 5")');
    await shoot(page, '6-done');
    expect(counted).toEqual({ taps: 6, fields: 2 });
    expect(faults).toEqual([]);
    expect(gantry.output()).not.toContain('site-canary-1');
    process.stdout.write(
      `installer: ${counted.taps} taps, ${counted.fields} fields; registered ${Math.round(registeredMs)} ms, first still ${Math.round(stillMs)} ms, live ${Math.round(liveMs)} ms\n`,
    );
    await context.close();
  }, 120_000);

  it('is told what is wrong with a token and pastes another; all without a pointer', async () => {
    const context = await newContext();
    const page = await context.newPage();
    const keyboard = await useKeyboard(page);
    const [join, primary] = [page.locator('#join-field'), page.locator('#primary')];
    await page.goto(base);
    await page.waitForSelector('#pin:not([hidden])');
    await keyboard.reach(page.locator('#pin-field'));
    await keyboard.type(pin);
    await page.waitForSelector('#connect:not([hidden])');
    await keyboard.reach(join);
    await keyboard.type('gantry1_nonsense');
    await keyboard.press('Tab', 'Enter');
    await page.waitForSelector('#notice:has-text("This is no join token")');
    registry.enrolFaults.push('refuse the token');
    await keyboard.reach(join);
    await keyboard.press('Control+a');
    await page.keyboard.insertText(registry.joinToken);
    await keyboard.press('Tab', 'Enter');
    await page.waitForSelector('#notice:has-text("used up")');
    await keyboard.press('Enter');
    await page.waitForSelector('#primary:has-text("Enter the login of 5 cameras")', { timeout: 30_000 });
    expect(registry.enrolments).toHaveLength(1);

    await keyboard.reach(primary);
    await keyboard.press('Enter');
    await keyboard.reach(page.locator('#login-password'));
    await keyboard.press('Escape');
    await keyboard.reach(primary);
    await keyboard.press('Enter');
    await keyboard.type('site-canary-1');
    await keyboard.press('Enter');
    await page.waitForSelector('#primary:has-text("Hand over")', { timeout: 30_000 });
    const card = page.locator('#list li:first-child button');
    await keyboard.reach(card);
    await keyboard.press('Enter');
    await page.waitForSelector('#camera[open]');
    await keyboard.reach(page.locator('#camera [data-close]'));
    await keyboard.press('Enter');
    expect(await keyboard.has(card)).toBe(true);
    await keyboard.reach(primary);
    await keyboard.press('Enter');
    await page.waitForSelector('#summary:has-text("5 of 5")');
    expect(keyboard.pointerEvents()).toBe(0);
    await context.close();
  }, 90_000);
});

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

function ask(path: string, o: { method?: string; headers?: object; body?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      base + path,
      { method: o.method ?? 'GET', headers: { ...o.headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    request.on('error', reject);
    request.end(o.body);
  });
}

describe('the on-site page', () => {
  it('is small: everything it loads is under 20 KiB', async () => {
    const paths = [
      '/',
      '/page.css',
      '/page.js',
      '/elements.js',
      '/camera-card.js',
      '/picture.js',
      '/transport.js',
      '/seal.js',
      '/hand-over.js',
      '/mpeg1.js',
    ];
    const sizes = await Promise.all(
      paths.map(async (path) => gzipSync((await ask(path)).text, { level: 9 }).byteLength),
    );
    const sum = sizes.reduce((total, size) => total + size, 0);
    process.stdout.write(`page: ${sum} bytes (${sizes.join(' + ')})\n`);
    expect(sum).toBeLessThan(20 * 1_024);
  });

  it('answers under its own names only, and shows nothing without the PIN', async () => {
    expect((await ask('/', { headers: { host: 'evil.example' } })).status).toBe(403);
    expect((await ask('/')).headers['content-security-policy']).toContain("default-src 'none'");
    for (const path of ['/v1/view', '/v1/status', '/v1/network', '/v1/events', '/v1/session'])
      expect((await ask(path)).status).toBe(401);
    expect((await ask('/v1/rescan', { method: 'POST', body: '{}' })).status).toBe(401);
    expect((await ask('/v1/view')).text).not.toContain('agentVersion');
    expect((await ask('/v1/view')).headers['access-control-allow-origin']).toBeUndefined();
  });

  it('changes nothing for a request that carries only the cookie, as one of another page would', async () => {
    const entered = await ask('/v1/session', { method: 'POST', body: JSON.stringify({ pin }) });
    const { token } = JSON.parse(entered.text) as { token: string };
    const cookie = String(entered.headers['set-cookie']).split(';')[0] ?? '';
    expect(String(entered.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Strict/);
    expect((await ask('/v1/view', { headers: { cookie } })).status).toBe(200);
    const body = JSON.stringify({ token: 'gantry1_x' });
    expect((await ask('/v1/join', { method: 'POST', headers: { cookie }, body })).status).toBe(401);
    const headers = { 'x-gantry-token': token };
    expect((await ask('/v1/join', { method: 'POST', headers, body })).status).toBe(400);
    const long = JSON.stringify({ token: 'x'.repeat(20_000) });
    expect((await ask('/v1/join', { method: 'POST', headers, body: long })).text).toContain('16384');
  });

  it('makes whoever guesses the PIN wait', async () => {
    const wrong = JSON.stringify({ pin: pin === '000000' ? '000001' : '000000' });
    const enter = () => ask('/v1/session', { method: 'POST', body: wrong });
    for (let tries = 0; tries < 5; tries += 1) expect((await enter()).status).toBe(403);
    const late = await enter();
    expect(late.status).toBe(429);
    expect(Number(late.headers['retry-after'])).toBeGreaterThan(30);
    const right = await ask('/v1/session', { method: 'POST', body: JSON.stringify({ pin }) });
    expect(right.status).toBe(429);
  });
});
