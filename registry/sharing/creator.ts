import type { ApiKeyId, UserId } from '@gantry/protocol/ids.js';
import { readApiKeyById } from '../access/api-keys.js';
import { loadMemberships } from '../access/memberships.js';
import type { ActingPrincipal } from '../access/principal.js';
import type { Context } from '../context.js';
import { eq } from '../db/drizzle.js';
import { users } from '../db/schema/people.js';
import type { LinkCreator } from '../db/schema/share-links.js';
import { Failure } from '../errors.js';

export const creatorOf = (principal: ActingPrincipal): LinkCreator =>
  principal.kind === 'user'
    ? { kind: 'user', id: principal.userId }
    : { kind: 'apiKey', id: principal.keyId };

/**
 * Who made a link, as they are now, signed in or not. Throws a Failure when they are gone or switched off: what
 * they shared ends with them.
 */
export async function principalOf(
  ctx: Pick<Context, 'db' | 'clock'>,
  creator: LinkCreator,
): Promise<ActingPrincipal> {
  if (creator.kind === 'apiKey') return readApiKeyById(ctx, creator.id as ApiKeyId);
  const userId = creator.id as UserId;
  const [user] = await ctx.db
    .select({ name: users.name, email: users.email, disabledAt: users.disabledAt })
    .from(users)
    .where(eq(users.id, userId));
  const memberships = await loadMemberships(ctx.db, userId);
  if (user === undefined || user.disabledAt !== null || memberships.length === 0) {
    throw new Failure('account_disabled', 'Whoever made this link is gone or switched off.');
  }
  const { name, email } = user;
  return {
    kind: 'user',
    userId,
    name,
    email,
    memberships,
    tokenHash: '',
    passwordAtMs: 0,

    restriction: null,
  };
}
