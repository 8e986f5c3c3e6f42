import type { UserId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import type { Queryable, Transaction } from '../db/database.js';
import { and, desc, eq, gt, ne, or, type SQL, sql } from '../db/drizzle.js';
import { sessions, users } from '../db/schema/people.js';
import { Failure, notFound } from '../errors.js';
import { loadMemberships } from './memberships.js';
import type { UserPrincipal } from './principal.js';
import { restrictionOf, restrictionTexts, type Restriction } from './restriction.js';
import { hashSecret, newSecret } from './secrets.js';
import { recordForUser } from './user-history.js';

export const idleMs = 30 * 60_000;
const absoluteMs = 12 * 3_600_000;
/** The idle clock is written at most this often. */
const touchEveryMs = 60_000;

export type SessionParts = Pick<Context, 'db' | 'clock' | 'secondFactor'>;

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

/** Only told after a correct password or a valid session (R20). */
export const switchedOff = (): Failure =>
  new Failure('account_disabled', 'This account is switched off. Ask your integrator or administrator.');

/** What stands between a signed-in person and everything else. */
export const restricted = (restriction: Restriction): Failure =>
  new Failure(restriction, restrictionTexts[restriction]);

/** Whether the person has any confirmed second factor. */
export const hasSecondFactor: SQL<boolean> = sql<boolean>`(${users.totpConfirmedAt} is not null
  or exists (select 1 from passkeys where passkeys.user_id = ${users.id}))`;

/**
 * Opens a session for somebody whose credentials were proven. Always under a new token, so that one planted in
 * the browser before gains nothing. Throws `account_disabled`.
 */
export async function openSession(
  ctx: SessionParts & Pick<Context, 'random'>,
  userId: UserId,
  origin: Origin,
): Promise<SignedIn> {
  const token = newSecret(ctx.random);
  const tokenHash = hashSecret(token);
  const now = new Date(ctx.clock.nowMs());
  const expiresAt = new Date(now.getTime() + absoluteMs);
  const principal = await ctx.db.transaction(async (tx) => {
    const [user] = await tx
      .update(users)
      .set({ lastSignInAt: now, firstSignInAt: sql`coalesce(${users.firstSignInAt}, ${now.toISOString()})` })
      .where(eq(users.id, userId))
      .returning();
    const memberships = await loadMemberships(tx, userId);
    if (user === undefined || user.disabledAt !== null || memberships.length === 0) throw switchedOff();
    await tx
      .insert(sessions)
      .values({ tokenHash, userId, lastSeenAt: now, createdAt: now, passwordAt: now, expiresAt, ...origin });
    const { name, email } = user;
    await recordForUser(tx, { kind: 'user', id: userId, name, ...origin }, userId, {
      operation: 'user.signedIn',
      sentence: `${name} signed in`,
    });
    const [factor] = await tx.select({ has: hasSecondFactor }).from(users).where(eq(users.id, userId));
    const kinds = memberships.map((membership) => membership.kind);
    const duties = { ...user, hasSecondFactor: factor?.has ?? false };
    const restriction = restrictionOf(duties, kinds, now.getTime(), ctx.secondFactor.graceMs);
    const passwordAtMs = now.getTime();
    return { kind: 'user' as const, userId, name, email, memberships, tokenHash, passwordAtMs, restriction };
  });
  return { token, expiresAt, principal };
}

/** Who a session's token stands for now, also with duties open. Throws `unauthenticated` or `account_disabled` (R20). */
export const readSession = (ctx: SessionParts, token: string): Promise<UserPrincipal> =>
  readByHash(ctx, hashSecret(token));

/** For what carries the token's hash, such as a playback ticket; throws also while a duty is open (R28). */
export async function readSessionByHash(ctx: SessionParts, tokenHash: string): Promise<UserPrincipal> {
  const principal = await readByHash(ctx, tokenHash);
  if (principal.restriction !== null) throw restricted(principal.restriction);
  return principal;
}

async function readByHash(ctx: SessionParts, tokenHash: string): Promise<UserPrincipal> {
  const [found] = await ctx.db
    .select({ session: sessions, user: users, factor: hasSecondFactor })
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
  const kinds = memberships.map((membership) => membership.kind);
  const duties = { ...found.user, hasSecondFactor: found.factor };
  const restriction = restrictionOf(duties, kinds, nowMs, ctx.secondFactor.graceMs);
  const passwordAtMs = found.session.passwordAt.getTime();
  return { kind: 'user', userId, name, email, memberships, tokenHash, passwordAtMs, restriction };
}

/** Ends a session; ending it twice is fine. */
export async function signOut(ctx: Pick<Context, 'db'>, tokenHash: string): Promise<void> {
  await ctx.db.delete(sessions).where(eq(sessions.tokenHash, tokenHash));
}

export interface ShownSession extends Origin {
  /** Beginning of the token's hash: names the session, opens nothing. */
  id: string;
  current: boolean;
  createdAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
}

const publicId = sql<string>`left(${sessions.tokenHash}, 32)`;

/** A person's own living sessions, the one used last first. */
export async function listSessions(
  ctx: Pick<Context, 'db' | 'clock'>,
  principal: UserPrincipal,
): Promise<ShownSession[]> {
  const nowMs = ctx.clock.nowMs();
  return ctx.db
    .select({
      id: publicId,
      current: sql<boolean>`${sessions.tokenHash} = ${principal.tokenHash}`,
      createdAt: sessions.createdAt,
      lastSeenAt: sessions.lastSeenAt,
      expiresAt: sessions.expiresAt,
      ip: sessions.ip,
      userAgent: sessions.userAgent,
    })
    .from(sessions)
    .where(
      and(
        eq(sessions.userId, principal.userId),
        gt(sessions.expiresAt, new Date(nowMs)),
        gt(sessions.lastSeenAt, new Date(nowMs - idleMs)),
      ),
    )
    .orderBy(desc(sessions.lastSeenAt))
    .limit(200);
}

/** Ends one of a person's own sessions. Throws `not_found`. */
export async function revokeSession(
  ctx: Pick<Context, 'db'>,
  actor: Actor,
  principal: UserPrincipal,
  id: string,
): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const ended = await tx
      .delete(sessions)
      .where(and(eq(sessions.userId, principal.userId), sql`${publicId} = ${id}`))
      .returning({ userId: sessions.userId });
    if (ended.length === 0) throw notFound('session', id);
    await recordForUser(tx, actor, principal.userId, {
      operation: 'user.sessionsEnded',
      sentence: `${actor.name} ended a session of their own`,
    });
  });
}

