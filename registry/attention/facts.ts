import type { TenantId } from '@gantry/protocol/ids.js';
import { chipColumn } from '../cameras/chip-sql.js';
import { conditionsOf } from '../cameras/filters.js';
import type { CameraSight } from '../cameras/sight.js';
import type { Queryable } from '../db/database.js';
import { and, desc, eq, isNull, type SQL, sql } from '../db/drizzle.js';
import { agents } from '../db/schema/agents.js';
import { cameras } from '../db/schema/cameras.js';
import { operations } from '../db/schema/operations.js';
import { inScope, type Scope } from '../tenancy/scope.js';
import type { AttentionFacts, Trouble } from './attention.js';

/** Lines are few; more causes of one kind than this say nothing new. */
const mostOfKind = 20;
const count = sql<number>`count(*)::int`;

/** Agents that are gone, with how many of the cameras in sight hang on them. */
export async function offlineAgents(
  db: Queryable,
  sight: CameraSight,
  tenantId: TenantId,
): Promise<AttentionFacts['offline']> {
  return db
    .select({ id: agents.id, name: agents.name, since: agents.presenceAt, cameras: count })
    .from(agents)
    .innerJoin(cameras, eq(cameras.agentId, agents.id))
    .where(
      and(
        eq(agents.presence, 'offline'),
        isNull(agents.ending),
        ...conditionsOf(sight, { customerId: tenantId }),
      ),
    )
    .groupBy(agents.id)
    .orderBy(desc(count))
    .limit(mostOfKind);
}

export async function conflictingAgents(db: Queryable, scope: Scope): Promise<AttentionFacts['conflicts']> {
  const rows = await db
    .select({ id: agents.id, name: agents.name, conflict: agents.conflict })
    .from(agents)
    .where(
      and(sql`${agents.conflict} is not null`, isNull(agents.ending), inScope(agents.integratorId, scope)),
    )
    .limit(mostOfKind);
  return rows.map(({ conflict, ...agent }) => ({ ...agent, conflict: conflict ?? '' }));
}

const reportsRecording = sql`${cameras.reportedState} in ('recording', 'starting', 'retrying')`;

/** When the camera was told to stop: its own end, or that of a tenant above it, whichever came last. */
const askedToStop = sql`greatest(
  (select max(to_at) from entitlements where camera_id = ${cameras.id}),
  (select max(above.disabled_at) from tenants held
    join tenants above on above.seq = any(string_to_array(rtrim(held.path, '.'), '.')::bigint[])
    where held.id = ${cameras.tenantId}))`;

const trouble: SQL<Trouble['kind'] | null> = sql`case
  when ${cameras.conflict} is not null then 'camera_conflict'
  when ${chipColumn} in ('disabled', 'unassigned') and ${reportsRecording}
    and ${askedToStop} < clock_timestamp() - interval '30 seconds' then 'stop_unconfirmed'
  when ${cameras.access} = 'needs_login' and ${cameras.missingSince} is null then 'needs_login'
  when ${chipColumn} = 'offline' then 'camera_missing'
  when ${chipColumn} = 'not_recording' and ${cameras.mode} <> 'off' then 'not_recording' end`;
const reason = sql<string | null>`case ${trouble}
  when 'camera_conflict' then ${cameras.conflict}
  when 'needs_login' then ${cameras.accessReason}
  when 'not_recording' then coalesce(${cameras.reportedDetail}, ${cameras.reportedReason}) end`;

/** Cameras in trouble whose agent is there, by agent and reason: one cause is one row. */
export async function cameraTroubles(
  db: Queryable,
  sight: CameraSight,
  tenantId: TenantId,
): Promise<Trouble[]> {
  const each = db
    .select({
      kind: trouble.as('kind'),
      reason: reason.as('reason'),
      agentId: agents.id,
      agentName: sql<string>`${agents.name}`.as('agent_name'),
      cameraId: sql<string>`${cameras.id}`.as('camera_id'),
      cameraName: sql<string>`${cameras.name}`.as('camera_name'),
      since: sql<Date | null>`coalesce(${cameras.missingSince}, ${cameras.reportedSince})`.as('since'),
    })
    .from(cameras)
    .innerJoin(agents, eq(agents.id, cameras.agentId))
    .where(and(eq(agents.presence, 'online'), ...conditionsOf(sight, { customerId: tenantId })))
    .as('each');
  const { rows } = await db.execute<{
    kind: Trouble['kind'];
    reason: string | null;
    agent: { id: string; name: string };
    camera: { id: string; name: string };
    cameras: number;
    since_ms: number | null;
  }>(sql`
    select kind, reason, json_build_object('id', id, 'name', agent_name) as agent, count(*)::int as cameras,
      json_build_object('id', min(camera_id), 'name', (array_agg(camera_name order by camera_id))[1]) as camera,
      (extract(epoch from min(since)) * 1000)::float8 as since_ms
    from ${each} where kind is not null
    group by kind, reason, id, agent_name order by count(*) desc limit ${mostOfKind}`);
  return rows.map(({ since_ms: sinceMs, ...row }) => ({
    ...row,
    since: sinceMs === null ? null : new Date(sinceMs),
  }));
}

/** Work that ended in vain within a day. */
export async function failedOperations(db: Queryable, scope: Scope): Promise<AttentionFacts['failures']> {
  const rows = await db
    .select()
    .from(operations)
    .where(
      and(
        inScope(operations.tenantId, scope),
        sql`${operations.finishedAt} > clock_timestamp() - interval '1 day'`,
        sql`(${operations.state} = 'failed' or ${operations.failed} > 0)`,
      ),
    )
    .orderBy(desc(operations.id))
    .limit(mostOfKind);
  return rows.map(({ id, kind, failures, failed, finishedAt, createdAt }) => ({
    id,
    kind,
    detail: failures[0]?.detail ?? `${failed} of its things failed`,
    at: finishedAt ?? createdAt,
  }));
}
