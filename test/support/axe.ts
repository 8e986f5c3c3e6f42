import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const program = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** A dialog that is still fading in, or a text that is changing its scheme, has the contrast of a ghost. */
const settled = `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => {
  const ending = document.getAnimations().filter((one) => one.effect.getComputedTiming().iterations !== Infinity);
  resolve(Promise.allSettled(ending.map((one) => one.finished)).then(() => null));
})))`;

/** A scheme changes colours and nothing else. */
const colours = ['color-contrast', 'link-in-text-block'];
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const all = { runOnly: tags };
const ofColours = { runOnly: { type: 'rule', values: colours } };
/** What else depends on where things lie; every other rule reads the markup. */
const ofTheLayout = { runOnly: { type: 'rule', values: ['target-size', 'scrollable-region-focusable'] } };

/** What is to be seen and was not when {@link rememberLook} was called: the outermost elements. */
const appearedIn = (within: string) => `(() => {
  const isNew = (one) => !globalThis.seen.has(one) && one.checkVisibility();
  return [...document.querySelectorAll(${JSON.stringify(`${within} *`)})].filter(
    (one) => isNew(one) && !isNew(one.parentElement),
  );
})()`;

/**
 * From now on, until the page is left, {@link violationsOf} looks at what appears, and at the layout of all: another
 * width moves what was there, and leaves its markup and its colours.
 */
export async function rememberLook(page: Page): Promise<void> {
  await page.evaluate(
    `void (globalThis.seen = new WeakSet([...document.querySelectorAll('*')].filter((one) => one.checkVisibility())))`,
  );
}

export async function forgetLook(page: Page): Promise<void> {
  await page.evaluate(`void delete globalThis.seen`);
}

interface Violation {
  id: string;
  nodes: { target: string[]; failureSummary?: string }[];
}

/**
 * What the page violates of WCAG 2.0 to 2.2, A and AA, in light and in dark, one line each; `within` a selector, or
 * everywhere.
 */
export async function violationsOf(page: Page, within?: string): Promise<string[]> {
  // Evaluated, not added as a script: the page's own policy stays in force. Once for each page that is loaded.
  if (!(await page.evaluate(`'axe' in globalThis`))) await page.evaluate(await readFile(program, 'utf8'));
  const isRemembered = await page.evaluate<boolean>(`'seen' in globalThis`);
  const everything = within === undefined ? '[document]' : `[${JSON.stringify(within)}]`;
  const appeared = isRemembered ? appearedIn(within ?? 'body') : everything;
  const found: string[] = [];
  const look = async (name: string, context: string, rules: object) => {
    const options = JSON.stringify({ ...rules, resultTypes: ['violations'] });
    const violations = await page.evaluate<Violation[]>(
      `(async (include) => include.length === 0 ? [] : (await axe.run({ include }, ${options})).violations)(${context})`,
    );
    for (const { id, nodes } of violations)
      for (const { target, failureSummary } of nodes)
        found.push(`${name} ${id}: ${target.join(' ')} ${(failureSummary ?? '').split('\n').at(-1) ?? ''}`);
  };
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.evaluate(settled);
    if (colorScheme === 'light') await look('light', appeared, all);
    if (colorScheme === 'light' && isRemembered) await look('light', everything, ofTheLayout);
    if (colorScheme === 'dark') await look('dark', appeared, ofColours);
  }
  return found;
}
