import type { Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { violationsOn } from './axe.js';
import { watchFaults } from './browser.js';
import { pagesOf, type ShownPage } from './pages.js';
import { startPortal } from './portal.js';

const portal = await startPortal();
const shown = portal === null ? [] : pagesOf(portal.world);

const sizes = { desk: { width: 1_280, height: 900 }, phone: { width: 390, height: 844 } };

afterAll(() => portal?.close());

describe.skipIf(portal === null)('everybody can use (WCAG 2.2 AA; desk and phone, light and dark)', () => {
  const pages = new Map<boolean, { page: Page; faults: string[] }>();

  /** One browser context for those who are signed in and one for those who are not. */
  const pageFor = async (signedIn: boolean): Promise<{ page: Page; faults: string[] }> => {
    const known = pages.get(signedIn);
    if (known !== undefined || portal === null) return known as { page: Page; faults: string[] };
    const storageState = await portal.page.context().storageState();
    const context = await portal.newContext(signedIn ? { storageState } : {});
    const page = await context.newPage();
    const made = { page, faults: watchFaults(page) };
    pages.set(signedIn, made);
    return made;
  };

  /** Opened once, then looked at in both schemes on both sizes. */
  const wrongWith = async (page: Page, one: ShownPage): Promise<string[]> => {
    const wrong: string[] = [];
    await page.setViewportSize(sizes.desk);
    await page.goto(`${portal?.registry.url}${one.path}`);
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

  it.each(shown.map((one) => [one.name, one] as const))('the page %s', async (_name, one) => {
    const { page, faults } = await pageFor(one.signedIn);
    expect([...(await wrongWith(page, one)), ...faults.splice(0)]).toEqual([]);
  });
});
