import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forgetLook, rememberLook, violationsOf } from '../../support/axe.js';
import { pagesOf } from './pages.js';
import { startPortal, type Portal } from './portal.js';

/** Low: what a list shows more of on a high screen is the same again. */
const sizes = { desk: { width: 1_280, height: 500 }, phone: { width: 390, height: 500 } };

/**
 * Checks every page and dialog by axe, in light and dark, on desk and phone, and that none complains on the console
 * or breaks the content policy. `part` of `parts`, from 0 on: so many files share the pages and run side by side.
 */
export async function checkPages(part: number, parts: number): Promise<void> {
  const portal = await startPortal();
  // Pages of the platform are checked where their story is told (platform.test.ts).
  const all = portal === null ? [] : pagesOf(portal.world).filter(({ who }) => who !== 'platform');
  const shown = all.filter((_, index) => index % parts === part);

  describe.skipIf(portal === null)(`everybody can use (WCAG 2.2 AA; part ${part + 1} of ${parts})`, () => {
    const { registry, world, page: inside, goto, faults, newContext } = portal as Portal;
    let outside: Page;
    /** Ana's, for what she sees outside of the portal. */
    let beside: Page;
    beforeAll(async () => {
      outside = await (await newContext()).newPage();
      beside = await inside.context().newPage();
      await goto('');
      await inside.getByRole('navigation', { name: 'Pages' }).waitFor();
    });
    afterAll(() => portal?.close());

    /** Gone to as by a link: loaded once, and what stood open before is closed by leaving it. */
    const goInside = async (path: string) => {
      // The search of the header stays open on every page.
      await inside.keyboard.press('Escape');
      const go = (to: string) => inside.evaluate(`history.pushState({}, '', ${JSON.stringify(to)})`);
      await go(`/o/${world.integratorId}/nothing-here`);
      await inside.getByRole('heading', { name: 'There is nothing at this address' }).waitFor();
      await inside.setViewportSize(sizes.desk);
      await inside.emulateMedia({ colorScheme: 'light' });
      await go(path);
    };

    it.each(shown.map((one) => [one.name, one] as const))('the page %s', async (_name, one) => {
      const inPortal = one.path.startsWith('/o/');
      const page = inPortal ? inside : one.who === 'ana' ? beside : outside;
      // A tab behind another draws once a second.
      await page.bringToFront();
      if (inPortal) await goInside(one.path);
      else await page.goto(registry.url + one.path);
      await one.ready(page);
      // What lies behind a dialog is out of reach, and is a page of its own in the list.
      const within = (await page.getByRole('dialog').count()) > 0 ? '[data-portal]' : undefined;
      const wrong: string[] = [];
      for (const [size, viewport] of Object.entries(sizes)) {
        await page.setViewportSize(viewport);
        // What the header covers by half is not a small target.
        await page.evaluate('scrollTo(0, 0)');
        wrong.push(...(await violationsOf(page, within)).map((violation) => `${size} ${violation}`));
        await rememberLook(page);
      }
      await forgetLook(page);
      expect([...wrong, ...faults.splice(0)]).toEqual([]);
    });
  });
}
