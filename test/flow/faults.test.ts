import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDisableRounds } from '../faults/disable-rounds.js';
import { runKillRounds } from '../faults/kill-rounds.js';
import { startStack, type Stack } from '../support/stack.js';
import { until } from '../support/until.js';

/** Short versions of the long runs in `test/faults`: same code, fewer cameras, fewer rounds. */
describe('the product under faults', () => {
  const cameras = 4;
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({ network: '127.21.1', cameras, env: { GANTRY_LOG_LEVEL: 'debug' } });
    await stack.startAgent();
    await stack.recording(cameras);
  });

  afterAll(() => stack?.close());

  it('stops all recorders within 2 s of a disable and stores nothing of the disabled time', async () => {
    const found = await runDisableRounds(stack, cameras, 1);
    expect(found.stored).toBeGreaterThanOrEqual(cameras);
    expect(found.storedWhileDisabled).toBe(0);
    expect(found.rounds.filter(({ stoppedMs }) => stoppedMs > 2_000)).toEqual([]);
  });

  it('loses, doubles and spoils nothing when registry and agent are killed', async () => {
    const found = await runKillRounds(stack, { cameras, rounds: 1, random: Math.random });
    expect(found.acknowledged).toBeGreaterThan(0);
    expect(found).toMatchObject({ lost: [], doubled: [], corrupt: [], postmasters: 1, recorders: cameras });
  }, 90_000);

  it('leaves no process behind', async () => {
    await stack.agent().end();
    await stack.registry().end();
    // A process is listed for a moment after its parent was told of its end.
    await until(() => stack.leftovers().length === 0, { what: 'the last process' }).catch(() => undefined);
    expect(stack.leftovers()).toEqual([]);
  });
});
