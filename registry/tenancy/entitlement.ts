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
