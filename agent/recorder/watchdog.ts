/** What is known of a running attempt; all times in ms since ffmpeg was started. */
export interface Vitals {
  nowMs: number;
  firstByteMs: number | null;
  lastByteMs: number | null;
  /** First whole fragment on disk. */
  firstMediaMs: number | null;
  /** Last line of the segment list. */
  lastSegmentMs: number | null;
  segmentSeconds: number;
}

export type Judgement =
  | { kind: 'alive' }
  | { kind: 'dead'; reason: 'camera_unreachable' | 'source_silent' | 'no_segment'; detail: string };

/** Start values of the field notes, recorder supervision. */
export const limits = {
  connectMs: 10_000,
  firstMediaMs: 15_000,
  silenceMs: 10_000,
  segmentGraceMs: 45_000,
  segmentFloorMs: 75_000,
};

const dead = (reason: 'camera_unreachable' | 'source_silent' | 'no_segment', detail: string): Judgement => ({
  kind: 'dead',
  reason,
  detail,
});

/** Whether an attempt still gets anywhere. The first rule that is broken names the reason. */
export function judge(vitals: Vitals): Judgement {
  const { nowMs, firstByteMs, lastByteMs, firstMediaMs, lastSegmentMs, segmentSeconds } = vitals;
  if (firstByteMs === null || lastByteMs === null) {
    if (nowMs < limits.connectMs) return { kind: 'alive' };
    return dead('camera_unreachable', `The camera sent nothing within ${limits.connectMs / 1_000} s.`);
  }
  if (nowMs - lastByteMs >= limits.silenceMs) {
    return dead('source_silent', `The camera has sent nothing for ${limits.silenceMs / 1_000} s.`);
  }
  if (firstMediaMs === null && nowMs - firstByteMs >= limits.firstMediaMs) {
    return dead(
      'no_segment',
      `The camera sends data, but no picture within ${limits.firstMediaMs / 1_000} s.`,
    );
  }
  // Audio alone keeps bytes flowing while no segment ends: the list, not the bytes, proves video.
  const allowedMs = Math.max(limits.segmentFloorMs, 2_000 * segmentSeconds + 15_000);
  const sinceMs = Math.max(lastSegmentMs ?? 0, limits.segmentGraceMs);
  if (nowMs - sinceMs >= allowedMs) {
    return dead(
      'no_segment',
      `The camera sends data, but no segment was finished for ${allowedMs / 1_000} s.`,
    );
  }
  return { kind: 'alive' };
}
