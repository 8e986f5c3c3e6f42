import type { AgentId } from '@gantry/protocol/ids.js';
import { registryActor, type Actor } from '../actor.js';
import { takeOverCameras } from '../cameras/take-over.js';
import type { Context } from '../context.js';
import { databaseNow, type Transaction } from '../db/database.js';
import { and, eq, inArray, isNull, sql } from '../db/drizzle.js';
import { agentCredentials, agents } from '../db/schema/agents.js';
import { outbox } from '../db/schema/registry.js';
import { Failure, notFound } from '../errors.js';
import { record } from '../history/history.js';
import { inScope, type Scope } from '../tenancy/scope.js';

export type AgentRow = typeof agents.$inferSelect;

/** Footage waits on a disk for at most so long: a week of a line that was down. */
const drainDays = 7;
const dayMs = 86_400_000;

export interface Replacement {
  old: AgentRow;
  by: AgentRow;
  /** Cameras that changed hands; 0 for a repeated request. */
  cameras: number;
}

/**
 * Puts one agent in the place of another (R43): it takes over its cameras with their ids, bindings, roles and
 * footage, its name and its rule. The old one's key is good for handing in what it had recorded, until it is empty
 * or `drainUntil`; one that was revoked or stolen before stays so. Idempotent. Throws `not_found` outside the scope,
 * `conflict` for agents of two integrators, an agent that ended, or cameras that stand in the way.
 */
export async function replaceAgent(
  ctx: Pick<Context, 'db' | 'changes'>,
  actor: Actor,
  scope: Scope,
  act: { id: AgentId; byId: AgentId },
): Promise<Replacement> {
  const { id, byId } = act;
  const replaced = await ctx.db.transaction(async (tx) => {
    const { old, by } = await lockBoth(tx, scope, id, byId);
    if (old.replacedById === byId) return { old, by, cameras: 0, moved: [] };
    requireFit(old, by);
    const now = await databaseNow(tx);
    const moved = await takeOverCameras(tx, id, byId);
    const ended = await endOld(tx, old, byId, now);
    const taking = await prepareNew(tx, old, by);
    await tx.insert(outbox).values({ kind: 'agent', refs: [id, byId] });
    const sentence = `${actor.name} put ${taking.name} in the place of ${old.name}`;
    const after = { cameras: moved.length, drainUntil: ended.drainUntil?.toISOString() ?? null };
    const entry = { actor, tenantId: old.integratorId, operation: 'agent.replaced', sentence };
    await record(
      tx,
      { ...entry, target: { kind: 'agent', id }, after: { ...after, replacedBy: byId } },
      { ...entry, target: { kind: 'agent', id: byId }, after: { ...after, replaces: id } },
    );
    return { old: ended, by: taking, cameras: moved.length, moved };
  });
  ctx.changes.hint('outbox', undefined);
  ctx.changes.hint('agent', { agentId: id });
  ctx.changes.hint('agent', { agentId: byId });
  if (replaced.moved.length > 0) ctx.changes.hint('camera', { cameraIds: replaced.moved });
  return { old: replaced.old, by: replaced.by, cameras: replaced.cameras };
}

/** Locked in order of their ids: two who swap them at the same time take turns. */
async function lockBoth(
  tx: Transaction,
  scope: Scope,
  id: AgentId,
  byId: AgentId,
): Promise<{ old: AgentRow; by: AgentRow }> {
  const rows = await tx
    .select()
    .from(agents)
    .where(and(inArray(agents.id, [id, byId]), inScope(agents.integratorId, scope)))
    .orderBy(agents.id)
    .for('update');
  const find = (wanted: AgentId) => {
    const row = rows.find((one) => one.id === wanted);
    if (row === undefined) throw notFound('agent', wanted);
    return row;
  };
  return { old: find(id), by: find(byId) };
}

