import type { GapCause } from '@gantry/protocol/gap.js';
import type { RecorderState } from '@gantry/protocol/state.js';

const causes: Readonly<Record<string, GapCause>> = {
  desired_off: 'disabled',
  not_scheduled: 'not_wanted',
  camera_unreachable: 'camera_unreachable',
  stream_not_found: 'camera_unreachable',
  busy: 'camera_unreachable',
  source_closed: 'camera_unreachable',
  source_failed: 'camera_unreachable',
  auth_failed: 'auth_failed',
  codec_unsupported: 'codec_unsupported',
  source_silent: 'source_silent',
  no_segment: 'source_silent',
  // Until the first picture of the new size.
  picture_changed: 'source_silent',
  clock_drift: 'clock_changed',
  disk_full: 'disk_full',
};

/**
 * Why a camera in this state is not recorded; null while it is. A recorder that starts waits for a picture. Reasons
 * that are none of the above are our own side's.
 */
export function causeOf({ state, reason }: { state: RecorderState; reason: string | null }): GapCause | null {
  if (state === 'recording') return null;
  if (state === 'starting') return 'source_silent';
  const known = reason !== null && Object.hasOwn(causes, reason) ? causes[reason] : undefined;
  return known ?? 'recorder_failed';
}
