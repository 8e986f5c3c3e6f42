import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { programs } from '../support/built.js';
import { roundsOf, type Bench } from './bench.js';
import { compare, timed, type Variant } from './harness.js';
import { figure } from './report.js';

/** Starts that make one run. */
const starts = 10;

export const start: Bench = {
  name: 'start',
  what: '`gantry version` against Node that does nothing',
  async *run(stage) {
    const comparison = await compare({
      name: 'start',
      unit: 'ms from the start of the process to its end',
      ...roundsOf(stage),
      variants: {
        ours: starting('gantry version', [programs.agent, 'version'], /^\d+\.\d+\.\d+\n$/),
        floor: starting('node -e 0', ['-e', '0'], /^$/),
      },
    });
    const [ours, floor] = comparison.variants.map(({ summary }) => summary.median);
    comparison.notes.push(`${figure((ours ?? 0) - (floor ?? 0))} ms more than Node itself (promised: 80)`);
    yield comparison;
  },
};

function starting(label: string, args: readonly string[], says: RegExp): Variant {
  return {
    label,
    run: async () => {
      const printed: string[] = [];
      const { durationMs } = await timed(async () => {
        for (let count = 0; count < starts; count += 1)
          printed.push((await promisify(execFile)(process.execPath, args)).stdout);
      });
      return {
        cost: durationMs / starts,
        check: () => {
          for (const line of printed) assert.match(line, says);
        },
      };
    },
  };
}
