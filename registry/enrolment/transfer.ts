import type { AgentId, TenantId } from '@gantry/protocol/ids.js';
import { registryActor, type Actor } from '../actor.js';
import type { Context } from '../context.js';
import { databaseNow, type Queryable, type Transaction } from '../db/database.js';
import { and, asc, eq, isNotNull, isNull, sql } from '../db/drizzle.js';
import { agents } from '../db/schema/agents.js';
import { cameras } from '../db/schema/cameras.js';
import { outbox } from '../db/schema/registry.js';
import { tenants } from '../db/schema/tenants.js';
import { Failure, notFound } from '../errors.js';
import { record } from '../history/history.js';
import { loadPath } from '../tenancy/path.js';
import { inScope, type Scope } from '../tenancy/scope.js';
import { effectiveStatus } from '../tenancy/tree.js';
import type { AgentRow } from './replace.js';

type Parts = Pick<Context, 'db' | 'changes'>;

/**
 * Offers an agent to another integrator (R44); nothing changes until that one accepts. Offering it to somebody else
 * takes the offer before back. Throws `not_found` for an agent outside the scope and for an integrator nobody knows,
 * `conflict` for an agent that ended or is there already.
 */
export async function offerAgent(
  ctx: Parts,
  actor: Actor,
  scope: Scope,
  act: { id: AgentId; toId: TenantId },
): Promise<AgentRow> {
  const { id, toId } = act;
  return change(ctx, id, async (tx) => {
    const agent = await lockAgent(tx, scope, id);
    const [to] = await tx.select().from(tenants).where(eq(tenants.id, toId));
    // The id alone opens it: whoever offers need not see the other integrator.
    if (to === undefined || to.kind !== 'integrator') throw notFound('integrator', toId);
    if (agent.ending !== null)
      throw new Failure('conflict', `${agent.name} was ended; it cannot be offered.`);
    if (agent.integratorId === toId) throw new Failure('conflict', `${agent.name} belongs there already.`);
    if (agent.offeredToId === toId) return agent;
    const offered = await write(tx, id, { offeredToId: toId, offeredAt: await databaseNow(tx) });
    await record(tx, {
      actor,
      tenantId: agent.integratorId,
      target: { kind: 'agent', id },
      operation: 'agent.offered',
      sentence: `${actor.name} offered ${agent.name} to another integrator`,
      after: { offeredTo: toId },
    });
    return offered;
  });
}

/** Takes the offer back. Idempotent. */
export async function withdrawAgent(ctx: Parts, actor: Actor, scope: Scope, id: AgentId): Promise<AgentRow> {
  return change(ctx, id, async (tx) => {
    const agent = await lockAgent(tx, scope, id);
    if (agent.offeredToId === null) return agent;
    const kept = await write(tx, id, { offeredToId: null, offeredAt: null });
    await record(tx, {
      actor,
      tenantId: agent.integratorId,
      target: { kind: 'agent', id },
      operation: 'agent.offer_withdrawn',
      sentence: `${actor.name} took the offer of ${agent.name} back`,
      before: { offeredTo: agent.offeredToId },
    });
    return kept;
  });
}

/** What an integrator is offered. */
export interface AgentOffer {
  id: AgentId;
  name: string;
  hostname: string;
  /** Cameras that nobody is bound to: they come along. */
  cameras: number;
  from: string;
  to: { id: TenantId; name: string };
  offeredAt: Date;
}

/** Oldest first; at most `limit`. Offers are few. */
export async function listOffers(db: Queryable, scope: Scope, limit: number): Promise<AgentOffer[]> {
  const giver = db.select().from(tenants).as('giver');
  const rows = await db
    .select({
      id: agents.id,
      name: agents.name,
      hostname: agents.hostname,
      cameras: sql<number>`(select count(*)::int from cameras c where c.agent_id = ${agents.id} and c.customer_id is null)`,
      from: giver.name,
      to: { id: tenants.id, name: tenants.name },
      offeredAt: agents.offeredAt,
    })
    .from(agents)
    .innerJoin(tenants, eq(tenants.id, agents.offeredToId))
    .innerJoin(giver, eq(giver.id, agents.integratorId))
    .where(and(isNotNull(agents.offeredToId), inScope(agents.offeredToId, scope)))
    .orderBy(asc(agents.offeredAt), asc(agents.id))
    .limit(limit);
  return rows.map((row) => ({ ...row, offeredAt: row.offeredAt ?? new Date(0) }));
}

