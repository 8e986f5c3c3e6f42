import { expect, inject, test } from 'vitest';
import { templateDatabase } from '../support/database.js';
import { benches } from './benches.js';
import { runBench } from './run.js';

test.each(benches)('$name does its work at smoke size: $what', { timeout: 120_000 }, async (bench) => {
  const postgres = { serverUrl: inject('postgresUrl'), template: templateDatabase };
  let comparisons = 0;
  for await (const comparison of runBench(bench, { smoke: true, postgres })) {
    expect(comparison.name).not.toBe('');
    comparisons += 1;
  }
  // Every variant's own check has passed by now; what it cost here means nothing.
  expect(comparisons).toBeGreaterThan(0);
});
