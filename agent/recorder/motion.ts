import type { MotionMargins } from '@gantry/protocol/schedule.js';

/** Half open, agent clock, epoch ms. */
export interface Span {
  fromMs: number;
  toMs: number;
}

/** A motion as the camera's sensor told it; it lasts while `toMs` is null. */
export interface Motion {
  fromMs: number;
  toMs: number | null;
}

/** `wait`: a motion that begins now would still want it. */
export type FootageVerdict = 'keep' | 'wait' | 'drop';

/** Whether a piece of footage is kept around motions: from the pre-roll before one to the post-roll after it. Pure. */
export function judgeFootage(
  span: Span,
  motions: readonly Motion[],
  margins: MotionMargins,
  nowMs: number,
): FootageVerdict {
  const [preMs, postMs] = [margins.preRollSeconds * 1_000, margins.postRollSeconds * 1_000];
  const isWanted = motions.some(
    ({ fromMs, toMs }) => span.toMs > fromMs - preMs && (toMs === null || span.fromMs < toMs + postMs),
  );
  if (isWanted) return 'keep';
  return span.toMs > nowMs - preMs ? 'wait' : 'drop';
}

/** The motions that may still want footage: of one that ended, until its post-roll and any pre-roll are over. */
export function recentMotions(motions: readonly Motion[], margins: MotionMargins, nowMs: number): Motion[] {
  const marginMs = (margins.preRollSeconds + margins.postRollSeconds) * 1_000;
  // A segment is handed over when it has ended, which may be minutes after it began.
  return motions.filter(({ toMs }) => toMs === null || toMs + marginMs + longestSegmentMs > nowMs);
}

const longestSegmentMs = 300_000;
