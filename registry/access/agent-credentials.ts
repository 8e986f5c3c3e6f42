import type { AgentId, TenantId } from '@gantry/protocol/ids.js';
import type { Context } from '../context.js';
import { and, eq } from '../db/drizzle.js';
import { agentCredentials, agents } from '../db/schema/agents.js';
import { Failure } from '../errors.js';
import { noteEndedKey } from './ended-keys.js';
import { checkDeviceToken, readAgentClaims } from './jwt.js';

export interface VerifiedAgent {
  agentId: AgentId;
  integratorId: TenantId;
  /** Of the key that signed. */
  thumbprint: string;
}

/**
 * Verifies the token an agent signs for itself: HTTP bearer and MQTT password. The credential is read anew
 * each time, so that a revocation holds from the next use. A replaced agent's key is good as long as it drains (R43).
 * `from`: the address it came from. Throws `unauthenticated` with the reason.
 */
export async function verifyAgentToken(
  ctx: Pick<Context, 'db' | 'clock'>,
  token: string,
  from: string | null = null,
): Promise<VerifiedAgent> {
  const claims = readAgentClaims(token);
  if (claims === null) throw new Failure('unauthenticated', 'This is no token of an agent.');
  const [found] = await ctx.db
    .select({
      key: agentCredentials.publicKey,
      state: agentCredentials.state,
      integratorId: agents.integratorId,
    })
    .from(agentCredentials)
    .innerJoin(agents, eq(agents.id, agentCredentials.agentId))
    .where(
      and(eq(agentCredentials.thumbprint, claims.thumbprint), eq(agentCredentials.agentId, claims.agentId)),
    );
  // The same words for an unknown agent and a key that counts no more: nothing to probe for.
  const refused = new Failure(
    'unauthenticated',
    'This key is not enrolled here (any more). Enrol the agent again.',
  );
  if (found === undefined) throw refused;
  const checked = await checkDeviceToken({
    token,
    key: found.key,
    use: 'agent',
    subject: claims.agentId,
    nowMs: ctx.clock.nowMs(),
  });
  if (found.state !== 'active' && found.state !== 'draining') {
    // Only who holds the key leaves a trace with it.
    if (checked.ok) await noteEndedKey(ctx, { ...claims, state: found.state }, from);
    throw refused;
  }
  if (!checked.ok) throw new Failure('unauthenticated', `The agent's token is refused: ${checked.why}.`);
  return { agentId: claims.agentId, integratorId: found.integratorId, thumbprint: claims.thumbprint };
}
