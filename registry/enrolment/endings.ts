import type { AgentId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import { and, eq, isNull } from '../db/drizzle.js';
import { agentCredentials, agents, type AgentEnding } from '../db/schema/agents.js';
import { Failure, notFound } from '../errors.js';
import { record } from '../history/history.js';
import { inScope, type Scope } from '../tenancy/scope.js';

type AgentRow = typeof agents.$inferSelect;

const done = {
  revoked: { operation: 'agent.revoked', words: 'revoked the agent' },
  stolen: { operation: 'agent.stolen', words: 'reported as stolen the agent' },
} as const;

/**
 * Ends an agent: its keys count no more, anywhere, from the commit on; connections are ended by the sweep within
 * 1 s. Its cameras and footage stay. Two acts (R38): one that was revoked may be reported stolen later, not the
 * other way round. Idempotent. Throws `not_found` outside the scope.
 */
export async function endAgent(
  ctx: Pick<Context, 'db' | 'clock'>,
  actor: Actor,
  scope: Scope,
  id: AgentId,
  ending: Exclude<AgentEnding, 'replaced'>,
): Promise<AgentRow> {
  return ctx.db.transaction(async (tx) => {
    const [agent] = await tx
      .select()
      .from(agents)
      .where(and(eq(agents.id, id), inScope(agents.integratorId, scope)))
      .for('update');
    if (agent === undefined) throw notFound('agent', id);
    if (agent.ending === ending || agent.ending === 'stolen') return agent;
    const now = new Date(ctx.clock.nowMs());
    const [ended] = await tx
      .update(agents)
      .set({ ending, endedAt: agent.endedAt ?? now })
      .where(eq(agents.id, id))
      .returning();
    await tx
      .update(agentCredentials)
      .set({ state: 'revoked', revokedAt: now })
      .where(and(eq(agentCredentials.agentId, id), isNull(agentCredentials.revokedAt)));
    const { operation, words } = done[ending];
    await record(tx, {
      actor,
      tenantId: agent.integratorId,
      target: { kind: 'agent', id },
      operation,
      sentence: `${actor.name} ${words} ${agent.name}`,
      before: { ending: agent.ending },
      after: { ending },
    });
    return ended as AgentRow;
  });
}

/**
 * Throws `forbidden` for a key that was revoked. One that was reported stolen also leaves an entry with its address
 * in its owner's history: whoever holds the box now is asking.
 */
export async function refuseEndedKey(
  ctx: Pick<Context, 'db'>,
  thumbprint: string,
  origin: { ip: string | null; userAgent: string | null },
): Promise<void> {
  const [known] = await ctx.db
    .select({ agent: agents, state: agentCredentials.state })
    .from(agentCredentials)
    .innerJoin(agents, eq(agents.id, agentCredentials.agentId))
    .where(eq(agentCredentials.thumbprint, thumbprint));
  if (known === undefined || known.state === 'active') return;
  const { agent } = known;
  if (agent.ending === 'stolen') {
    await ctx.db.transaction((tx) =>
      record(tx, {
        actor: { kind: 'agent', id: agent.id, name: agent.name, ...origin },
        tenantId: agent.integratorId,
        target: { kind: 'agent', id: agent.id },
        operation: 'agent.stolenSeen',
        sentence: `The stolen agent ${agent.name} asked to be enrolled from ${origin.ip ?? 'an unknown address'}`,
      }),
    );
  }
  throw new Failure(
    'forbidden',
    'The key of this agent was revoked. Reset the agent (gantry leave) so that it makes a new key.',
  );
}