/**
 * The agent belongs to the integrator it was offered to from now on, with those of its cameras that are bound to
 * nobody. Bound ones stay with their customers, whose footage they are, until those are transferred themselves. Its
 * rule goes: it names a customer of the former integrator. Throws `not_found` where there is no offer to the scope,
 * `account_disabled`.
 */
export async function acceptAgent(ctx: Parts, actor: Actor, scope: Scope, id: AgentId): Promise<AgentRow> {
  return change(ctx, id, async (tx) => {
    const { agent, toId } = await lockOffer(tx, scope, id);
    if (!effectiveStatus(await loadPath(tx, toId)).active)
      throw new Failure('account_disabled', 'The integrator it was offered to is switched off.');
    const moved = await tx
      .update(cameras)
      .set({ integratorId: toId, tenantId: toId, version: sql`${cameras.version} + 1` })
      .where(and(eq(cameras.agentId, id), isNull(cameras.customerId)))
      .returning({ id: cameras.id });
    const accepted = await write(tx, id, {
      integratorId: toId,
      offeredToId: null,
      offeredAt: null,
      autoBindCustomerId: null,
      autoBindPlanId: null,
    });
    await tx.insert(outbox).values({ kind: 'agent', refs: [id] });
    const entry = {
      target: { kind: 'agent' as const, id },
      operation: 'agent.transferred',
      after: { cameras: moved.length },
    };
    // Each side reads of its own part only: neither learns the other's people (R3).
    await record(
      tx,
      { ...entry, actor, tenantId: toId, sentence: `${actor.name} accepted the agent ${agent.name}` },
      {
        ...entry,
        actor: registryActor,
        tenantId: agent.integratorId,
        sentence: `${agent.name} was accepted by the integrator it was offered to`,
      },
    );
    return accepted;
  });
}

/** Says no; the agent stays where it is. */
export async function declineAgent(ctx: Parts, actor: Actor, scope: Scope, id: AgentId): Promise<void> {
  await change(ctx, id, async (tx) => {
    const { agent, toId } = await lockOffer(tx, scope, id);
    const kept = await write(tx, id, { offeredToId: null, offeredAt: null });
    await record(
      tx,
      {
        actor,
        tenantId: toId,
        target: { kind: 'agent', id },
        operation: 'agent.offer_declined',
        sentence: `${actor.name} declined the agent ${agent.name}`,
      },
      {
        actor: registryActor,
        tenantId: agent.integratorId,
        target: { kind: 'agent', id },
        operation: 'agent.offer_declined',
        sentence: `${agent.name} was declined by the integrator it was offered to`,
      },
    );
    return kept;
  });
}

async function change(
  { db, changes }: Parts,
  id: AgentId,
  work: (tx: Transaction) => Promise<AgentRow>,
): Promise<AgentRow> {
  const agent = await db.transaction(work);
  changes.hint('outbox', undefined);
  changes.hint('agent', { agentId: id });
  return agent;
}

async function lockAgent(tx: Transaction, scope: Scope, id: AgentId): Promise<AgentRow> {
  const [agent] = await tx
    .select()
    .from(agents)
    .where(and(eq(agents.id, id), inScope(agents.integratorId, scope)))
    .for('update');
  if (agent === undefined) throw notFound('agent', id);
  return agent;
}

async function lockOffer(
  tx: Transaction,
  scope: Scope,
  id: AgentId,
): Promise<{ agent: AgentRow; toId: TenantId }> {
  const [agent] = await tx
    .select()
    .from(agents)
    .where(and(eq(agents.id, id), inScope(agents.offeredToId, scope)))
    .for('update');
  if (agent === undefined || agent.offeredToId === null) throw notFound('agent', id);
  return { agent, toId: agent.offeredToId };
}

async function write(tx: Transaction, id: AgentId, set: Partial<AgentRow>): Promise<AgentRow> {
  const [row] = await tx.update(agents).set(set).where(eq(agents.id, id)).returning();
  return row as AgentRow;
}
