import type { StoredSegment, ToldGap } from '../support/stack.js';

export interface CameraFindings {
  cameraId: string;
  recordedMs: number;
  /** Missing time by its cause. */
  missingMs: Record<string, number>;
  /** Missing time that is in no gap. */
  unexplainedMs: number;
}

/** Footage and gaps of one camera within a time in which it should be recorded. Pure. */
export function accountOf(
  cameraId: string,
  segments: readonly Pick<StoredSegment, 'cameraId' | 'startedAtMs' | 'durationMs'>[],
  gaps: readonly ToldGap[],
  within: Span,
): CameraFindings {
  const footage = segments
    .filter((one) => one.cameraId === cameraId)
    .map(({ startedAtMs, durationMs }) => ({ fromMs: startedAtMs, toMs: startedAtMs + durationMs }));
  const told = gaps
    .filter((one) => one.cameraId === cameraId)
    .map(({ fromMs, toMs, cause }) => ({ cause, fromMs, toMs: toMs ?? within.toMs }));
  const missing = without([within], footage);
  const missingMs: Record<string, number> = {};
  for (const { cause, ...span } of told) {
    const ms = lengthOf(overlap(missing, span));
    if (ms > 0) missingMs[cause] = (missingMs[cause] ?? 0) + ms;
  }
  return {
    cameraId,
    recordedMs: lengthOf([within]) - lengthOf(missing),
    missingMs,
    unexplainedMs: lengthOf(without(missing, told)),
  };
}

export interface Span {
  fromMs: number;
  toMs: number;
}

const lengthOf = (spans: readonly Span[]): number =>
  spans.reduce((sum, { fromMs, toMs }) => sum + Math.max(0, toMs - fromMs), 0);

const overlap = (spans: readonly Span[], other: Span): Span[] =>
  spans
    .map(({ fromMs, toMs }) => ({
      fromMs: Math.max(fromMs, other.fromMs),
      toMs: Math.min(toMs, other.toMs),
    }))
    .filter(({ fromMs, toMs }) => toMs > fromMs);

/** What of `spans` none of `covered` covers. */
const without = (spans: readonly Span[], covered: readonly Span[]): Span[] =>
  covered.reduce<Span[]>(
    (left, { fromMs, toMs }) =>
      left.flatMap((span) => [
        ...overlap([span], { fromMs: -Infinity, toMs: fromMs }),
        ...overlap([span], { fromMs: toMs, toMs: Infinity }),
      ]),
    [...spans],
  );
