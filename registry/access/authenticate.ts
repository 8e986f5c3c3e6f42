import type { Context } from '../context.js';
import { verifyAgentToken } from './agent-credentials.js';
import { looksLikeApiKey, readApiKey } from './api-keys.js';
import type { Principal } from './principal.js';
import { readSession, restricted } from './sessions.js';

type Parts = Pick<Context, 'db' | 'clock' | 'secondFactor'>;

/** What a request brought along. A bearer token counts before a cookie: a program said whom it means. */
export type Credentials = { kind: 'bearer'; token: string } | { kind: 'cookie'; token: string };

/**
 * Who is asking, read from the database anew (R20). Throws a Failure that says why the credentials do not count;
 * for a person with a duty open it is that duty (R28).
 */
export async function authenticate(ctx: Parts, credentials: Credentials): Promise<Principal> {
  const principal = await authenticateAnyhow(ctx, credentials);
  if (principal.kind === 'user' && principal.restriction !== null) throw restricted(principal.restriction);
  return principal;
}

/** {@link authenticate}, also for a person with a duty open: for the few routes that let them do it. `from`: address. */
export async function authenticateAnyhow(
  ctx: Parts,
  credentials: Credentials,
  from: string | null = null,
): Promise<Principal> {
  switch (credentials.kind) {
    case 'cookie':
      return readSession(ctx, credentials.token);
    case 'bearer': {
      if (looksLikeApiKey(credentials.token)) return readApiKey(ctx, credentials.token);
      const { agentId, integratorId } = await verifyAgentToken(ctx, credentials.token, from);
      return { kind: 'agent', agentId, integratorId };
    }
    default: {
      const never: never = credentials;
      return never;
    }
  }
}
