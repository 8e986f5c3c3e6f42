import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CameraId } from '@gantry/protocol/ids.js';
import type { DesiredCamera } from '@gantry/protocol/state.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startVirtualCamera, type VirtualCamera } from '../../support/cameras/camera.js';
import { processesOf } from '../../support/processes.js';
import { until } from '../../support/until.js';
import { gapsTold, holesIn, piecesOf, storyOf } from '../gaps/account.js';
import { startGantry, type RunningGantry } from '../support/gantry.js';
import { startSmallRegistry, wanted, type SmallRegistry } from '../support/small-registry.js';

const hourMs = 3_600_000;
const patience = { timeoutMs: 40_000 };
const addresses = ['127.29.1.66', '127.29.1.67'] as const;

let folder: string;
let registry: SmallRegistry;
let cameras: VirtualCamera[];
let gantry: RunningGantry;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-modes-'));
  registry = await startSmallRegistry();
  cameras = await Promise.all(
    addresses.map((address) =>
      startVirtualCamera({ address, audio: null, discovery: { interfaces: ['127.0.0.1'] } }),
    ),
  );
  await writeFile(join(folder, 'login.txt'), `admin:${cameras[0]?.password}\n`);
  const site = ['--scan', '127.29.1.66/31', '--login', `file:${join(folder, 'login.txt')}`];
  gantry = startGantry(
    ['up', '--json', '--data', join(folder, 'data'), ...site, '--join', registry.joinToken],
    {
      GANTRY_HEARTBEAT_MS: '300',
    },
  );
});
afterEach(async () => {
  await gantry.stop('SIGTERM');
  await Promise.all(cameras.map((camera) => camera.close()));
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

/** The ffmpeg that records a camera; null while none does. */
const recorderOf = (id: CameraId): number | null =>
  processesOf(join(folder, 'data')).find(
    ({ command }) => command[0]?.endsWith('ffmpeg') && command.some((argument) => argument.includes(id)),
  )?.pid ?? null;

const segmentsOf = (id: CameraId) => registry.segments.filter(({ cameraId }) => cameraId === id);
const gapsOf = (id: CameraId) => gapsTold(registry).filter(({ cameraId }) => cameraId === id);
const isUnwanted = (id: CameraId): boolean =>
  gapsOf(id).some(({ cause, toMs }) => cause === 'not_wanted' && toMs === null);

/** The time on a wall in Auckland. */
const inAuckland = (atMs: number): string =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Pacific/Auckland',
    hour: '2-digit',
    minute: '2-digit',
  }).format(atMs);

describe('two cameras that are told to record in different ways', () => {
  it('follow motion and the clock on the wall of the site, and only what changed is restarted', async () => {
    const registered = (address: string) =>
      until(
        () => {
          const [localId, known] =
            [...registry.cameras].find(([, { camera }]) => JSON.stringify(camera).includes(address)) ?? [];
          return localId !== undefined && known ? { localId, cameraId: known.cameraId } : null;
        },
        { ...patience, what: `the registration of ${address}` },
      );
    const [one, other] = [await registered(addresses[0]), await registered(addresses[1])];
    let generation = 0;
    const desire = (...changes: [Partial<DesiredCamera>, Partial<DesiredCamera>]) =>
      registry.desire(
        1,
        (generation += 1),
        [one, other].map(({ localId, cameraId }, index) => ({
          ...wanted(localId, cameraId, true),
          ...changes[index],
        })),
      );
    desire({}, {});
    const both = () => [one, other].every(({ cameraId }) => segmentsOf(cameraId).length > 1);
    await until(both, { ...patience, what: 'footage of both' });
    const [first, second] = [recorderOf(one.cameraId), recorderOf(other.cameraId)];
    expect([first, second]).not.toContain(null);

    // Motion: the same process goes on, and what it records is kept around motions only.
    const motion = { mode: 'motion' as const, motion: { preRollSeconds: 6, postRollSeconds: 2 } };
    desire(motion, {});
    await until(() => isUnwanted(one.cameraId), { ...patience, what: 'footage that nobody wants' });
    const before = new Set(segmentsOf(one.cameraId).map(({ id }) => id));
    const movedAtMs = Date.now();
    cameras[0]?.motion(1, true);
    await until(() => segmentsOf(one.cameraId).some(({ startedAtMs }) => startedAtMs > movedAtMs), {
      ...patience,
      what: 'footage of the motion',
    });
    cameras[0]?.motion(1, false);
    const kept = segmentsOf(one.cameraId).filter(({ id }) => !before.has(id));
    const keptFromMs = Math.min(...kept.map(({ startedAtMs }) => startedAtMs));
    expect(keptFromMs).toBeLessThan(movedAtMs);
    const firstKept = kept.find(({ startedAtMs }) => startedAtMs === keptFromMs);
    expect(keptFromMs + (firstKept?.durationMs ?? 0)).toBeGreaterThan(movedAtMs - 6_000);
    await until(() => isUnwanted(one.cameraId), { ...patience, what: 'quiet after the motion' });
    expect([recorderOf(one.cameraId), recorderOf(other.cameraId)]).toEqual([first, second]);

    // Another stream: another process for this camera, and none of the other's business.
    desire({ ...motion, stream: 'sub' }, {});
    const third = await until(
      () => {
        const pid = recorderOf(one.cameraId);
        return pid === first ? null : pid;
      },
      { ...patience, what: 'the recorder of the other stream' },
    );
    expect(recorderOf(other.cameraId)).toBe(second);

    // A window that opens in two hours, by the wall of the site and the clock of the registry.
    const nowMs = Date.now();
    const window = { from: inAuckland(nowMs + 2 * hourMs), to: inAuckland(nowMs + 3 * hourMs) };
    const days = [1, 2, 3, 4, 5, 6, 7];
    const schedule = { timeZone: 'Pacific/Auckland', windows: [{ days, ...window }] };
    desire({ ...motion, stream: 'sub' }, { mode: 'schedule', schedule });
    await until(() => recorderOf(other.cameraId) === null && isUnwanted(other.cameraId), {
      ...patience,
      what: 'the end of what is not scheduled',
    });
    registry.aheadMs = 2.5 * hourMs;
    await until(
      () =>
        segmentsOf(other.cameraId).some(
          ({ startedAtMs, clockOffsetMs }) => startedAtMs + clockOffsetMs > nowMs + 2 * hourMs,
        ),
      { ...patience, what: 'footage of the window' },
    );
    expect(recorderOf(one.cameraId)).toBe(third);

    const story = storyOf(piecesOf(segmentsOf(other.cameraId), gapsOf(other.cameraId)));
    expect(story).toMatch(/footage not_wanted .*footage$/);
    expect(holesIn(piecesOf(segmentsOf(other.cameraId), gapsOf(other.cameraId)))).toEqual([]);
  }, 180_000);
});
