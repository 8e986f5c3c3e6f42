import { eq, sql } from 'drizzle-orm';
import type { Context } from '../context.js';
import { sessions, users } from '../db/schema/people.js';
import { Failure } from '../errors.js';
import { loadMemberships } from './memberships.js';
import type { Passwords } from './passwords.js';
import type { UserPrincipal } from './principal.js';
import { hashSecret, newSecret } from './secrets.js';
import type { Throttle } from './throttle.js';

const idleMs = 30 * 60_000;
const absoluteMs = 12 * 3_600_000;
/** The idle clock is written at most this often. */
const touchEveryMs = 60_000;

type SessionParts = Pick<Context, 'db' | 'clock'>;
type Parts = SessionParts & Pick<Context, 'random'>;

export interface Origin {
  ip: string | null;
  userAgent: string | null;
}

export interface SignedIn {
  /** Goes into the cookie; only its hash is kept. */
  token: string;
  expiresAt: Date;
  principal: UserPrincipal;
}

const wrong = (): Failure =>
  new Failure('unauthenticated', 'E-mail or password is wrong. Check both and try again.');

/** Only told after a correct password or a valid session (R20). */
const switchedOff = (): Failure =>
  new Failure('account_disabled', 'This account is switched off. Ask your integrator or administrator.');

/**
 * Checks a password and opens a session. An unknown e-mail takes as long and reads the same as a wrong password.
 * Throws `unauthenticated`, `rate_limited`, `account_disabled`.
 */
export async function signIn(
  ctx: Parts,
  doors: { passwords: Passwords; throttle: Throttle },
  credentials: { email: string; password: string },
  origin: Origin,
): Promise<SignedIn> {
  doors.throttle.check(credentials.email, origin.ip);
  const [user] = await ctx.db
    .select()
    .from(users)
    .where(sql`lower(${users.email}) = lower(${credentials.email})`);
  if (
    !(await doors.passwords.matches(credentials.password, user?.passwordHash ?? null)) ||
    user === undefined
  ) {
    doors.throttle.failed(credentials.email, origin.ip);
    throw wrong();
  }
  doors.throttle.succeeded(credentials.email, origin.ip);
  const memberships = await loadMemberships(ctx.db, user.id);
  if (user.disabledAt !== null || memberships.length === 0) throw switchedOff();
  const token = newSecret(ctx.random);
  const tokenHash = hashSecret(token);
  const nowMs = ctx.clock.nowMs();
  const expiresAt = new Date(nowMs + absoluteMs);
  await ctx.db.insert(sessions).values({
    tokenHash,
    userId: user.id,
    lastSeenAt: new Date(nowMs),
    expiresAt,
    ip: origin.ip,
    userAgent: origin.userAgent,
  });
  const { id: userId, name, email } = user;
  return { token, expiresAt, principal: { kind: 'user', userId, name, email, memberships, tokenHash } };
}

/** Who a session's token stands for now. Throws `unauthenticated` or `account_disabled` (R20). */
export const readSession = (ctx: SessionParts, token: string): Promise<UserPrincipal> =>
  readSessionByHash(ctx, hashSecret(token));

/** {@link readSession} for what carries the token's hash, such as a playback ticket. */
export async function readSessionByHash(ctx: SessionParts, tokenHash: string): Promise<UserPrincipal> {
  const [found] = await ctx.db
    .select({ session: sessions, user: users })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(eq(sessions.tokenHash, tokenHash));
  const nowMs = ctx.clock.nowMs();
  const seenMs = found?.session.lastSeenAt.getTime() ?? 0;
  if (found === undefined || nowMs >= found.session.expiresAt.getTime() || nowMs - seenMs >= idleMs) {
    throw new Failure('unauthenticated', 'Your session has ended. Sign in again.');
  }
  const { id: userId, name, email, disabledAt } = found.user;
  const memberships = await loadMemberships(ctx.db, userId);
  if (disabledAt !== null || memberships.length === 0) throw switchedOff();
  if (nowMs - seenMs >= touchEveryMs) {
    await ctx.db
      .update(sessions)
      .set({ lastSeenAt: new Date(nowMs) })
      .where(eq(sessions.tokenHash, tokenHash));
  }
  return { kind: 'user', userId, name, email, memberships, tokenHash };
}

/** Ends a session; ending it twice is fine. */
export async function signOut(ctx: Pick<Context, 'db'>, tokenHash: string): Promise<void> {
  await ctx.db.delete(sessions).where(eq(sessions.tokenHash, tokenHash));
}

/** Deletes sessions nobody can use any more. Answers how many. */
export async function forgetEndedSessions(ctx: Pick<Context, 'db' | 'clock'>): Promise<number> {
  const now = new Date(ctx.clock.nowMs()).toISOString();
  const idle = new Date(ctx.clock.nowMs() - idleMs).toISOString();
  const ended = await ctx.db
    .delete(sessions)
    .where(sql`${sessions.expiresAt} < ${now}::timestamptz or ${sessions.lastSeenAt} < ${idle}::timestamptz`)
    .returning({ userId: sessions.userId });
  return ended.length;
}
