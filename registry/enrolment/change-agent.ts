import type { AgentId, PlanId, TenantId } from '@gantry/protocol/ids.js';
import { requireBindable } from '../access/enrolment-tokens.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import type { Queryable } from '../db/database.js';
import { and, eq } from '../db/drizzle.js';
import { agents } from '../db/schema/agents.js';
import { tenants } from '../db/schema/tenants.js';
import { Failure, notFound } from '../errors.js';
import { record, type HistoryEntry } from '../history/history.js';
import { inScope, type Scope } from '../tenancy/scope.js';
import { requireTenant } from '../tenancy/tenants.js';
import type { AgentRow } from './replace.js';

type Rule = { customerId: TenantId; planId: PlanId };

/**
 * What a person may change of an agent: its name, and where its new cameras go at once; those it has stay where
 * they are. `version` guards against overwriting what somebody else just changed. Throws `not_found` outside the
 * scope, `precondition_failed`, `conflict` for one that ended, `invalid`, `plan_not_offered`.
 */
export async function changeAgent(
  ctx: Pick<Context, 'db' | 'changes'>,
  actor: Actor,
  scope: Scope,
  act: { id: AgentId; version: number; name?: string | undefined; autoBind?: Rule | null | undefined },
): Promise<void> {
  const { id, version, autoBind } = act;
  await ctx.db.transaction(async (tx) => {
    const [row] = await tx
      .select()
      .from(agents)
      .where(and(eq(agents.id, id), inScope(agents.integratorId, scope)))
      .for('update');
    if (row === undefined) throw notFound('agent', id);
    if (row.version !== version)
      throw new Failure('precondition_failed', `${row.name} was changed meanwhile; read it again.`);
    if (row.ending !== null) throw new Failure('conflict', `${row.name} ended; nothing of it is changed.`);
    if (autoBind)
      await requireBindable(tx, scope, await requireTenant(tx, scope, row.integratorId), autoBind);
    const next = {
      name: act.name ?? row.name,
      autoBindCustomerId: autoBind === undefined ? row.autoBindCustomerId : (autoBind?.customerId ?? null),
      autoBindPlanId: autoBind === undefined ? row.autoBindPlanId : (autoBind?.planId ?? null),
    };
    const entries = await entriesOf(tx, actor, row, next);
    if (entries.length === 0) return;
    await tx
      .update(agents)
      .set({ ...next, version: version + 1 })
      .where(eq(agents.id, id));
    await record(tx, ...entries);
  });
  ctx.changes.hint('agent', { agentId: id });
}

async function entriesOf(
  db: Queryable,
  actor: Actor,
  row: AgentRow,
  next: Pick<AgentRow, 'name' | 'autoBindCustomerId' | 'autoBindPlanId'>,
): Promise<HistoryEntry[]> {
  const entry = { actor, tenantId: row.integratorId, target: { kind: 'agent', id: row.id } } as const;
  const entries: HistoryEntry[] = [];
  if (next.name !== row.name)
    entries.push({
      ...entry,
      operation: 'agent.renamed',
      sentence: `${actor.name} renamed the agent ${row.name} to ${next.name}`,
      before: { name: row.name },
      after: { name: next.name },
    });
  if (next.autoBindCustomerId !== row.autoBindCustomerId || next.autoBindPlanId !== row.autoBindPlanId)
    entries.push({
      ...entry,
      operation: 'agent.rule_changed',
      sentence: `${actor.name} let new cameras of ${next.name} ${await goWhere(db, next.autoBindCustomerId)}`,
      before: { customerId: row.autoBindCustomerId, planId: row.autoBindPlanId },
      after: { customerId: next.autoBindCustomerId, planId: next.autoBindPlanId },
    });
  return entries;
}

async function goWhere(db: Queryable, customerId: TenantId | null): Promise<string> {
  if (customerId === null) return 'wait unbound';
  const [customer] = await db.select({ name: tenants.name }).from(tenants).where(eq(tenants.id, customerId));
  return `go to ${customer?.name ?? customerId}`;
}
