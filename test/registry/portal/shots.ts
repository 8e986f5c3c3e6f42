import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, signInTo } from './browser.js';
import { startFilledRegistry } from './filled.js';
import { pagesOf, type ShownPage } from './pages.js';
import type { World } from './world.js';

/**
 * `node test/dist/registry/portal/shots.js FOLDER [PART-OF-A-NAME]`: every page of a portal in use as pictures,
 * light and dark, on a phone and on a desk. For people to look at.
 */
const [folder, only = ''] = process.argv.slice(2);

const sizes = { desk: { width: 1_280, height: 800 }, phone: { width: 390, height: 844 } };
const schemes = ['light', 'dark'] as const;

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
  const registry = await startFilledRegistry();
  const browser = await launchBrowser();
  try {
    if (browser === null) throw new Error('There is no Chromium here.');
    await shoot(browser, registry.url, registry.world, folder);
  } finally {
    await browser?.close();
    await registry.close();
  }
}
