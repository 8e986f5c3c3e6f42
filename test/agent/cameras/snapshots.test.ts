import { startSnapshots, type Snapshot, type Snapshots } from '@gantry/agent/cameras/snapshots.js';
import { systemClock } from '@gantry/agent/clock.js';
import { createLog } from '@gantry/agent/log.js';
import type { CameraId } from '@gantry/protocol/ids.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';

const id = (number: number) => `cam_${String(number).padStart(26, '0')}` as CameraId;
const picture: Snapshot = { ok: true, jpeg: new Uint8Array([0xff, 0xd8, 0xff]) };

/** Pictures asked for and not given yet, by camera. */
const asked = new Map<CameraId, (answer: Snapshot) => void>();
let put: CameraId[];
let snapshots: Snapshots;

const start = (everyMs = 600_000, againMs = 300_000) => {
  snapshots = startSnapshots({
    cameras: () => [1, 2, 3, 4, 5, 6].map(id),
    fetch: (cameraId, signal) =>
      new Promise((resolve, reject) => {
        asked.set(cameraId, resolve);
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      }),
    put: async (cameraId) => void put.push(cameraId),
    clock: systemClock,
    log: createLog({ level: 'silent' }),
    everyMs,
    againMs,
  });
};
const give = (number: number, answer: Snapshot = picture) => {
  asked.get(id(number))?.(answer);
  asked.delete(id(number));
};

beforeEach(() => {
  asked.clear();
  put = [];
});
afterEach(() => snapshots.close());

describe('snapshots', () => {
  it('are asked of a few cameras at once, and one that does not answer holds up no other', async () => {
    start();
    snapshots.wake(null);
    expect([...asked.keys()]).toEqual([1, 2, 3, 4].map(id));
    for (const number of [2, 3, 4]) give(number);
    await until(() => asked.has(id(6)), { what: 'the rest to be asked' });
    give(5);
    give(6);
    await until(() => put.length === 5, { what: 'five pictures' });
    expect(put).toEqual([2, 3, 4, 5, 6].map(id));
  });

  it('are asked once more of a camera that is wanted again while it is being asked', async () => {
    start();
    snapshots.wake(id(1));
    snapshots.wake(id(1));
    snapshots.wake(id(1));
    give(1);
    await until(() => asked.has(id(1)), { what: 'the second question' });
    give(1, { ok: false, detail: 'The camera is busy.' });
    snapshots.wake(id(2));
    give(2);
    await until(() => put.length === 2, { what: 'both pictures' });
    expect(asked.size).toBe(0);
  });

  it('are asked again soon of a camera that gave none, ever later, and as before once it gave one', async () => {
    start(600_000, 10);
    snapshots.wake(id(1));
    for (let time = 0; time < 3; time += 1) {
      await until(() => asked.has(id(1)), { what: 'the camera to be asked' });
      give(1, { ok: false, detail: 'The camera is busy.' });
    }
    await until(() => asked.has(id(1)), { what: 'the camera to be asked once more' });
    give(1);
    await until(() => put.length === 1, { what: 'its picture' });
  });

  it('come by themselves from time to time', async () => {
    start(5);
    await until(() => asked.size === 4, { what: 'the first cameras to be asked' });
  });
});
