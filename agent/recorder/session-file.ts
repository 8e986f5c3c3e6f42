import { join } from 'node:path';
import { cameraId, sessionId, type SessionId } from '@gantry/protocol/ids.js';
import { z } from 'zod';

/** Registry clock minus session clock; null in records of agents that did not write it. */
const clockOffsetMs = z.int().nullable().default(null);

/**
 * What a killed agent must have left on disk to place the files of a session: written before ffmpeg starts (with
 * the start as an estimate), again when the session is anchored, and before each segment is handed over.
 */
export const sessionRecord = z.strictObject({
  sessionId,
  cameraId,
  /** Agent wall clock of the session's first frame, epoch ms. */
  startedAtMs: z.int().min(0),
  clockOffsetMs,
  video: z.enum(['h264', 'h265']),
  audio: z.enum(['aac']).nullable(),
  /** The segment after the last listed one: where the open, possibly torn, file starts. */
  next: z.strictObject({ sequence: z.int().min(0), mediaOffsetUs: z.int().min(0) }),
  /** Listed by ffmpeg, not yet taken over. */
  listed: z.array(
    z.strictObject({
      sequence: z.int().min(0),
      startedAtMs: z.int().min(0),
      durationMs: z.int().min(1),
      mediaOffsetUs: z.int().min(0),
      clockOffsetMs,
    }),
  ),
});
export type SessionRecord = z.infer<typeof sessionRecord>;

export const sessionFile = (folder: string, session: SessionId): string => join(folder, `${session}.json`);
