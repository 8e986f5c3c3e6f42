import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CameraId } from '@gantry/protocol/ids.js';
import type { MotionMargins } from '@gantry/protocol/schedule.js';
import type { RecordingMode } from '@gantry/protocol/state.js';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import { openMotionRing, type MotionRing } from './motion-ring.js';
import type { FinishedSegment } from './spec.js';

/** Sends what recorders hand over the way its camera's mode asks for: at once, or around motions. */
export interface MotionRings {
  take(segment: FinishedSegment): Promise<void>;
  sensed(cameraId: CameraId, isActive: boolean): void;
  close(): Promise<void>;
}

export interface MotionRingsOptions {
  /** One folder per camera below; emptied at the start. */
  folder: string;
  desired: (cameraId: CameraId) => { mode: RecordingMode; motion?: MotionMargins | undefined } | null;
  isWatched: (cameraId: CameraId) => boolean;
  keep: (segment: FinishedSegment) => Promise<void>;
  onDrop: (segment: FinishedSegment) => void;
  clock: Clock;
  log: Log;
}

const defaultMargins: MotionMargins = { preRollSeconds: 5, postRollSeconds: 15 };

/** What an earlier run left is dropped: nobody told of a motion before it ended. */
export async function openMotionRings(o: MotionRingsOptions): Promise<MotionRings> {
  await rm(o.folder, { recursive: true, force: true });
  const rings = new Map<CameraId, Promise<MotionRing>>();

  const ringOf = (cameraId: CameraId, margins: MotionMargins): Promise<MotionRing> => {
    const known = rings.get(cameraId);
    if (known) return known;
    const { keep, onDrop, clock, log } = o;
    const folder = join(o.folder, cameraId);
    const isWatched = (): boolean => o.isWatched(cameraId);
    const opening = openMotionRing({ cameraId, folder, margins, isWatched, keep, onDrop, clock, log });
    rings.set(cameraId, opening);
    // A disk that refused the folder may take it with the next segment.
    opening.catch(() => rings.delete(cameraId));
    return opening;
  };
  return {
    async take(segment) {
      const { cameraId } = segment;
      const desired = o.desired(cameraId);
      if (desired?.mode === 'motion') {
        const margins = desired.motion ?? defaultMargins;
        const ring = await ringOf(cameraId, margins);
        ring.setMargins(margins);
        return ring.take(segment);
      }
      const ring = rings.get(cameraId);
      rings.delete(cameraId);
      // The mode has changed: what waits was recorded under the mode before.
      await (await ring)?.close();
      return o.keep(segment);
    },
    sensed(cameraId, isActive) {
      rings.get(cameraId)?.then(
        (ring) => ring.sensed(isActive),
        () => undefined,
      );
    },
    async close() {
      for (const ring of await Promise.allSettled(rings.values())) {
        if (ring.status === 'fulfilled') await ring.value.close();
      }
    },
  };
}