function requireFit(old: AgentRow, by: AgentRow): void {
  const refuse = (why: string) => {
    throw new Failure('conflict', why);
  };
  if (old.id === by.id) refuse('An agent cannot take its own place. Name the new one.');
  if (by.ending !== null) refuse(`${by.name} was ended itself. Enrol the new hardware again.`);
  if (old.replacedById !== null) refuse(`${old.name} was replaced before, by another agent.`);
  if (old.integratorId !== by.integratorId)
    refuse(`${by.name} belongs to another integrator. Offer it to this one first.`);
}

async function endOld(tx: Transaction, old: AgentRow, byId: AgentId, now: Date): Promise<AgentRow> {
  const isDraining = old.ending === null;
  const drainUntil = isDraining ? new Date(now.getTime() + drainDays * dayMs) : null;
  const [ended] = await tx
    .update(agents)
    .set({
      replacedById: byId,
      drainUntil,
      ending: old.ending ?? 'replaced',
      endedAt: old.endedAt ?? now,
      offeredToId: null,
      offeredAt: null,
    })
    .where(eq(agents.id, old.id))
    .returning();
  // Whoever was replaced by the old one hands in footage of cameras that are the new one's now.
  await tx.update(agents).set({ replacedById: byId }).where(eq(agents.replacedById, old.id));
  if (isDraining)
    await tx
      .update(agentCredentials)
      .set({ state: 'draining' })
      .where(and(eq(agentCredentials.agentId, old.id), eq(agentCredentials.state, 'active')));
  return ended as AgentRow;
}

/** An inventory that was taken in is forgotten: the new agent sends it again and hears whose cameras they are now. */
async function prepareNew(tx: Transaction, old: AgentRow, by: AgentRow): Promise<AgentRow> {
  const hasRule = by.autoBindCustomerId !== null;
  const [taking] = await tx
    .update(agents)
    .set({
      name: old.name,
      autoBindCustomerId: hasRule ? by.autoBindCustomerId : old.autoBindCustomerId,
      autoBindPlanId: hasRule ? by.autoBindPlanId : old.autoBindPlanId,
      inventoryHash: null,
    })
    .where(eq(agents.id, by.id))
    .returning();
  return taking as AgentRow;
}

/** An agent that has just been told to let go may count a segment or two as handed in too early. */
const settleMs = 30_000;

/** Ends the keys of replaced agents whose disk is empty, or whose time is over; answers how many. */
export async function endDrained(ctx: Pick<Context, 'db' | 'changes'>): Promise<number> {
  const ended = await ctx.db.transaction(async (tx) => {
    const now = await databaseNow(tx);
    const heardAfter = sql`${agents.endedAt} + ${`${settleMs} milliseconds`}::interval`;
    const isEmpty = sql`(${agents.presence} = 'online' and ${agents.spoolSegments} = 0
      and ${agents.lastHeardAt} > ${heardAfter} and ${agents.appliedGeneration} >= ${agents.generation})`;
    const over = await tx
      .update(agents)
      .set({ drainUntil: null })
      .where(
        and(
          eq(agents.ending, 'replaced'),
          sql`${agents.drainUntil} is not null`,
          sql`(${agents.drainUntil} <= ${now.toISOString()}::timestamptz or ${isEmpty})`,
        ),
      )
      .returning();
    const ids = over.map(({ id }) => id);
    if (ids.length === 0) return over;
    await tx
      .update(agentCredentials)
      .set({ state: 'revoked', revokedAt: now })
      .where(and(inArray(agentCredentials.agentId, ids), isNull(agentCredentials.revokedAt)));
    await record(
      tx,
      ...over.map((agent) => ({
        actor: registryActor,
        tenantId: agent.integratorId,
        target: { kind: 'agent' as const, id: agent.id },
        operation: 'agent.drained',
        sentence:
          agent.spoolSegments === 0
            ? `${agent.name}, which was replaced, has handed in everything; its key counts no more`
            : `${agent.name}, which was replaced, had its time; ${agent.spoolSegments} segments were not handed in`,
      })),
    );
    return over;
  });
  for (const { id } of ended) ctx.changes.hint('agent', { agentId: id });
  return ended.length;
}
