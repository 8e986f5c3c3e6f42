import type { CameraId, SegmentId, TenantId } from '@gantry/protocol/ids.js';
import type { Queryable } from '../db/database.js';
import { and, asc, eq, type SQL } from '../db/drizzle.js';
import { segments } from '../db/schema/segments.js';
import { touching, type TimeRange } from '../recordings/archive.js';
import { planPlaylist, type PlayableSegment, type PlaylistEntry } from '../recordings/playlist.js';
import { gapsOf, recordingsOf, type Gap } from '../recordings/timeline.js';
import { inScope, type Scope } from '../tenancy/scope.js';

/** What of a camera's footage goes into a clip. */
export interface ClipFootage {
  /** In playing order. */
  entries: readonly PlaylistEntry<ClipSegment>[];
  /** Times of the range without footage. */
  gaps: readonly Gap[];
  durationMs: number;
  sizeBytes: number;
}

export interface ClipSegment extends PlayableSegment {
  id: SegmentId;
  customerId: TenantId;
  storageKey: string;
  sizeBytes: number;
}

/** Whose footage: of everybody in a scope, or of one customer. */
export type Whose = { scope: Scope } | { customerId: TenantId };

const ofWhom = (whose: Whose): SQL =>
  'scope' in whose ? inScope(segments.customerId, whose.scope) : eq(segments.customerId, whose.customerId);

/** Reads what of a range is there, each moment once. */
export async function clipFootage(
  queryable: Queryable,
  whose: Whose,
  camera: CameraId,
  range: TimeRange,
): Promise<ClipFootage> {
  const rows = await queryable
    .select({
      id: segments.id,
      customerId: segments.customerId,
      sessionId: segments.sessionId,
      sequence: segments.sequence,
      startedAt: segments.startedAt,
      durationMs: segments.durationMs,
      mediaOffsetUs: segments.mediaOffsetUs,
      initSha256: segments.initSha256,
      storageKey: segments.storageKey,
      sizeBytes: segments.sizeBytes,
    })
    .from(segments)
    .where(and(eq(segments.cameraId, camera), eq(segments.state, 'stored'), ofWhom(whose), touching(range)))
    .orderBy(asc(segments.startedAt));
  const found = rows.map(({ startedAt, ...row }) => ({ ...row, startMs: startedAt.getTime() }));
  const entries = planPlaylist(found);
  const covered = recordingsOf(found).map(({ startMs, endMs }) => ({
    startMs: Math.max(startMs, range.startMs),
    endMs: Math.min(endMs, range.endMs),
  }));
  return {
    entries,
    gaps: gapsOf(covered, range),
    durationMs: covered.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0),
    sizeBytes: entries.reduce((sum, { segment }) => sum + segment.sizeBytes, 0),
  };
}
