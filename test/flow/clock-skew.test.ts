import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountOf } from '../faults/account.js';
import { runDisableRounds } from '../faults/disable-rounds.js';
import { settled } from '../faults/soak.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { startStack, toldGaps, type Stack } from '../support/stack.js';

/** What loads `faketime` (Debian's package) into a program; null where it is not installed. */
function findFaketime(): string | null {
  try {
    return execFileSync('faketime', ['-f', '+1d', 'printenv', 'LD_PRELOAD'], { encoding: 'utf8' }).trim();
  } catch {
    return null;
  }
}

const faketime = findFaketime();
const cameras = 2;

/** R18: times are compared on the registry's clock, whatever the box believes. */
describe.skipIf(faketime === null)('a box whose clock is a day off (needs `faketime`)', () => {
  let database: FreshDatabase;
  let stack: Stack;
  let skew = '+1d';
  const beganMs = Date.now();

  beforeAll(async () => {
    database = await freshDatabase();
    stack = await startStack({
      network: '127.30.1',
      databaseUrl: database.url,
      cameras,
      // The monotonic clock of a real box does not jump with its wall clock either.
      agentEnv: () => ({ LD_PRELOAD: faketime ?? '', FAKETIME: skew, FAKETIME_DONT_FAKE_MONOTONIC: '1' }),
    });
  });
  afterAll(async () => {
    await stack?.close();
    await database?.close();
  });

  it.each(['+1d', '-1d'])(
    '(%s) smuggles in nothing and loses nothing',
    async (days) => {
      skew = days;
      await stack.startAgent();
      await stack.recording(cameras);
      const measured = await readFile(join(stack.folder, 'agent', 'clock-offset.json'), 'utf8');
      const { offsetMs } = JSON.parse(measured) as { offsetMs: number };
      expect(Math.abs(offsetMs + Number.parseInt(days) * 86_400_000)).toBeLessThan(5_000);
      const { storedWhileDisabled } = await runDisableRounds(stack, cameras, 1);
      expect(storedWhileDisabled).toBe(0);
      const { endedAtMs } = await settled(stack);
      const [segments, gaps] = [await stack.segments(), await toldGaps(stack)];
      for (const { startedAtMs, durationMs } of segments) {
        expect(startedAtMs).toBeGreaterThan(beganMs);
        expect(startedAtMs + durationMs).toBeLessThan(Date.now() + 1_000);
      }
      for (const cameraId of new Set(segments.map((segment) => segment.cameraId))) {
        const own = segments.filter((segment) => segment.cameraId === cameraId);
        const within = { fromMs: own[0]?.startedAtMs ?? NaN, toMs: endedAtMs };
        const { recordedMs, unexplainedMs } = accountOf(cameraId, own, gaps, within);
        expect(recordedMs).toBeGreaterThan(1_000);
        expect(unexplainedMs).toBe(0);
      }
      await stack.agent().end('SIGKILL');
      await stack.api.post(`/tenants/${stack.tenants.customerId}:enable`, {});
    },
    120_000,
  );
});
