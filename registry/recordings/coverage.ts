import type { CameraId } from '@gantry/protocol/ids.js';
import type { Queryable } from '../db/database.js';
import { and, eq, gt, isNull, lt, ne, or, type SQL } from '../db/drizzle.js';
import { agents } from '../db/schema/agents.js';
import { cameras } from '../db/schema/cameras.js';
import { recordingGaps } from '../db/schema/gaps.js';
import { segments } from '../db/schema/segments.js';
import type { PathTenant } from '../tenancy/path.js';
import { inScope, scopeHolds, type Scope } from '../tenancy/scope.js';
import { segmentsIn, touching, type TimeRange } from './archive.js';
import { explainGaps, inOrder, offStretches, whyTold, type Hole, type Why } from './holes.js';
import { claimsAround } from './permission.js';
import { gapsOf, recordingsOf, type Recording } from './timeline.js';

/**
 * A segment is sent when it is whole: so long after a moment its footage is no sooner expected. A minute of it
 * (derive.ts), and one more until its agent says that it waits there.
 */
const underWayMs = 120_000;

/**
 * Every moment of a range up to now: recorded, or a hole with its one reason (issue 5, gap ledger). What another
 * customer had is nothing to whoever asks (R41).
 */
export async function coverageOf(
  queryable: Queryable,
  scope: Scope,
  camera: CameraId,
  asked: TimeRange,
  nowMs: number,
): Promise<{ recordings: Recording[]; holes: Hole[] }> {
  const range = { startMs: asked.startMs, endMs: Math.min(asked.endMs, nowMs) };
  if (range.startMs >= range.endMs) return { recordings: [], holes: [] };
  const recordings = recordingsOf(await segmentsIn(queryable, scope, camera, range)).map((recording) => ({
    startMs: Math.max(recording.startMs, range.startMs),
    endMs: Math.min(recording.endMs, range.endMs),
  }));
  const seen = (path: readonly PathTenant[]) => scopeHolds(scope, path.at(-1)?.path ?? '');
  const claims = await claimsAround(queryable, camera, range, seen);
  const layers = [
    offStretches(claims, range),
    await damagedIn(queryable, scope, camera, range),
    await toldIn(queryable, camera, range),
    ...(await awaitedOf(queryable, camera, nowMs)),
    await forgottenOf(queryable, camera, nowMs),
  ];
  return { recordings, holes: explainGaps(gapsOf(recordings, range), layers) };
}

const damaged: Why = { state: 'missing', cause: 'damaged', who: null };

/** Times whose files were here, and are gone or damaged. */
async function damagedIn(
  queryable: Queryable,
  scope: Scope,
  camera: CameraId,
  range: TimeRange,
): Promise<Hole[]> {
  const rows = await queryable
    .select({ startedAt: segments.startedAt, durationMs: segments.durationMs })
    .from(segments)
    .where(
      and(
        eq(segments.cameraId, camera),
        ne(segments.state, 'stored'),
        inScope(segments.customerId, scope),
        touching(range),
      ),
    );
  return inOrder(
    rows.map(({ startedAt, durationMs }) => {
      const startMs = startedAt.getTime();
      return { startMs, endMs: startMs + durationMs, ...damaged };
    }),
  );
}

/** What agents told of the range. */
async function toldIn(queryable: Queryable, camera: CameraId, range: TimeRange): Promise<Hole[]> {
  const touches: SQL | undefined = and(
    lt(recordingGaps.fromAt, new Date(range.endMs)),
    or(isNull(recordingGaps.toAt), gt(recordingGaps.toAt, new Date(range.startMs))),
  );
  const rows = await queryable
    .select({ fromAt: recordingGaps.fromAt, toAt: recordingGaps.toAt, cause: recordingGaps.cause })
    .from(recordingGaps)
    .where(and(eq(recordingGaps.cameraId, camera), touches));
  return inOrder(
    rows.map(({ fromAt, toAt, cause }) => ({
      startMs: fromAt.getTime(),
      endMs: toAt?.getTime() ?? range.endMs,
      ...whyTold(cause),
    })),
  );
}

/** What may still come: from an agent that is away, from its spool, from the segment that is being recorded. */
async function awaitedOf(queryable: Queryable, camera: CameraId, nowMs: number): Promise<Hole[][]> {
  const [agent] = await queryable
    .select({
      name: agents.name,
      presence: agents.presence,
      presenceAt: agents.presenceAt,
      spoolOldestAt: agents.spoolOldestAt,
      reportedState: cameras.reportedState,
    })
    .from(cameras)
    .innerJoin(agents, eq(agents.id, cameras.agentId))
    .where(eq(cameras.id, camera));
  if (agent === undefined) return [];
  const from = (startMs: number, cause: 'agent_offline' | 'on_its_way'): Hole[] =>
    startMs < nowMs ? [{ startMs, endMs: nowMs, state: 'pending', cause, who: agent.name }] : [];
  return [
    agent.presence === 'offline' ? from(agent.presenceAt.getTime(), 'agent_offline') : [],
    agent.spoolOldestAt === null ? [] : from(agent.spoolOldestAt.getTime(), 'on_its_way'),
    agent.reportedState === 'recording' ? from(nowMs - underWayMs, 'on_its_way') : [],
  ];
}

/** What retention has ended for is not missing, though nobody can tell any more whether it was recorded. */
async function forgottenOf(queryable: Queryable, camera: CameraId, nowMs: number): Promise<Hole[]> {
  const [kept] = await queryable
    .select({ retentionDays: cameras.retentionDays })
    .from(cameras)
    .where(eq(cameras.id, camera));
  if (kept === undefined) return [];
  const endMs = nowMs - kept.retentionDays * dayMs;
  return [{ startMs: 0, endMs, state: 'off', cause: 'retention_ended', who: null }];
}

const dayMs = 86_400_000;
