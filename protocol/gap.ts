import { z } from 'zod';
import { cameraId, gapId } from './ids.js';

/**
 * Why a second that might have been recorded is not there (issue 5, gap ledger). Every second a camera is known to
 * its agent is stored, pending in the spool, or part of a gap.
 */
export const gapCauses = [
  /** Nothing answers at the camera's address, or the connection broke. */
  'camera_unreachable',
  /** The camera refuses the login. */
  'auth_failed',
  /** The agent was not running: from its last durable heartbeat to its next start. */
  'agent_offline',
  /** The registry asked for no recording: its desired state of that time says why. */
  'disabled',
  /** The schedule, or the absence of motion, asked for none. */
  'not_wanted',
  /** The disk took no more, or its file system was not there. */
  'disk_full',
  /** Recorded, then given up because the spool or the disk was full. */
  'evicted',
  /** The camera sends no video, or none yet: its recorder starts. */
  'source_silent',
  /** Our own side: ffmpeg failed, a file was damaged or refused. */
  'recorder_failed',
  /** The camera's encoding cannot be recorded. */
  'codec_unsupported',
  /** The agent's wall clock was set: its times before and after do not join. */
  'clock_changed',
  /** Nobody knows. */
  'unexplained',
] as const;
export type GapCause = (typeof gapCauses)[number];

/**
 * A time without recording and its one cause. Told again, by the same id, until it is closed; closed is final, and one
 * that ends where it began turned out to be none. Footage that arrives late, of a time that is in a gap, wins over it.
 */
export const gap = z.strictObject({
  gapId,
  cameraId,
  /** Agent clock, epoch ms; on the registry's clock `+ clockOffsetMs`. */
  fromMs: z.int().min(0),
  /** Null while it lasts. */
  toMs: z.int().min(0).nullable(),
  /** Registry clock minus agent clock as known when the gap was told last; 0 when never measured. */
  clockOffsetMs: z.int(),
  cause: z.enum(gapCauses),
});
export type Gap = z.infer<typeof gap>;
