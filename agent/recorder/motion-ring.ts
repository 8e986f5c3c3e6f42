import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { CameraId } from '@gantry/protocol/ids.js';
import type { MotionMargins } from '@gantry/protocol/schedule.js';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import { judgeFootage, recentMotions, type Motion } from './motion.js';
import type { FinishedSegment } from './spec.js';

/**
 * The newest footage of a camera that records on motion: the recorder runs all the time, what it hands over waits
 * here as long as a motion could still ask for it as its pre-roll, and then is kept or dropped whole.
 */
export interface MotionRing {
  /** Resolves when the file is the ring's, or was kept. */
  take(segment: FinishedSegment): Promise<void>;
  /** A sensor began or ceased to notice something. */
  sensed(isActive: boolean): void;
  /** New margins hold from the next decision on. */
  setMargins(margins: MotionMargins): void;
  /** Drops what waits; resolves when nothing is being moved any more. */
  close(): Promise<void>;
}

export interface MotionRingOptions {
  cameraId: CameraId;
  /** On the file system of the recorders' folders; what a run before left in it is dropped. */
  folder: string;
  margins: MotionMargins;
  /** False: nobody would tell of a motion, so everything is kept. */
  isWatched: () => boolean;
  keep: (segment: FinishedSegment) => Promise<void>;
  /** Before its bytes go. */
  onDrop: (segment: FinishedSegment) => void;
  clock: Clock;
  log: Log;
}

export async function openMotionRing(o: MotionRingOptions): Promise<MotionRing> {
  await rm(o.folder, { recursive: true, force: true });
  await mkdir(o.folder, { recursive: true, mode: 0o700 });
  let waiting: FinishedSegment[] = [];
  let motions: Motion[] = [];
  let { margins } = o;
  let changes: Promise<void> = Promise.resolve();

  const inTurn = (change: () => Promise<void>): Promise<void> => {
    const turn = changes.then(change);
    changes = turn.catch(() => undefined);
    return turn;
  };
  const drop = async (segment: FinishedSegment): Promise<void> => {
    o.onDrop(segment);
    await rm(segment.file, { force: true });
  };
  const spanOf = ({ startedAtMs, durationMs }: FinishedSegment) => ({
    fromMs: startedAtMs,
    toMs: startedAtMs + durationMs,
  });
  /** In the order of time, so that footage arrives as it was recorded. A failed step is tried with the next. */
  const settle = async (): Promise<void> => {
    const nowMs = o.clock.wallMs();
    motions = recentMotions(motions, margins, nowMs);
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const verdict = o.isWatched() ? judgeFootage(spanOf(next), motions, margins, nowMs) : 'keep';
      if (verdict === 'wait') return;
      await (verdict === 'keep' ? o.keep(next) : drop(next));
      waiting = waiting.slice(1);
    }
  };
  return {
    take: (segment) =>
      inTurn(async () => {
        const file = join(o.folder, basename(segment.file));
        await rename(segment.file, file);
        waiting.push({ ...segment, file });
        await settle().catch((error: unknown) => {
          o.log.error({ err: error, cameraId: o.cameraId }, 'footage around a motion waits in the ring');
        });
      }),
    sensed(isActive) {
      const nowMs = o.clock.wallMs();
      const last = motions.at(-1);
      if (isActive && last?.toMs !== null) motions.push({ fromMs: nowMs, toMs: null });
      if (!isActive && last?.toMs === null) last.toMs = nowMs;
      inTurn(settle).catch((error: unknown) => {
        o.log.error({ err: error, cameraId: o.cameraId }, 'footage around a motion waits in the ring');
      });
    },
    setMargins(next) {
      margins = next;
    },
    close: () =>
      inTurn(async () => {
        for (const segment of waiting.splice(0)) await drop(segment);
      }),
  };
}
