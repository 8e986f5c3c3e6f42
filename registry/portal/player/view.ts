import type { TimeRange } from './recorded.js';

/** Nothing shorter is told apart on a strip. */
const shortestMs = 60_000;

/** `factor` < 1 shows less, around an instant that keeps its place; never more than `whole`. */
export function zoomed(view: TimeRange, whole: TimeRange, aroundMs: number, factor: number): TimeRange {
  const wholeMs = whole.endMs - whole.startMs;
  const nowMs = view.endMs - view.startMs;
  const lengthMs = Math.min(wholeMs, Math.max(shortestMs, nowMs * factor));
  const part = (Math.min(view.endMs, Math.max(view.startMs, aroundMs)) - view.startMs) / nowMs;
  return within(aroundMs - part * lengthMs, lengthMs, whole);
}

/** The same length, elsewhere. */
export const moved = (view: TimeRange, whole: TimeRange, byMs: number): TimeRange =>
  within(view.startMs + byMs, view.endMs - view.startMs, whole);

/** Moved so far that it holds an instant; the same when it does already. */
export function following(view: TimeRange, whole: TimeRange, timeMs: number): TimeRange {
  if (timeMs >= view.startMs && timeMs <= view.endMs) return view;
  const lengthMs = view.endMs - view.startMs;
  return within(timeMs - lengthMs / 2, lengthMs, whole);
}

function within(startMs: number, lengthMs: number, whole: TimeRange): TimeRange {
  const start = Math.min(whole.endMs - lengthMs, Math.max(whole.startMs, startMs));
  return { startMs: start, endMs: start + lengthMs };
}

const steps = [10, 30, 60, 300, 600, 1_800, 3_600, 7_200, 14_400, 21_600].map((seconds) => seconds * 1_000);

/** Where a strip is marked: at round times of the wall clock, at most `atMost` of them. */
export function marksOf({ startMs, endMs }: TimeRange, atMost: number): number[] {
  const stepMs = steps.find((step) => (endMs - startMs) / step <= atMost) ?? 43_200_000;
  // Midnight of the first day, so that marks are round where people live.
  const first = new Date(startMs).setHours(0, 0, 0, 0);
  const marks: number[] = [];
  for (let at = first + Math.ceil((startMs - first) / stepMs) * stepMs; at <= endMs; at += stepMs)
    marks.push(at);
  return marks;
}
