import { expect, inject, test } from 'vitest';
import { templateDatabase } from '../support/database.js';
import { benches } from './benches.js';
import { runBench } from './run.js';

test.each(benches)('$name does its work at smoke size: $what', { timeout: 60_000 }, async (bench) => {
  const postgres = { serverUrl: inject('postgresUrl'), template: templateDatabase };
  const comparisons = await runBench(bench, { smoke: true, postgres });
  // Every variant's own check has passed by now; what it cost here means nothing.
  expect(comparisons.length).toBeGreaterThan(0);
});
