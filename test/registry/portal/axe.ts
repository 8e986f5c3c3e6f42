import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  id: string;
  nodes: { target: string[]; failureSummary?: string }[];
}

/** A dialog that is still fading in, or a text that is changing its scheme, has the contrast of a ghost. */
const settled = `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => {
  const ending = document.getAnimations().filter((one) => one.effect.getComputedTiming().iterations !== Infinity);
  resolve(Promise.allSettled(ending.map((one) => one.finished)).then(() => null));
})))`;

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What on a page breaks WCAG 2.0–2.2 A and AA, one line each; empty when nothing does. */
export async function violationsOn(page: Page): Promise<string[]> {
  await page.evaluate(settled);
  await page.evaluate(source);
  const { violations } = (await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(rules)}, resultTypes: ['violations'] })`,
  )) as { violations: Violation[] };
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) =>
        `${id}: ${target.join(' ')} ${(failureSummary ?? '').split('\n').at(-1) ?? ''}`,
    ),
  );
}
