import type { UserId } from '@gantry/protocol/ids.js';
import type { Context } from '../context.js';
import { and, eq, gt, sql } from '../db/drizzle.js';
import { sessions, users } from '../db/schema/people.js';
import { passkeys } from '../db/schema/sign-in.js';
import { idleMs } from './sessions.js';

/** How somebody gets in now: what disabling them or taking their second factor ends. */
export interface WaysIn {
  /** Signed-in browsers that still live. */
  sessions: number;
  /** An authenticator app is set up. */
  totp: boolean;
  passkeys: number;
}

/** Only for somebody whom the caller may see: nothing here is scoped. */
export async function waysIn(ctx: Pick<Context, 'db' | 'clock'>, userId: UserId): Promise<WaysIn> {
  const nowMs = ctx.clock.nowMs();
  const [user] = await ctx.db
    .select({ totp: sql<boolean>`${users.totpConfirmedAt} is not null` })
    .from(users)
    .where(eq(users.id, userId));
  const living = and(
    eq(sessions.userId, userId),
    gt(sessions.expiresAt, new Date(nowMs)),
    gt(sessions.lastSeenAt, new Date(nowMs - idleMs)),
  );
  return {
    sessions: await ctx.db.$count(sessions, living),
    totp: user?.totp ?? false,
    passkeys: await ctx.db.$count(passkeys, eq(passkeys.userId, userId)),
  };
}
