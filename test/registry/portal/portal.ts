import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { launchBrowser, watchFaults } from './browser.js';
import { fillWorld, type World } from './world.js';

/** A registry with a filled world, and a browser in which somebody is signed in; how is told by sign-in.test.ts. */
export interface Portal {
  registry: TestRegistry;
  world: World;
  /** Of Ana, who administers the integrator; 1280 × 900, and empty at first. */
  page: Page;
  /** Of every page in the contexts made here: must be empty at the end of each story. */
  faults: string[];
  /** Path below the integrator's scope, such as `/cameras?state=offline`. */
  goto: (path: string) => Promise<void>;
  row: (name: string) => ReturnType<Page['locator']>;
  newContext: (options?: Parameters<Browser['newContext']>[0]) => Promise<BrowserContext>;
  close(): Promise<void>;
}

/** Null where there is no Chromium: such stories skip. Close it when done. */
export async function startPortal(
  options: Parameters<typeof startTestRegistry>[0] = {},
): Promise<Portal | null> {
  const browser = await launchBrowser();
  if (browser === null) {
    console.warn('the portal is not tested: there is no Chromium here');
    return null;
  }
  const registry = await startTestRegistry(options);
  const { url, api, context } = registry;
  const world = await fillWorld({ url, api, db: context.db });
  const faults: string[] = [];
  const newContext: Portal['newContext'] = async (more = {}) => {
    const made = await browser.newContext({
      viewport: { width: 1_280, height: 900 },
      locale: 'en-GB',
      reducedMotion: 'reduce',
      ...more,
    });
    made.setDefaultTimeout(30_000);
    made.on('page', (one) => watchFaults(one, faults));
    return made;
  };
  const signedIn = await newContext();
  const [name = '', value = ''] = (world.ana.api.headers['cookie'] ?? '').split('=');
  await signedIn.addCookies([{ name, value, url }]);
  const page = await signedIn.newPage();
  return {
    registry,
    world,
    page,
    faults,
    goto: async (path) => {
      await page.goto(`${url}/o/${world.integratorId}${path}`);
    },
    row: (name) => page.getByRole('row').filter({ hasText: name }).first(),
    newContext,
    close: async () => {
      await browser.close();
      await registry.close();
    },
  };
}
