import type { AgentId } from '@gantry/protocol/ids.js';
import type { Context } from '../context.js';
import { sql } from '../db/drizzle.js';

/** An agent's connection and the key it presented. */
export interface ConnectedAgent {
  agentId: AgentId;
  thumbprint: string;
}

/**
 * The connected agents whose key does not count any more: revoked or superseded, or gone with its agent. Looked
 * for again and again rather than told, so that it holds whichever process revoked the key (design §6: 1 s).
 */
export async function revokedAgents(
  ctx: Pick<Context, 'db'>,
  connected: readonly ConnectedAgent[],
): Promise<AgentId[]> {
  if (connected.length === 0) return [];
  const thumbprints = connected.map(({ thumbprint }) => thumbprint);
  const active = await ctx.db.execute<{ thumbprint: string }>(sql`
    select thumbprint from agent_credentials
    where state in ('active', 'draining') and thumbprint = any(${sql.param(thumbprints)}::text[])`);
  const good = new Set(active.rows.map(({ thumbprint }) => thumbprint));
  return connected.filter(({ thumbprint }) => !good.has(thumbprint)).map(({ agentId }) => agentId);
}
