import type { AgentId } from '@gantry/protocol/ids.js';
import type { Context } from '../context.js';
import { and, eq, sql } from '../db/drizzle.js';
import { agents, type AgentEnding, type CredentialState } from '../db/schema/agents.js';
import { history } from '../db/schema/registry.js';
import { record } from '../history/history.js';

/** Somebody who tries on and on is worth an entry an hour. */
const quietHours = 1;

/**
 * A key that counts no more was used by who holds it: an entry in its owner's history, and a conflict for a key that was
 * superseded or whose agent was replaced, for then two machines have it (R38, R43, design §6). At most one entry an hour.
 */
export async function noteEndedKey(
  ctx: Pick<Context, 'db'>,
  key: { agentId: AgentId; thumbprint: string; state: CredentialState },
  from: string | null,
): Promise<void> {
  const { agentId, thumbprint, state } = key;
  await ctx.db.transaction(async (tx) => {
    const [agent] = await tx.select().from(agents).where(eq(agents.id, agentId)).for('update');
    if (agent === undefined) return;
    const isStolen = agent.ending === 'stolen';
    const operation = isStolen ? 'agent.stolenSeen' : 'agent.endedKeyUsed';
    const [recent] = await tx
      .select({ at: history.at })
      .from(history)
      .where(
        and(
          eq(history.tenantId, agent.integratorId),
          eq(history.targetId, agentId),
          eq(history.operation, operation),
          sql`${history.at} > clock_timestamp() - ${`${quietHours} hours`}::interval`,
        ),
      )
      .limit(1);
    if (recent !== undefined) return;
    const conflict = conflictOf(state, agent.ending);
    if (conflict !== null) await tx.update(agents).set({ conflict }).where(eq(agents.id, agentId));
    const where = from ?? 'an unknown address';
    await record(tx, {
      actor: { kind: 'agent', id: agentId, name: agent.name, ip: from, userAgent: null },
      tenantId: agent.integratorId,
      target: { kind: 'agent', id: agentId },
      operation,
      sentence: isStolen
        ? `The stolen agent ${agent.name} tried to connect from ${where}`
        : `A key of ${agent.name} that counts no more was used from ${where}`,
      after: { thumbprint, state },
    });
  });
}

/** What somebody should look into, beside the trace. Pure. */
function conflictOf(state: CredentialState, ending: AgentEnding | null): string | null {
  if (state === 'superseded')
    return 'A key that was superseded is still used: a copy of this agent may be running.';
  if (ending === 'replaced')
    return 'This agent was replaced, and its key is still used: the old box, or a copy of it, is still running.';
  return null;
}
