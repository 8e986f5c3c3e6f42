import { segmentFile } from './segment-files.js';
import type { FinishedSegment } from './spec.js';

/** A better measurement of the same clocks moves the offset by less; more means that a clock was set. */
const sameClockMs = 2_000;
/** Two measurements of the same clocks contradict each other by no more: an HTTP date is right to half a second. */
const measuringErrorMs = 1_000;

/**
 * The clock offset (registry minus session) to write on the next segment of a session. One value for the whole
 * session, so that segments which follow each other on the media clock do so on the registry's clock too, although
 * the measurement gets better meanwhile; and one that does not place a new session into the footage before it. Pure.
 */
export function sessionOffset(o: {
  /** On the segments before; null for the first. */
  currentMs: number | null;
  measuredMs: number;
  /** The session's first frame on its own clock, epoch ms. */
  startedAtMs: number;
  /** Where the camera's footage of earlier sessions ends on the registry's clock; null without any. */
  placedToMs: number | null;
}): number {
  const { currentMs, measuredMs, startedAtMs, placedToMs } = o;
  if (currentMs !== null) return Math.abs(measuredMs - currentMs) < sameClockMs ? currentMs : measuredMs;
  const sharedMs = placedToMs === null ? 0 : placedToMs - (startedAtMs + measuredMs);
  return sharedMs > 0 && sharedMs < measuringErrorMs ? measuredMs + sharedMs : measuredMs;
}

/** Where a camera's footage ends on the registry's clock, and which segment says so. */
export interface PlacedFootage {
  /** Sorts like the segments were recorded; empty for one of an earlier recorder. */
  newest: string;
  toMs: number;
}

/** A segment that a full disk kept back is handed over after newer ones, and says nothing of where those end. Pure. */
export function placedWith(
  before: PlacedFootage | null,
  segment: Pick<FinishedSegment, 'sessionId' | 'sequence' | 'startedAtMs' | 'clockOffsetMs' | 'durationMs'>,
): PlacedFootage {
  const newest = segmentFile(segment.sessionId, segment.sequence);
  if (before !== null && newest < before.newest) return before;
  return { newest, toMs: segment.startedAtMs + segment.clockOffsetMs + segment.durationMs };
}
