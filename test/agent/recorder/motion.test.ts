import { randomFillSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@gantry/agent/clock.js';
import { judgeFootage, recentMotions, type Motion } from '@gantry/agent/recorder/motion.js';
import { openMotionRings } from '@gantry/agent/recorder/motion-rings.js';
import type { FinishedSegment } from '@gantry/agent/recorder/spec.js';
import { newId, type CameraId } from '@gantry/protocol/ids.js';
import type { RecordingMode } from '@gantry/protocol/state.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { newCameraId, newSessionId, quietLog } from './rig.js';

const margins = { preRollSeconds: 5, postRollSeconds: 10 };
const seconds = (from: number, to: number | null) => ({ fromMs: from * 1_000, toMs: to && to * 1_000 });
const span = (from: number, to: number) => ({ fromMs: from * 1_000, toMs: to * 1_000 });

describe('footage of a camera that records on motion', () => {
  it.each<[string, number, number, Motion[], number, string]>([
    ['waits while a motion could begin', 10, 15, [], 16, 'wait'],
    ['is dropped when its pre-roll is over', 10, 15, [], 20, 'drop'],
    ['is kept while something moves', 10, 15, [seconds(12, null)], 16, 'keep'],
    ['is kept as the pre-roll of a motion', 10, 15, [seconds(19, null)], 20, 'keep'],
    ['is not kept from before the pre-roll', 10, 15, [seconds(20, null)], 21, 'drop'],
    ['is kept as the post-roll of a motion', 20, 25, [seconds(5, 11)], 30, 'keep'],
    ['is not kept after the post-roll', 21, 26, [seconds(5, 11)], 40, 'drop'],
  ])('%s', (_, from, to, motions, now, verdict) => {
    expect(judgeFootage(span(from, to), motions, margins, now * 1_000)).toBe(verdict);
  });

  it('forgets motions that nothing can ask for any more', () => {
    const motions = [seconds(0, 10), seconds(100, 500), seconds(900, null)];
    expect(recentMotions(motions, margins, 600_000)).toEqual(motions.slice(1));
  });
});

describe('the ring', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'gantry-ring-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  async function openRings(camera: CameraId, isWatched = true) {
    const kept: number[] = [];
    const dropped: number[] = [];
    const desired = { mode: 'motion' as RecordingMode, motion: margins };
    const clock = { ...systemClock, nowMs: 0, wallMs: () => clock.nowMs };
    const folder = join(root, 'rings');
    const rings = await openMotionRings({
      folder,
      desired: () => desired,
      isWatched: () => isWatched,
      async keep(segment) {
        kept.push(segment.sequence);
        await rm(segment.file);
      },
      onDrop: (segment) => dropped.push(segment.sequence),
      clock,
      log: quietLog,
    });
    const sessionId = newSessionId();
    /** Five seconds of footage that end now. */
    const record = async (sequence: number): Promise<void> => {
      const file = join(root, `${newId('segment', 1, (bytes) => randomFillSync(bytes))}.mp4`);
      await writeFile(file, 'media');
      clock.nowMs = (sequence + 1) * 5_000;
      const segment: FinishedSegment = {
        file,
        cameraId: camera,
        sessionId,
        sequence,
        startedAtMs: sequence * 5_000,
        durationMs: 5_000,
        clockOffsetMs: 0,
        mediaOffsetUs: 0,
        video: 'h264',
        audio: null,
      };
      await rings.take(segment);
      expect(existsSync(file)).toBe(false);
    };
    const files = async () => (await readdir(join(folder, camera))).length;
    return { rings, kept, dropped, desired, record, files };
  }

  it('keeps what lies around a motion, drops the rest, and never holds more than the pre-roll', async () => {
    const camera = newCameraId();
    const { rings, kept, dropped, record, files } = await openRings(camera);
    for (let sequence = 0; sequence < 4; sequence += 1) {
      await record(sequence);
      expect(await files()).toBeLessThanOrEqual(2);
    }
    expect(kept).toEqual([]);
    rings.sensed(camera, true);
    await until(() => kept.length > 0, { what: 'the pre-roll' });
    expect(kept).toEqual([3]);
    expect(dropped).toEqual([0, 1, 2]);
    await record(4);
    rings.sensed(camera, false);
    for (const sequence of [5, 6, 7, 8, 9]) await record(sequence);
    await rings.close();
    expect(kept).toEqual([3, 4, 5, 6]);
    expect(dropped).toEqual([0, 1, 2, 7, 8, 9]);
    expect(await files()).toBe(0);
  });

  it('keeps everything when nobody would tell of a motion', async () => {
    const camera = newCameraId();
    const { kept, record } = await openRings(camera, false);
    for (const sequence of [0, 1, 2]) await record(sequence);
    expect(kept).toEqual([0, 1, 2]);
  });

  it('lets go of what waits when the mode changes, and then is not in the way', async () => {
    const camera = newCameraId();
    const { kept, dropped, desired, record } = await openRings(camera);
    await record(0);
    desired.mode = 'continuous';
    await record(1);
    expect([kept, dropped]).toEqual([[1], [0]]);
  });

  it('begins empty, whatever a killed agent left', async () => {
    const camera = newCameraId();
    const left = join(root, 'rings', camera);
    await mkdir(left, { recursive: true });
    await writeFile(join(left, 'old.mp4'), 'x');
    await openRings(camera);
    expect(existsSync(left)).toBe(false);
  });
});
