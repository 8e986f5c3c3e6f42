import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, api } from '../../api/client.js';
import type { paths } from '../../api/schema.js';
import type { TimeRange } from '../../player/recorded.js';

/**
 * `recorded`: there is a picture; `pending`: it may still arrive; `missing`: it should be here and is not; `off`:
 * nothing was to be recorded.
 */
export type SpanKind = 'recorded' | 'pending' | 'missing' | 'off';

/** A reason by its code, and as the API words it. */
export type Why = Pick<
  paths['/api/v1/cameras/{id}/recordings']['get']['responses'][200]['content']['application/json']['gaps'][number],
  'cause' | 'sentence'
>;

/** A stretch of time, epoch ms, and what is known of it. */
export interface Span extends TimeRange {
  kind: SpanKind;
  /** Why there is no picture (R19); null where there is one. */
  why: Why | null;
}

const newestEveryMs = 15_000;

async function spansOf(cameraId: string, range: TimeRange, signal: AbortSignal): Promise<Span[]> {
  const [from, to] = [range.startMs, range.endMs].map((ms) => new Date(ms).toISOString()) as [string, string];
  const { recordings, gaps } = await answer(
    api.GET('/api/v1/cameras/{id}/recordings', {
      params: { path: { id: cameraId }, query: { from, to } },
      signal,
    }),
  );
  const span = (at: { from: string; to: string }, kind: SpanKind, why: Why | null): Span => ({
    startMs: Math.max(range.startMs, Date.parse(at.from)),
    endMs: Math.min(range.endMs, Date.parse(at.to)),
    kind,
    why,
  });
  return [
    ...recordings.map((one) => span(one, 'recorded', null)),
    ...gaps.map((one) => span(one, one.state, one)),
  ]
    .filter(({ startMs, endMs }) => endMs > startMs)
    .toSorted((a, b) => a.startMs - b.startMs);
}

/** What of a range is recorded, in order, without overlap; time to come is in no span. */
export const timelineQuery = (cameraId: string, range: TimeRange) =>
  queryOptions({
    queryKey: ['recordings', cameraId, range.startMs, range.endMs],
    queryFn: ({ signal }) => spansOf(cameraId, range, signal),
    // Of the past only what is still on its way comes in.
    refetchInterval: ({ state }) =>
      range.endMs > Date.now() || state.data?.some(({ kind }) => kind === 'pending') === true
        ? newestEveryMs
        : false,
    placeholderData: keepPreviousData,
  });

export const spanAt = (spans: readonly Span[], timeMs: number): Span | null =>
  spans.find(({ startMs, endMs }) => timeMs >= startMs && timeMs < endMs) ?? null;

/** Milliseconds of a range of which there is no picture. */
export const unrecordedMs = (spans: readonly Span[], range: TimeRange): number =>
  range.endMs -
  range.startMs -
  spans
    .filter(({ kind }) => kind === 'recorded')
    .reduce(
      (sum, { startMs, endMs }) =>
        sum + Math.max(0, Math.min(endMs, range.endMs) - Math.max(startMs, range.startMs)),
      0,
    );

/** Where the newest picture is, a little before its end; null where there is none. */
export function newestMs(spans: readonly Span[], leadMs = 60_000): number | null {
  const last = spans.findLast(({ kind }) => kind === 'recorded');
  return last === undefined ? null : Math.max(last.startMs, last.endMs - leadMs);
}
