import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { programs } from '../../support/built.js';

/** Of interleaved runs the fastest each: what the machine does besides is nobody's start-up. */
function fastestMs(rounds: number, ...commands: string[][]): number[] {
  const fastest = commands.map(() => Infinity);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, args] of commands.entries()) {
      const startedAtMs = performance.now();
      execFileSync(process.execPath, args);
      fastest[index] = Math.min(fastest[index] ?? Infinity, performance.now() - startedAtMs);
    }
  }
  return fastest;
}

describe('the start of the command', () => {
  it('takes at most 80 ms more than Node itself', () => {
    const [node = 0, version = 0] = fastestMs(7, ['-e', '0'], [programs.agent, 'version']);
    const moreMs = version - node;
    process.stdout.write(`start: node ${node.toFixed(0)} ms, gantry version +${moreMs.toFixed(0)} ms\n`);
    expect(moreMs).toBeLessThanOrEqual(80);
  }, 60_000);
});
