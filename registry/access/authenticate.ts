import type { Context } from '../context.js';
import { verifyAgentToken } from './agent-credentials.js';
import { looksLikeApiKey, readApiKey } from './api-keys.js';
import type { Principal } from './principal.js';
import { readSession } from './sessions.js';

/** What a request brought along. A bearer token counts before a cookie: a program said whom it means. */
export type Credentials = { kind: 'bearer'; token: string } | { kind: 'cookie'; token: string };

/** Who is asking, read from the database anew (R20). Throws a Failure that says why the credentials do not count. */
export async function authenticate(
  ctx: Pick<Context, 'db' | 'clock' | 'random'>,
  credentials: Credentials,
): Promise<Principal> {
  switch (credentials.kind) {
    case 'cookie':
      return readSession(ctx, credentials.token);
    case 'bearer': {
      if (looksLikeApiKey(credentials.token)) return readApiKey(ctx, credentials.token);
      const { agentId, integratorId } = await verifyAgentToken(ctx, credentials.token);
      return { kind: 'agent', agentId, integratorId };
    }
    default: {
      const never: never = credentials;
      return never;
    }
  }
}
