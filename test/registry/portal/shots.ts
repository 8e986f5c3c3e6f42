import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@gantry/registry/config.js';
import { createLog } from '@gantry/registry/log.js';
import { startRegistry } from '@gantry/registry/registry.js';
import type { Browser, Page } from 'playwright-core';
import { signIn } from '../../support/api.js';
import { launchBrowser, signInTo } from './browser.js';
import { recordFor } from './footage.js';
import { pagesOf, type ShownPage } from './pages.js';
import { fillWorld, type World } from './world.js';

/**
 * `node test/dist/registry/portal/shots.js FOLDER [PART-OF-A-NAME]`: every page of a portal in use as pictures,
 * light and dark, on a phone and on a desk. For people to look at.
 */
const [folder, only = ''] = process.argv.slice(2);

const sizes = { desk: { width: 1_280, height: 800 }, phone: { width: 390, height: 844 } };
const schemes = ['light', 'dark'] as const;

const admin = { email: 'root@platform.example', password: 'the-first-password' };

async function shoot(browser: Browser, url: string, world: World, into: string): Promise<void> {
  for (const [size, viewport] of Object.entries(sizes)) {
    for (const colorScheme of schemes) {
      const context = await browser.newContext({ viewport, colorScheme, locale: 'en-GB' });
      const page = await context.newPage();
      const name = (one: ShownPage) => join(into, `${one.name}-${size}-${colorScheme}.png`);
      const take = async (one: ShownPage) => {
        await open(page, url, one);
        await page.screenshot({ path: name(one) });
      };
      const pages = pagesOf(world).filter((one) => one.name.includes(only));
      for (const one of pages.filter(({ signedIn }) => !signedIn)) await take(one);
      await signInTo(page, url, world.ana);
      for (const one of pages.filter(({ signedIn }) => signedIn)) await take(one);
      await context.close();
    }
  }
}

async function open(page: Page, url: string, one: ShownPage): Promise<void> {
  await page.goto(url + one.path);
  await one.ready(page);
}

if (folder === undefined) {
  process.stderr.write('Say into which folder: node test/dist/registry/portal/shots.js FOLDER\n');
  process.exitCode = 2;
} else {
  await mkdir(folder, { recursive: true });
  const home = await mkdtemp(join(tmpdir(), 'gantry-shots-'));
  const environment = {
    GANTRY_DATA: home,
    GANTRY_PORT: '0',
    GANTRY_MQTT_PORT: '0',
    GANTRY_ADMIN_EMAIL: admin.email,
    GANTRY_ADMIN_PASSWORD: admin.password,
  };
  const registry = await startRegistry(await loadConfig({ environment }), { log: createLog('silent') });
  const browser = await launchBrowser();
  try {
    if (browser === null) throw new Error('There is no Chromium here.');
    const api = await signIn(registry.url, admin.email, admin.password);
    const world = await fillWorld({ url: registry.url, api, db: registry.context.db });
    await recordFor({ url: registry.url, db: registry.context.db }, world.butcherCameraId);
    await shoot(browser, registry.url, world, folder);
  } finally {
    await browser?.close();
    await registry.close();
    await rm(home, { recursive: true, force: true });
  }
}
