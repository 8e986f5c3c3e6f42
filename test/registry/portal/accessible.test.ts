import type { Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { violationsOn } from './axe.js';
import { watchFaults } from './browser.js';
import { pagesOf, type ShownPage } from './pages.js';
import { startPortal, type Portal } from './portal.js';

const portal = await startPortal();

const sizes = { desk: { width: 1_280, height: 900 }, phone: { width: 390, height: 844 } };

describe.skipIf(portal === null)('every page and dialog', () => {
  const { world, registry, page: signedIn, newContext } = portal as Portal;
  afterAll(() => portal?.close());

  /** Opened once, then looked at in both schemes on both sizes. */
  const wrongWith = async (page: Page, one: ShownPage): Promise<string[]> => {
    const wrong: string[] = [];
    await page.setViewportSize(sizes.desk);
    await page.goto(registry.url + one.path);
    await one.ready(page);
    for (const [size, viewport] of Object.entries(sizes)) {
      await page.setViewportSize(viewport);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        wrong.push(...(await violationsOn(page)).map((violation) => `${size} ${colorScheme} ${violation}`));
      }
    }
    return wrong;
  };

  it.each([
    ['before the portal', false],
    ['of the portal', true],
  ])(
    '%s can be used by everybody: desk and phone, light and dark (WCAG 2.2 AA)',
    async (_where, inside) => {
      const storageState = inside ? await signedIn.context().storageState() : undefined;
      const context = await newContext(storageState === undefined ? {} : { storageState });
      const page = await context.newPage();
      const faults = watchFaults(page);
      const found: Record<string, string[]> = {};
      for (const one of pagesOf(world).filter((shown) => shown.signedIn === inside)) {
        const wrong = await wrongWith(page, one).catch((error: unknown) => [String(error)]);
        wrong.push(...faults.splice(0));
        if (wrong.length > 0) found[one.name] = wrong;
      }
      await context.close();
      expect(found).toEqual({});
    },
    240_000,
  );
});
