import { createHash } from 'node:crypto';
import type { StreamRole } from '@gantry/protocol/camera.js';
import type { CameraId } from '@gantry/protocol/ids.js';
import type { MotionMargins, WeeklySchedule } from '@gantry/protocol/schedule.js';
import type { DesiredCamera } from '@gantry/protocol/state.js';
import { wishFor, type CameraSettings } from '../cameras/wish.js';
import type { TenantStanding } from '../tenancy/tree.js';

/** A camera as far as its desired state goes. */
export interface DerivedFrom extends CameraSettings {
  id: CameraId;
  localId: string;
  stream: StreamRole;
  /** Null: the usual margins. */
  motion: MotionMargins | null;
  /** Null: always. */
  scheduleWindows: WeeklySchedule['windows'] | null;
  /** Of the tenant that holds the camera: where its schedule's clock hangs. */
  timeZone: string | null;
}

/**
 * Target length of a segment, seconds. On disks it is short, so that footage is there soon after it was recorded. In S3
 * every object costs a PUT, so there the agent records longer segments: nothing needs to be joined, and a kill costs
 * less than a second in either case, for segments are written in fragments of one.
 */
export const segmentSecondsOn = { filesystem: 10, s3: 60 } as const;
/** Around a motion whole segments are kept: shorter ones keep the pre-roll close to what was asked. */
const motionSegmentSeconds = 5;

/** What the registry wants of one camera. `standings`: from the root to its customer; empty while unbound. */
export function deriveCamera(
  camera: DerivedFrom,
  standings: readonly TenantStanding[],
  segmentSeconds: number = segmentSecondsOn.filesystem,
): DesiredCamera {
  const { record, reason } = wishFor(camera, standings);
  return {
    cameraId: camera.id,
    localId: camera.localId,
    record,
    reason,
    stream: camera.stream,
    mode: camera.mode,
    segmentSeconds: camera.mode === 'motion' ? motionSegmentSeconds : segmentSeconds,
    ...settingsOf(camera),
  };
}

/** Only with the mode they belong to: an agent that does not know the mode is told nothing new. */
function settingsOf(camera: DerivedFrom): Pick<DesiredCamera, 'motion' | 'schedule'> {
  const { mode, motion, scheduleWindows: windows } = camera;
  if (mode === 'motion' && motion !== null) return { motion };
  if (mode !== 'schedule' || windows === null) return {};
  return { schedule: { timeZone: camera.timeZone ?? 'UTC', windows } };
}

/** A camera that another agent has now: *absent* would not stop the old one, so it is told (protocol/state.ts). */
export const released = (camera: { id: CameraId; localId: string }): DesiredCamera => ({
  cameraId: camera.id,
  localId: camera.localId,
  record: false,
  reason: 'released',
  stream: 'main',
  mode: 'off',
  segmentSeconds: segmentSecondsOn.filesystem,
});

/** sha-256 over the states in order of camera id: equal, nothing new to say to the agent. */
export function hashOf(cameras: readonly DesiredCamera[]): string {
  const hash = createHash('sha256');
  for (const camera of inOrder(cameras)) {
    const { cameraId, localId, record, reason, stream, mode, segmentSeconds, motion, schedule } = camera;
    const settings = motion ?? schedule;
    const told = [cameraId, localId, record, reason, stream, mode, segmentSeconds];
    hash.update(JSON.stringify(settings === undefined ? told : [...told, settings]));
  }
  return hash.digest('hex');
}

export const inOrder = (cameras: readonly DesiredCamera[]): DesiredCamera[] =>
  [...cameras].sort((a, b) => (a.cameraId < b.cameraId ? -1 : 1));
