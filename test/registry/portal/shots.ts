import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, signInTo } from './browser.js';
import { startFilledRegistry, type FilledRegistry } from './filled.js';
import { pagesOf } from './pages.js';
import type { ShownPage } from './shown-page.js';

/**
 * `node test/dist/registry/portal/shots.js FOLDER [PART-OF-A-NAME]`: every page of a portal in use as pictures,
 * light and dark, on a phone and on a desk. For people to look at.
 */
const [folder, only = ''] = process.argv.slice(2);

const sizes = { desk: { width: 1_280, height: 800 }, phone: { width: 390, height: 844 } };
const schemes = ['light', 'dark'] as const;

async function shoot(browser: Browser, { url, world, admin }: FilledRegistry, into: string): Promise<void> {
  const pages = pagesOf(world).filter((one) => one.name.includes(only));
  for (const [size, viewport] of Object.entries(sizes)) {
    for (const colorScheme of schemes) {
      for (const [who, person] of [
        ['anybody', null],
        ['ana', world.ana],
        ['platform', admin],
      ] as const) {
        const context = await browser.newContext({
          viewport,
          colorScheme,
          locale: 'en-GB',
          reducedMotion: 'reduce',
        });
        const page = await context.newPage();
        if (person !== null) await signInTo(page, url, person);
        for (const one of pages.filter((shown) => shown.who === who)) {
          await open(page, url, one);
          await page.screenshot({ path: join(into, `${one.name}-${size}-${colorScheme}.png`) });
        }
        await context.close();
      }
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
    await shoot(browser, registry, folder);
  } finally {
    await browser?.close();
    await registry.close();
  }
}
