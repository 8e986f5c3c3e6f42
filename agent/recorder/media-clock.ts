import type { ListedSegment } from './segment-files.js';

/** Where a segment lies: agent wall clock and the session's media clock. */
export interface Placement {
  startedAtMs: number;
  durationMs: number;
  mediaOffsetUs: number;
}

export const maxDriftMs = 5_000;
/** A listed start this close to the end before it is ffmpeg's rounding, not missing footage. */
const seamUs = 1_000_000;

/**
 * Wall time of a session's media. Every observation "this much media was here at that moment" bounds the
 * session's start from above, so the least delayed one wins (field notes); the monotonic clock measures, the
 * wall clock is read once, when the first segment is placed. From then on the anchor is fixed: all segments of a
 * session are contiguous.
 */
export class MediaClock {
  #anchorMonotonicMs = Number.POSITIVE_INFINITY;
  #anchorWallMs: number | null = null;
  #endUs: number | null = null;

  /** `mediaUs` of the session's media had arrived at `monotonicMs`. Ignored once a segment was placed. */
  observe(monotonicMs: number, mediaUs: number): void {
    if (this.#anchorWallMs !== null) return;
    this.#anchorMonotonicMs = Math.min(this.#anchorMonotonicMs, monotonicMs - mediaUs / 1_000);
  }

  /** Agent wall clock of the session's first frame, epoch ms; null before anything was observed. */
  startedAtMs(now: { wallMs: number; monotonicMs: number }): number | null {
    if (this.#anchorWallMs !== null) return this.#anchorWallMs;
    if (!Number.isFinite(this.#anchorMonotonicMs)) return null;
    return Math.round(now.wallMs - (now.monotonicMs - this.#anchorMonotonicMs));
  }

  /** The clock that the session is placed on, as it stands now: from the anchor on without the wall clock's jumps. */
  nowMs(now: { wallMs: number; monotonicMs: number }): number {
    if (this.#anchorWallMs === null) return now.wallMs;
    return this.#anchorWallMs + now.monotonicMs - this.#anchorMonotonicMs;
  }

  /** Places a listed segment whose last byte arrived at `arrivedMonotonicMs`. */
  place(
    listed: ListedSegment,
    arrivedMonotonicMs: number,
    now: { wallMs: number; monotonicMs: number },
  ): Placement & { driftMs: number } {
    this.observe(arrivedMonotonicMs, listed.endUs);
    this.#anchorWallMs ??= this.startedAtMs(now) ?? now.wallMs;
    const seamless = this.#endUs !== null && Math.abs(listed.startUs - this.#endUs) <= seamUs;
    const mediaOffsetUs = seamless ? (this.#endUs ?? 0) : Math.max(0, listed.startUs);
    this.#endUs = Math.max(listed.endUs, mediaOffsetUs + 1_000);
    return {
      ...placementOf(this.#anchorWallMs, mediaOffsetUs, this.#endUs),
      driftMs: arrivedMonotonicMs - listed.endUs / 1_000 - this.#anchorMonotonicMs,
    };
  }
}

/** Rounds both ends, not the length: neighbours in microseconds stay neighbours in milliseconds. */
export function placementOf(anchorWallMs: number, mediaOffsetUs: number, endUs: number): Placement {
  const startMs = Math.round(mediaOffsetUs / 1_000);
  return {
    startedAtMs: anchorWallMs + startMs,
    durationMs: Math.max(1, Math.round(endUs / 1_000) - startMs),
    mediaOffsetUs,
  };
}
