import type { AgentId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import { and, eq } from '../db/drizzle.js';
import { agents } from '../db/schema/agents.js';
import { notFound } from '../errors.js';
import { record } from '../history/history.js';
import { inScope, type Scope } from '../tenancy/scope.js';
import type { AgentRow } from './replace.js';

/**
 * A person looked at an agent whose key two machines seemed to use: what counts its starts begins anew. Idempotent.
 * Throws `not_found` outside the scope.
 */
export async function settleAgent(
  ctx: Pick<Context, 'db' | 'changes'>,
  actor: Actor,
  scope: Scope,
  id: AgentId,
): Promise<AgentRow> {
  const settled = await ctx.db.transaction(async (tx) => {
    const [agent] = await tx
      .select()
      .from(agents)
      .where(and(eq(agents.id, id), inScope(agents.integratorId, scope)))
      .for('update');
    if (agent === undefined) throw notFound('agent', id);
    if (agent.conflict === null) return agent;
    const [row] = await tx
      .update(agents)
      .set({ conflict: null, bootCount: 0, previousBootId: null })
      .where(eq(agents.id, id))
      .returning();
    await record(tx, {
      actor,
      tenantId: agent.integratorId,
      target: { kind: 'agent', id },
      operation: 'agent.conflict_settled',
      sentence: `${actor.name} looked into who uses the key of ${agent.name}`,
      before: { conflict: agent.conflict },
    });
    return row as AgentRow;
  });
  ctx.changes.hint('agent', { agentId: id });
  return settled;
}
