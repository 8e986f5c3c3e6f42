import type { CameraId, SegmentId, TenantId } from '@gantry/protocol/ids.js';
import type { Queryable } from '../db/database.js';
import { and, asc, eq, gt, lt, type SQL, sql } from '../db/drizzle.js';
import { cameras } from '../db/schema/cameras.js';
import { segments } from '../db/schema/segments.js';
import { notFound } from '../errors.js';
import { inScope, type Scope } from '../tenancy/scope.js';
import type { PlayableSegment } from './playlist.js';
import { arrange } from './timeline.js';

/** Instants, epoch ms; half-open. */
export interface TimeRange {
  startMs: number;
  endMs: number;
}

/** Longest possible segment (protocol/segment.ts): how far before a range its first segment may start. */
const longestSegmentMs = 3_600_000;

/** Segments that touch a range. */
export const touching = (range: TimeRange): SQL | undefined =>
  and(
    lt(segments.startedAt, new Date(range.endMs)),
    gt(segments.startedAt, new Date(range.startMs - longestSegmentMs)),
    sql`${segments.startedAt} + ${segments.durationMs} * interval '1 millisecond' > ${new Date(range.startMs).toISOString()}::timestamptz`,
  );

/** Segments follow their customer, whoever holds the camera now (R41). What is lost or damaged is not played. */
const ofCamera = (scope: Scope, camera: CameraId): SQL | undefined =>
  and(eq(segments.cameraId, camera), eq(segments.state, 'stored'), inScope(segments.customerId, scope));

/**
 * Somebody who sees the camera, or footage of it from the time it was theirs, may ask about its recordings.
 * Throws `not_found` for everybody else (R3).
 */
export async function requireArchive(queryable: Queryable, scope: Scope, camera: CameraId): Promise<void> {
  const [seen] = await queryable
    .select({ id: cameras.id })
    .from(cameras)
    .where(and(eq(cameras.id, camera), inScope(cameras.tenantId, scope)));
  if (seen !== undefined) return;
  const [owned] = await queryable
    .select({ id: segments.id })
    .from(segments)
    .where(ofCamera(scope, camera))
    .limit(1);
  if (owned === undefined) throw notFound('camera', camera);
}

/** The segments of a camera that touch a range and lie in the scope, by start. */
export async function segmentsIn(
  queryable: Queryable,
  scope: Scope,
  camera: CameraId,
  range: TimeRange,
): Promise<PlayableSegment[]> {
  const rows = await queryable
    .select({
      id: segments.id,
      sessionId: segments.sessionId,
      sequence: segments.sequence,
      startedAt: segments.startedAt,
      durationMs: segments.durationMs,
      mediaOffsetUs: segments.mediaOffsetUs,
      initSha256: segments.initSha256,
    })
    .from(segments)
    .where(and(ofCamera(scope, camera), touching(range)))
    .orderBy(asc(segments.startedAt));
  return rows.map(({ startedAt, ...row }) => ({ ...row, startMs: startedAt.getTime() }));
}

export interface FoundSegment {
  customerId: TenantId;
  storageKey: string;
  initBytes: number;
  sizeBytes: number;
}

/** Where the bytes of one segment are. Throws `not_found` outside the scope or the range. */
export async function findSegment(
  queryable: Queryable,
  scope: Scope,
  camera: CameraId,
  segment: SegmentId,
  range: TimeRange,
): Promise<FoundSegment> {
  const { customerId, storageKey, initBytes, sizeBytes } = segments;
  const [found] = await queryable
    .select({ customerId, storageKey, initBytes, sizeBytes })
    .from(segments)
    .where(and(ofCamera(scope, camera), eq(segments.id, segment), touching(range)));
  if (found === undefined) throw notFound('segment', segment);
  return found;
}

/** What plays at an instant, and how far into it that is; of two that overlap the one that plays (timeline.ts). */
export async function segmentAt(
  queryable: Queryable,
  scope: Scope,
  camera: CameraId,
  atMs: number,
): Promise<(FoundSegment & { id: SegmentId; offsetMs: number }) | null> {
  const found = arrange(await segmentsIn(queryable, scope, camera, { startMs: atMs, endMs: atMs + 1 }))[0];
  if (found === undefined) return null;
  const id = found.id as SegmentId;
  const segment = await findSegment(queryable, scope, camera, id, { startMs: atMs, endMs: atMs + 1 });
  return { id, ...segment, offsetMs: atMs - found.startMs };
}
