/** What the timeline needs of a segment; instants on the registry's clock, epoch ms. */
export interface TimedSegment {
  sessionId: string;
  /** Position in the session. */
  sequence: number;
  startMs: number;
  durationMs: number;
  /** Start on the session's media clock, µs. */
  mediaOffsetUs: number;
}

/** A gapless run of segments. */
export interface Recording {
  startMs: number;
  endMs: number;
}

export interface Gap {
  startMs: number;
  endMs: number;
}

/** Shorter holes between two sessions are how a recorder restarts, no gap a person wants to see. */
const toleranceMs = 1_000;

const endOf = (segment: TimedSegment): number => segment.startMs + segment.durationMs;

/**
 * Brings segments into playing order: session by session, in the session's own order, whatever clock corrections
 * did to the starts. Where sessions overlap in time (restart, corrected clock) each moment plays once: a
 * segment of which more than half is covered by an earlier session is left out.
 */
export function arrange<Segment extends TimedSegment>(segments: readonly Segment[]): Segment[] {
  const sessions = new Map<string, Segment[]>();
  for (const segment of segments) {
    const session = sessions.get(segment.sessionId);
    if (session === undefined) sessions.set(segment.sessionId, [segment]);
    else session.push(segment);
  }
  const startOf = (session: readonly Segment[]) =>
    session.reduce((least, segment) => Math.min(least, segment.startMs), Infinity);
  const inOrder = [...sessions.values()]
    .map((session) => ({ session, startMs: startOf(session) }))
    .toSorted((a, b) => a.startMs - b.startMs);
  const chosen: Segment[] = [];
  let coveredToMs = Number.NEGATIVE_INFINITY;
  for (const { session } of inOrder) {
    const coveredBeforeMs = coveredToMs;
    for (const segment of session.toSorted((a, b) => a.sequence - b.sequence)) {
      if (coveredBeforeMs - segment.startMs > segment.durationMs / 2) continue;
      chosen.push(segment);
      coveredToMs = Math.max(coveredToMs, endOf(segment));
    }
  }
  return chosen;
}

/** Does `next` go on exactly where `previous` ends, on the same media clock? */
export function continues(previous: TimedSegment, next: TimedSegment): boolean {
  if (previous.sessionId !== next.sessionId || next.sequence !== previous.sequence + 1) return false;
  const expectedUs = previous.mediaOffsetUs + previous.durationMs * 1_000;
  return Math.abs(next.mediaOffsetUs - expectedUs) <= toleranceMs * 1_000;
}

/** Segments in playing order → recordings. */
export function recordingsOf(segments: readonly TimedSegment[]): Recording[] {
  const recordings: Recording[] = [];
  let previous: TimedSegment | null = null;
  for (const segment of arrange(segments)) {
    const last = recordings.at(-1);
    const joins =
      last !== undefined &&
      ((previous !== null && continues(previous, segment)) || segment.startMs - last.endMs <= toleranceMs);
    if (joins) last.endMs = Math.max(last.endMs, endOf(segment));
    else recordings.push({ startMs: segment.startMs, endMs: endOf(segment) });
    previous = segment;
  }
  return recordings;
}

/** What of `[startMs, endMs)` no recording covers. Recordings are in order and do not overlap. */
export function gapsOf(recordings: readonly Recording[], range: { startMs: number; endMs: number }): Gap[] {
  const gaps: Gap[] = [];
  let coveredToMs = range.startMs;
  for (const recording of recordings) {
    if (recording.startMs >= range.endMs) break;
    if (recording.startMs > coveredToMs) gaps.push({ startMs: coveredToMs, endMs: recording.startMs });
    coveredToMs = Math.max(coveredToMs, recording.endMs);
  }
  if (coveredToMs < range.endMs) gaps.push({ startMs: coveredToMs, endMs: range.endMs });
  return gaps;
}
