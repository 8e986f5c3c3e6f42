import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const program = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What the page violates of WCAG 2.0 to 2.2, A and AA, in light and in dark: rule and element. */
export async function violationsOf(page: Page): Promise<string[]> {
  // Evaluated, not added as a script: the page's own policy stays in force.
  await page.evaluate(await readFile(program, 'utf8'));
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const run = `axe.run(document, { runOnly: ${JSON.stringify(standards)} }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ' ' + html.slice(0, 160))))`;
    const rules = await page.evaluate<string[]>(run);
    found.push(...rules.map((rule) => `${colorScheme}: ${rule}`));
  }
  return found;
}
