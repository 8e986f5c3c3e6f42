import type { Gap } from '@gantry/protocol/gap.js';
import type { SegmentMeta } from '@gantry/protocol/segment.js';
import type { SmallRegistry } from '../support/small-registry.js';

/** A piece of a camera's time on the registry's clock. */
export interface Piece {
  fromMs: number;
  toMs: number;
  /** `footage`, or the gap's cause. */
  what: string;
}

/** Gaps as the registry knows them at last: by id, the newest telling of each, without those that were none. */
export function gapsTold(registry: SmallRegistry): Gap[] {
  const byId = new Map(
    registry.of('gaps').flatMap(({ gaps }) => gaps.map((gap) => [gap.gapId, gap] as const)),
  );
  return [...byId.values()].filter(({ fromMs, toMs }) => toMs !== fromMs);
}

/** Footage and closed gaps in order of time. */
export function piecesOf(segments: readonly SegmentMeta[], gaps: readonly Gap[]): Piece[] {
  const footage = segments.map(({ startedAtMs, durationMs, clockOffsetMs }) => ({
    fromMs: startedAtMs + clockOffsetMs,
    toMs: startedAtMs + clockOffsetMs + durationMs,
    what: 'footage',
  }));
  const closed = gaps.flatMap(({ fromMs, toMs, clockOffsetMs, cause }) =>
    toMs === null ? [] : [{ fromMs: fromMs + clockOffsetMs, toMs: toMs + clockOffsetMs, what: cause }],
  );
  return [...footage, ...closed].sort((a, b) => a.fromMs - b.fromMs);
}

/** The times within the pieces' whole that none of them covers: unexplained. */
export function holesIn(pieces: readonly Piece[]): { fromMs: number; toMs: number }[] {
  const holes: { fromMs: number; toMs: number }[] = [];
  let coveredToMs = pieces[0]?.fromMs ?? 0;
  for (const { fromMs, toMs } of pieces) {
    if (fromMs > coveredToMs) holes.push({ fromMs: coveredToMs, toMs: fromMs });
    coveredToMs = Math.max(coveredToMs, toMs);
  }
  return holes;
}

/** The times that two pieces of footage cover. */
export function sharedIn(pieces: readonly Piece[]): { fromMs: number; toMs: number }[] {
  const footage = pieces.filter(({ what }) => what === 'footage');
  return footage.flatMap(({ fromMs }, index) => {
    const toMs = footage[index - 1]?.toMs ?? fromMs;
    return toMs > fromMs ? [{ fromMs, toMs }] : [];
  });
}

/** Neighbours of one kind as one, for reading: `footage camera_unreachable footage`. */
export const storyOf = (pieces: readonly Piece[]): string =>
  pieces
    .map(({ what }) => what)
    .filter((what, index, all) => what !== all[index - 1])
    .join(' ');
