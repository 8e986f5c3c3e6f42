/** Half-open: the start belongs to it, the end does not; a null end is still to come. Milliseconds. */
export interface Interval {
  fromMs: number;
  toMs: number | null;
}

/** Whether an instant lies in one of the intervals. */
export const covers = (intervals: readonly Interval[], atMs: number): boolean =>
  intervals.some(({ fromMs, toMs }) => fromMs <= atMs && (toMs === null || atMs < toMs));

/**
 * Whether a camera may be recorded at an instant (R14, R18): the camera's own entitlement holds, and every
 * tenant on its customer's path is active itself.
 */
export function entitledAt(
  atMs: number,
  cameraIntervals: readonly Interval[],
  tenantActivities: readonly (readonly Interval[])[],
): boolean {
  return covers(cameraIntervals, atMs) && tenantActivities.every((activity) => covers(activity, atMs));
}

/** The times that lie in both; results in order, never empty intervals. Inputs in order, without overlap. */
export function intersect(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const result: Interval[] = [];
  for (const one of a) {
    for (const other of b) {
      const fromMs = Math.max(one.fromMs, other.fromMs);
      const end = Math.min(one.toMs ?? Infinity, other.toMs ?? Infinity);
      if (fromMs < end) result.push({ fromMs, toMs: end === Infinity ? null : end });
    }
  }
  return result;
}

/** When a camera may be recorded at all: its own intervals ∩ the activity of each tenant on the path. */
export const entitledIntervals = (
  cameraIntervals: readonly Interval[],
  tenantActivities: readonly (readonly Interval[])[],
): Interval[] => tenantActivities.reduce<Interval[]>(intersect, [...cameraIntervals]);
