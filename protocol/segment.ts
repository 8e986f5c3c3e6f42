import { z } from 'zod';
import { audioCodecs } from './camera.js';
import { segmentEvidence } from './evidence.js';
import { cameraId, segmentId, sessionId } from './ids.js';

/** Largest segment the registry takes in one request, bytes. */
export const maxSegmentBytes = 64 * 1024 * 1024;

/** Name of the header that carries {@link segmentMeta} as base64url JSON beside the bytes. */
export const segmentHeader = 'x-gantry-segment';

/**
 * One media file: a fragmented MP4 whose own timestamps start near zero. Wall-clock start on the registry's
 * clock = `startedAtMs + clockOffsetMs`.
 */
export const segmentMeta = z.strictObject({
  id: segmentId,
  cameraId,
  sessionId,
  /** Position in the session, from 0. */
  sequence: z.int().min(0),
  /** Agent clock, epoch ms, anchored on the monotonic clock for the whole session. */
  startedAtMs: z.int().min(0),
  durationMs: z.int().min(1).max(3_600_000),
  /** Where the segment starts on the session's media clock, microseconds from the session's first frame. */
  mediaOffsetUs: z.int().min(0),
  /** Registry clock minus agent clock as measured when the segment was recorded, ms; 0 when never measured. */
  clockOffsetMs: z.int(),
  sizeBytes: z.int().min(1).max(maxSegmentBytes),
  /** Lower-case hex of the file's bytes. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  video: z.enum(['h264', 'h265']),
  audio: z.enum(audioCodecs).nullable(),
  /** Its place in the camera's chain, signed by the agent; absent from agents that do not sign. */
  evidence: segmentEvidence.optional(),
});
export type SegmentMeta = z.infer<typeof segmentMeta>;

export const encodeSegmentHeader = (meta: SegmentMeta): string =>
  btoa(JSON.stringify(meta)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/** The inverse of {@link encodeSegmentHeader}; throws a ZodError or SyntaxError on anything else. */
export function decodeSegmentHeader(header: string): SegmentMeta {
  return segmentMeta.parse(JSON.parse(atob(header.replaceAll('-', '+').replaceAll('_', '/'))));
}

/** Answer to a segment upload: 201 when newly stored, 200 when the same bytes were stored before. */
export const segmentReceipt = z.strictObject({ id: segmentId, sha256: z.string() });
export type SegmentReceipt = z.infer<typeof segmentReceipt>;
