import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@gantry/agent/clock.js';
import { createLog } from '@gantry/agent/log.js';
import { startReconciler, type RunningRecorder } from '@gantry/agent/reconcile/reconciler.js';
import { cameraId, type CameraId } from '@gantry/protocol/ids.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { wanted } from '../support/small-registry.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-reconcile-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const idOf = (index: number): CameraId => cameraId.parse(`cam_${String(index).padStart(26, '0')}`);
const [a, b] = [idOf(1), idOf(2)];
const state = (epoch: number, generation: number, ...cameras: ReturnType<typeof wanted>[]) => ({
  epoch,
  generation,
  cameras,
});

/** Recorders that stop when the test lets them. */
async function start() {
  const running = new Map<CameraId, { stops: number }>();
  const log: string[] = [];
  let isSlow = false;
  const slow: (() => void)[] = [];
  let failures = 0;
  const clock = { nowMs: Date.parse('2026-03-02T12:00:00Z') };
  const reconciler = await startReconciler({
    path: join(folder, 'desired.json'),
    startRecorder(spec): RunningRecorder {
      if (failures > 0) {
        failures -= 1;
        throw new Error('no process for you');
      }
      running.set(spec.cameraId, { stops: 0 });
      log.push(`start ${spec.stream}`);
      return {
        spec,
        status: () => ({ state: 'recording', reason: null, detail: null, sinceMs: 5 }),
        async stop() {
          if (isSlow) await new Promise<void>((resolve) => slow.push(resolve));
          running.delete(spec.cameraId);
          log.push('stop');
        },
      };
    },
    onChange: () => undefined,
    registryNowMs: () => clock.nowMs,
    clock: systemClock,
    log: createLog({ level: 'silent' }),
    retryMs: 5,
  });
  return {
    reconciler,
    running,
    log,
    clock,
    stopSlowly: () => (isSlow = true),
    finishStops: () => {
      isSlow = false;
      for (const finish of slow.splice(0)) finish();
    },
    failStarts: (count: number) => (failures = count),
  };
}

describe('the reconciler', () => {
  it('says applied only when every unwanted recorder is gone', async () => {
    const { reconciler, running, stopSlowly, finishStops } = await start();
    await reconciler.desire(state(1, 1, wanted('x', a, true), wanted('y', b, true)));
    await reconciler.settled();
    expect(running.size).toBe(2);
    stopSlowly();
    await reconciler.desire(state(1, 2, wanted('x', a, false), wanted('y', b, true)));
    expect(reconciler.accepted()).toEqual({ epoch: 1, generation: 2 });
    expect(reconciler.applied()).toEqual({ epoch: 1, generation: 1 });
    expect(reconciler.reported().map(({ generation }) => generation)).toEqual([1, 2]);
    finishStops();
    await reconciler.settled();
    expect(reconciler.applied()).toEqual({ epoch: 1, generation: 2 });
    expect(reconciler.reported()).toMatchObject([
      { cameraId: a, state: 'stopped', reason: 'desired_off', generation: 2 },
      { cameraId: b, state: 'recording', generation: 2 },
    ]);
    await reconciler.close();
  });

  it('does not let a slow stop of one camera hold up another, and converges on the latest', async () => {
    const { reconciler, running, stopSlowly, finishStops } = await start();
    await reconciler.desire(state(1, 1, wanted('x', a, true)));
    stopSlowly();
    await reconciler.desire(state(1, 2, wanted('x', a, false), wanted('y', b, false)));
    await reconciler.desire(state(1, 3, wanted('x', a, true), wanted('y', b, true)));
    await until(() => running.has(b), { what: 'the other camera' });
    finishStops();
    await reconciler.settled();
    expect([...running.keys()].toSorted()).toEqual([a, b]);
    expect(reconciler.applied().generation).toBe(3);
    await reconciler.close();
    expect(running.size).toBe(0);
  });

  it('never goes back within an epoch, and takes a newer epoch whatever its generation', async () => {
    const { reconciler, running } = await start();
    await reconciler.desire(state(2, 9, wanted('x', a, true)));
    await reconciler.desire(state(2, 8, wanted('x', a, false)));
    await reconciler.desire(state(1, 99, wanted('x', a, false)));
    await reconciler.settled();
    expect(running.size).toBe(1);
    await reconciler.desire(state(3, 1, wanted('x', a, false)));
    await reconciler.settled();
    expect([running.size, reconciler.applied()]).toEqual([0, { epoch: 3, generation: 1 }]);
    await reconciler.close();
  });

  it('keeps the last state of a camera that is absent', async () => {
    const { reconciler, running } = await start();
    await reconciler.desire(state(1, 1, wanted('x', a, true)));
    await reconciler.desire(state(1, 2, wanted('y', b, false)));
    await reconciler.settled();
    expect([...running.keys()]).toEqual([a]);
    expect(reconciler.reported()).toHaveLength(2);
    await reconciler.close();
  });

  it('records after a restart what was accepted before it, without being told again', async () => {
    const before = await start();
    await before.reconciler.desire(state(4, 2, wanted('x', a, true)));
    const after = await start();
    await after.reconciler.settled();
    expect([...after.running.keys()]).toEqual([a]);
    expect(after.reconciler.applied()).toEqual({ epoch: 4, generation: 2 });
    await before.reconciler.close();
    await after.reconciler.close();
    expect(after.running.size).toBe(0);
  });

  it('is not applied while a start fails, and tries again', async () => {
    const { reconciler, running, failStarts } = await start();
    failStarts(2);
    await reconciler.desire(state(1, 1, wanted('x', a, true)));
    expect(reconciler.applied()).toEqual({ epoch: 0, generation: 0 });
    await reconciler.settled();
    expect(running.size).toBe(1);
    await reconciler.close();
  });

  it('sets a damaged state aside and asks for it again by reporting nothing accepted', async () => {
    await writeFile(join(folder, 'desired.json'), '{"epoch":1');
    const { reconciler } = await start();
    expect(reconciler.accepted()).toEqual({ epoch: 0, generation: 0 });
    expect(await readFile(join(folder, 'desired.json.damaged'), 'utf8')).toBe('{"epoch":1');
    await reconciler.close();
  });
});
