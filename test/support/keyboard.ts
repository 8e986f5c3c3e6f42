import type { Locator, Page } from 'playwright-core';

/** Somebody who has no pointer. */
export interface Keyboard {
  /** Presses Tab until it has the focus. Rejects where Tab never comes there, or where nobody sees that it is there. */
  reach(target: Locator): Promise<void>;
  has(target: Locator): Promise<boolean>;
  press(...keys: string[]): Promise<void>;
  type(text: string): Promise<void>;
  /** Events of a pointer that the page heard since: 0 of an honest run. */
  pointerEvents(): number;
}

const mostTabs = 100;
/** A field shows its caret; anything else an outline or a shadow around it. */
const showsFocus = `(() => {
  const one = document.activeElement;
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
  const isOutlined = outlineStyle !== 'none' && parseFloat(outlineWidth) > 0;
  return one.matches(':focus-visible') && (isOutlined || boxShadow !== 'none' || one.matches('input, textarea, select'));
})()`;

/** From the next page on that is loaded there. */
export async function useKeyboard(page: Page): Promise<Keyboard> {
  let heard = 0;
  await page.exposeFunction('hearPointer', () => {
    heard += 1;
  });
  await page.addInitScript(`for (const kind of ['pointerdown', 'mousedown', 'touchstart'])
    addEventListener(kind, () => hearPointer(), { capture: true })`);
  const has = async (target: Locator) => (await target.and(page.locator(':focus')).count()) > 0;
  return {
    has,
    async reach(target) {
      for (let tabs = 0; tabs < mostTabs; tabs += 1) {
        if (await has(target)) {
          if (await page.evaluate<boolean>(showsFocus)) return;
          throw new Error(`Nobody sees the focus of ${target.toString()}`);
        }
        await page.keyboard.press('Tab');
      }
      throw new Error(`Tab does not reach ${target.toString()}`);
    },
    async press(...keys) {
      for (const key of keys) await page.keyboard.press(key);
    },
    type: (text) => page.keyboard.type(text),
    pointerEvents: () => heard,
  };
}