/** Ends all sessions of a person but this one. Answers how many. */
export async function revokeOtherSessions(
  ctx: Pick<Context, 'db'>,
  actor: Actor,
  principal: UserPrincipal,
): Promise<number> {
  return ctx.db.transaction(async (tx) => {
    const ended = await endSessions(tx, principal.userId, principal.tokenHash);
    await recordForUser(tx, actor, principal.userId, {
      operation: 'user.sessionsEnded',
      sentence: `${actor.name} ended ${ended} other sessions of their own`,
    });
    return ended;
  });
}

/** Ends a person's sessions, `except` the one of that token hash. Answers how many. */
export async function endSessions(tx: Transaction, userId: UserId, except: string | null): Promise<number> {
  const all = eq(sessions.userId, userId);
  const ended = await tx
    .delete(sessions)
    .where(except === null ? all : and(all, ne(sessions.tokenHash, except)))
    .returning({ userId: sessions.userId });
  return ended.length;
}

/** Deletes sessions nobody can use any more. Answers how many. */
export async function forgetEndedSessions(ctx: { db: Queryable; clock: Context['clock'] }): Promise<number> {
  const now = ctx.clock.nowMs();
  const ended = await ctx.db
    .delete(sessions)
    .where(
      or(
        sql`${sessions.expiresAt} < ${new Date(now).toISOString()}::timestamptz`,
        sql`${sessions.lastSeenAt} < ${new Date(now - idleMs).toISOString()}::timestamptz`,
      ),
    )
    .returning({ userId: sessions.userId });
  return ended.length;
}
