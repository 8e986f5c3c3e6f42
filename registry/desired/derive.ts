import { createHash } from 'node:crypto';
import type { StreamRole } from '@gantry/protocol/camera.js';
import type { CameraId } from '@gantry/protocol/ids.js';
import type { DesiredCamera } from '@gantry/protocol/state.js';
import { wishFor, type CameraSettings } from '../cameras/wish.js';
import type { TenantStanding } from '../tenancy/tree.js';

/** A camera as far as its desired state goes. */
export interface DerivedFrom extends CameraSettings {
  id: CameraId;
  localId: string;
  stream: StreamRole;
}

/** Target length of a segment, seconds: a loss on the agent costs at most so much, a day has 8,640 rows. */
const segmentSeconds = 10;

/** What the registry wants of one camera. `standings`: from the root to its customer; empty while unbound. */
export function deriveCamera(camera: DerivedFrom, standings: readonly TenantStanding[]): DesiredCamera {
  const { record, reason } = wishFor(camera, standings);
  return {
    cameraId: camera.id,
    localId: camera.localId,
    record,
    reason,
    stream: camera.stream,
    mode: camera.mode,
    segmentSeconds,
  };
}

/** A camera that another agent has now: *absent* would not stop the old one, so it is told (protocol/state.ts). */
export const released = (camera: { id: CameraId; localId: string }): DesiredCamera => ({
  cameraId: camera.id,
  localId: camera.localId,
  record: false,
  reason: 'released',
  stream: 'main',
  mode: 'off',
  segmentSeconds,
});

/** sha-256 over the states in order of camera id: equal, nothing new to say to the agent. */
export function hashOf(cameras: readonly DesiredCamera[]): string {
  const hash = createHash('sha256');
  for (const camera of inOrder(cameras)) {
    const { cameraId, localId, record, reason, stream, mode, segmentSeconds } = camera;
    hash.update(JSON.stringify([cameraId, localId, record, reason, stream, mode, segmentSeconds]));
  }
  return hash.digest('hex');
}

export const inOrder = (cameras: readonly DesiredCamera[]): DesiredCamera[] =>
  [...cameras].sort((a, b) => (a.cameraId < b.cameraId ? -1 : 1));
