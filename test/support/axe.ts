import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const program = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** A dialog that is still fading in, or a text that is changing its scheme, has the contrast of a ghost. */
const settled = `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => {
  const ending = document.getAnimations().filter((one) => one.effect.getComputedTiming().iterations !== Infinity);
  resolve(Promise.allSettled(ending.map((one) => one.finished)).then(() => null));
})))`;

const rules = {
  light: { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
  // A scheme changes colours and nothing else: what is not about colours was seen in light.
  dark: { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } },
} as const;

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
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.evaluate(settled);
    const context = within === undefined ? 'document' : JSON.stringify(within);
    const options = JSON.stringify({ ...rules[colorScheme], resultTypes: ['violations'] });
    const { violations } = await page.evaluate<{ violations: Violation[] }>(
      `axe.run(${context}, ${options})`,
    );
    for (const { id, nodes } of violations)
      for (const { target, failureSummary } of nodes)
        found.push(
          `${colorScheme} ${id}: ${target.join(' ')} ${(failureSummary ?? '').split('\n').at(-1) ?? ''}`,
        );
  }
  return found;
}
