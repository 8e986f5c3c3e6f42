import { sessionId as sessionIdSchema, type SessionId } from '@gantry/protocol/ids.js';

/**
 * Names in a camera's recorder folder. The session's id is in each name, so that no session overwrites
 * another's files (field notes: `%05d` restarts at 0 and `-y` overwrites).
 */
export const segmentPattern = (session: SessionId): string => `${session}-%06d.mp4`;
export const segmentFile = (session: SessionId, sequence: number): string =>
  `${session}-${String(sequence).padStart(6, '0')}.mp4`;

/** The inverse of {@link segmentFile}; null for any other name. */
export function parseSegmentFile(name: string): { session: SessionId; sequence: number } | null {
  const [, id, digits] = /^(ses_[0-9A-Z]{26})-(\d{6,})\.mp4$/.exec(name) ?? [];
  const session = sessionIdSchema.safeParse(id);
  return session.success ? { session: session.data, sequence: Number(digits) } : null;
}

/** A line of ffmpeg's segment list: `NAME,START,END` in seconds of media time; null when it is none. */
export interface ListedSegment {
  sequence: number;
  startUs: number;
  endUs: number;
}

export function parseListLine(line: string, session: SessionId): ListedSegment | null {
  const [name = '', start = '', end = ''] = line.trim().split(',');
  const parsed = parseSegmentFile(name.slice(name.lastIndexOf('/') + 1));
  const startUs = Math.round(Number.parseFloat(start) * 1e6);
  const endUs = Math.round(Number.parseFloat(end) * 1e6);
  if (parsed?.session !== session || !Number.isFinite(startUs) || !Number.isFinite(endUs)) return null;
  return { sequence: parsed.sequence, startUs, endUs };
}
