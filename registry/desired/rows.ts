import type { AgentId, CameraId } from '@gantry/protocol/ids.js';
import type { DesiredCamera } from '@gantry/protocol/state.js';
import { integers, texts } from '../cameras/arrays.js';
import type { Queryable, Transaction } from '../db/database.js';
import { eq, inArray, sql } from '../db/drizzle.js';
import { agents } from '../db/schema/agents.js';
import { cameras } from '../db/schema/cameras.js';
import type { outboxKinds } from '../db/schema/registry.js';
import { tenants } from '../db/schema/tenants.js';
import { loadPaths } from '../tenancy/path.js';
import { deriveCamera, released } from './derive.js';

export interface OutboxRow {
  id: number;
  kind: (typeof outboxKinds)[number];
  refs: string[];
}

/** Rows nobody else works on, oldest first; they stay this transaction's until {@link dropRows} and commit. */
export async function claimRows(tx: Transaction, limit: number): Promise<OutboxRow[]> {
  const claimed = await tx.execute<OutboxRow & Record<string, unknown>>(sql`
    select id::float8 as id, kind, refs from outbox order by id limit ${limit} for update skip locked`);
  return claimed.rows;
}

export async function dropRows(tx: Transaction, rows: readonly OutboxRow[]): Promise<void> {
  await tx.execute(sql`delete from outbox where id = any(${integers(rows.map((row) => row.id))})`);
}

/** The agents whose desired state the rows may have changed: one query. */
export async function agentsOf(queryable: Queryable, rows: readonly OutboxRow[]): Promise<AgentId[]> {
  const refs = (kind: OutboxRow['kind']) =>
    texts([...new Set(rows.filter((row) => row.kind === kind).flatMap((row) => row.refs))]);
  const found = await queryable.execute<{ id: AgentId }>(sql`
    select id from agents where id = any(${refs('agent')})
    union
    select agent_id from cameras where id = any(${refs('cameras')})
    union
    select c.agent_id from tenants above
      join tenants below on below.path like above.path || '%'
      join cameras c on c.tenant_id = below.id
      where above.id = any(${refs('tenant')})
    order by 1`);
  return found.rows.map(({ id }) => id);
}

export interface AgentPosition {
  id: AgentId;
  generation: number;
  desiredHash: string | null;
  acceptedEpoch: number;
  acceptedGeneration: number;
}

/** Locked in one order: two publishers never wait in a circle, and who comes second derives from newer facts. */
export async function lockAgents(tx: Transaction, ids: readonly AgentId[]): Promise<AgentPosition[]> {
  return tx
    .select({
      id: agents.id,
      generation: agents.generation,
      desiredHash: agents.desiredHash,
      acceptedEpoch: agents.acceptedEpoch,
      acceptedGeneration: agents.acceptedGeneration,
    })
    .from(agents)
    .where(sql`${agents.id} = any(${texts(ids)})`)
    .orderBy(agents.id)
    .for('no key update');
}

/** Derives the whole desired state of each agent: two or three queries whatever the number of cameras. */
export async function deriveStates(
  queryable: Queryable,
  ids: readonly AgentId[],
  releasedIds: ReadonlyMap<AgentId, ReadonlySet<CameraId>>,
  segmentSeconds: number,
): Promise<Map<AgentId, DesiredCamera[]>> {
  const rows = await queryable
    .select({
      id: cameras.id,
      agentId: cameras.agentId,
      localId: cameras.localId,
      customerId: cameras.customerId,
      planId: cameras.planId,
      enabled: cameras.enabled,
      mode: cameras.mode,
      stream: cameras.stream,
      motion: cameras.motion,
      scheduleWindows: cameras.scheduleWindows,
      timeZone: tenants.timeZone,
      path: tenants.path,
    })
    .from(cameras)
    .innerJoin(tenants, eq(tenants.id, cameras.tenantId))
    .where(sql`${cameras.agentId} = any(${texts(ids)})`);
  const standings = await loadPaths(queryable, [...new Set(rows.map((row) => row.path))]);
  const states = new Map<AgentId, DesiredCamera[]>(ids.map((id) => [id, []]));
  for (const row of rows) {
    states.get(row.agentId)?.push(deriveCamera(row, standings.get(row.path) ?? [], segmentSeconds));
  }
  const lost = ids.flatMap((id) => [...(releasedIds.get(id) ?? [])].map((cameraId) => ({ id, cameraId })));
  if (lost.length > 0) {
    const elsewhere = await queryable
      .select({ id: cameras.id, localId: cameras.localId, agentId: cameras.agentId })
      .from(cameras)
      .where(
        inArray(
          cameras.id,
          lost.map(({ cameraId }) => cameraId),
        ),
      );
    const byId = new Map(elsewhere.map((row) => [row.id, row]));
    for (const { id, cameraId } of lost) {
      const row = byId.get(cameraId);
      if (row?.agentId === id) continue;
      states.get(id)?.push(released({ id: cameraId, localId: row?.localId ?? '' }));
    }
  }
  return states;
}

/** Raises the generations of a batch of agents in one statement. */
export async function writeGenerations(
  tx: Transaction,
  changed: readonly { id: AgentId; generation: number; hash: string }[],
): Promise<void> {
  if (changed.length === 0) return;
  await tx.execute(sql`
    update agents set generation = x.generation, desired_hash = x.hash, desired_at = clock_timestamp()
    from unnest(
      ${texts(changed.map(({ id }) => id))}, ${integers(changed.map(({ generation }) => generation))},
      ${texts(changed.map(({ hash }) => hash))}
    ) as x (id, generation, hash)
    where agents.id = x.id`);
}

/** Online agents that have not applied what they should, with what they should have. */
export async function laggingAgents(
  queryable: Queryable,
  epoch: number,
): Promise<{ id: AgentId; generation: number }[]> {
  return queryable
    .select({ id: agents.id, generation: agents.generation })
    .from(agents)
    .where(
      sql`${agents.presence} = 'online' and
        ((${agents.appliedEpoch}, ${agents.appliedGeneration}) <> (${epoch}, ${agents.generation})
          or ${agents.desiredHash} is null)`,
    );
}
