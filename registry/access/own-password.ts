import type { UserId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import type { Transaction } from '../db/database.js';
import { eq, sql } from '../db/drizzle.js';
import { sessions, users } from '../db/schema/people.js';
import { Failure } from '../errors.js';
import { postLetter } from '../mail/outbox.js';
import { makeLink, linkValidDays, readLink, useLink, voidLinks } from './links.js';
import { loadMemberships } from './memberships.js';
import type { Passwords } from './passwords.js';
import type { UserPrincipal } from './principal.js';
import { endSessions, type Origin } from './sessions.js';
import type { Throttle } from './throttle.js';
import { recordForUser } from './user-history.js';
import { mailConfirmation } from './users.js';

type Parts = Pick<Context, 'db' | 'newId' | 'clock' | 'random' | 'publicUrl' | 'log'>;

const themselves = (link: { userId: UserId; name: string }, origin: Origin): Actor => ({
  kind: 'user',
  id: link.userId,
  name: link.name,
  ...origin,
});

/**
 * Uses an activation or reset link: the password is set, a mailed link also proves the address, every session and
 * other link ends. Throws `not_found` for a link that counts no more, before anything is computed.
 */
export async function setPasswordByLink(
  ctx: Parts,
  passwords: Passwords,
  act: { secret: string; purpose: 'activate' | 'reset'; password: string },
  origin: Origin,
): Promise<void> {
  await readLink(ctx, ctx.db, act.secret, act.purpose);
  const passwordHash = await passwords.hash(act.password, origin.ip);
  await ctx.db.transaction(async (tx) => {
    const link = await useLink(ctx, tx, act.secret, act.purpose);
    const [user] = await tx
      .update(users)
      .set({
        passwordHash,
        mustChangePassword: false,
        version: sql`${users.version} + 1`,
        ...(link.delivery === 'email' ? { emailConfirmedAt: new Date(ctx.clock.nowMs()) } : {}),
      })
      .where(eq(users.id, link.userId))
      .returning();
    await voidLinks(ctx, tx, link.userId, ['activate', 'reset']);
    await endSessions(tx, link.userId, null);
    if (user !== undefined && user.mustConfirmEmail && user.emailConfirmedAt === null) {
      await mailFromHome(ctx, tx, user);
    }
    await recordForUser(tx, themselves(link, origin), link.userId, {
      operation: act.purpose === 'activate' ? 'user.activated' : 'user.passwordReset',
      sentence: `${link.name} chose a password through a ${link.delivery === 'email' ? 'mailed' : 'displayed'} link`,
    });
  });
}

/** Uses a confirmation link. Throws `not_found`. */
export async function confirmEmail(ctx: Parts, secret: string, origin: Origin): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const link = await useLink(ctx, tx, secret, 'confirm_email');
    await tx
      .update(users)
      .set({ emailConfirmedAt: new Date(ctx.clock.nowMs()), version: sql`${users.version} + 1` })
      .where(eq(users.id, link.userId));
    await recordForUser(tx, themselves(link, origin), link.userId, {
      operation: 'user.emailConfirmed',
      sentence: `${link.name} confirmed the address ${link.email}`,
    });
  });
}

/** Mails a signed-in person another confirmation link; the one before ends. */
export async function resendConfirmation(ctx: Parts, me: UserPrincipal): Promise<void> {
  await ctx.db.transaction((tx) => mailFromHome(ctx, tx, { id: me.userId, email: me.email, name: me.name }));
}

async function mailFromHome(
  ctx: Parts,
  tx: Transaction,
  person: { id: UserId; email: string; name: string },
): Promise<void> {
  const [home] = await loadMemberships(tx, person.id);
  if (home !== undefined) await mailConfirmation(ctx, tx, person, home.tenantId);
}

/**
 * Mails a reset link, if there is somebody with this address who may sign in. The caller does not wait for it:
 * neither the answer nor its time tells whether an account exists. Failures go to the log.
 */
export async function mailReset(ctx: Parts, email: string): Promise<void> {
  try {
    await ctx.db.transaction(async (tx) => {
      const [user] = await tx
        .select()
        .from(users)
        .where(sql`lower(${users.email}) = lower(${email})`);
      if (user === undefined || user.disabledAt !== null) return;
      const [home] = await loadMemberships(tx, user.id);
      if (home === undefined) return;
      const url = await makeLink(ctx, tx, { userId: user.id, purpose: 'reset', delivery: 'email' });
      const occasion = { kind: 'reset' as const, name: user.name, url, validDays: linkValidDays };
      await postLetter(ctx, tx, { tenantId: home.tenantId, recipient: user.email, occasion });
    });
  } catch (error) {
    ctx.log.warn({ why: (error as Error).message }, 'a letter for a new password could not be written');
  }
}

/** A signed-in person chooses another password; their other sessions end. Throws `invalid`, `rate_limited`. */
export async function changeOwnPassword(
  ctx: Parts,
  doors: { passwords: Passwords; throttle: Throttle },
  actor: Actor,
  me: UserPrincipal,
  act: { current: string; next: string },
): Promise<void> {
  await requireOwnPassword(ctx, doors, me, { password: act.current, pointer: '/current' }, actor.ip);
  if (act.current === act.next) {
    throw new Failure('invalid', 'The new password is the old one. Choose another.', [
      { pointer: '/next', code: 'same', detail: 'must be another one than the current' },
    ]);
  }
  const passwordHash = await doors.passwords.hash(act.next, actor.ip);
  await ctx.db.transaction(async (tx) => {
    await tx
      .update(users)
      .set({ passwordHash, mustChangePassword: false, version: sql`${users.version} + 1` })
      .where(eq(users.id, me.userId));
    await voidLinks(ctx, tx, me.userId, ['activate', 'reset']);
    await endSessions(tx, me.userId, me.tokenHash);
    await recordForUser(tx, actor, me.userId, {
      operation: 'user.passwordChanged',
      sentence: `${actor.name} changed their password`,
    });
  });
}

/** Throws `invalid` when it is not the person's password, and `rate_limited` for who guesses. */
async function requireOwnPassword(
  ctx: Pick<Context, 'db'>,
  doors: { passwords: Passwords; throttle: Throttle },
  me: UserPrincipal,
  given: { password: string; pointer: string },
  ip: string | null,
): Promise<void> {
  const isRight = await doors.throttle.guard(me.email, ip, async () => {
    const [user] = await ctx.db.select().from(users).where(eq(users.id, me.userId));
    return doors.passwords.matches(given.password, user?.passwordHash ?? null, ip);
  });
  if (isRight) return;
  throw new Failure('invalid', 'The current password is wrong.', [
    { pointer: given.pointer, code: 'wrong', detail: 'is wrong' },
  ]);
}

/** A signed-in person types their password again: for a while {@link requireFreshPassword} is content. */
export async function retypePassword(
  ctx: Pick<Context, 'db' | 'clock'>,
  doors: { passwords: Passwords; throttle: Throttle },
  me: UserPrincipal,
  password: string,
  ip: string | null,
): Promise<void> {
  await requireOwnPassword(ctx, doors, me, { password, pointer: '/password' }, ip);
  await ctx.db
    .update(sessions)
    .set({ passwordAt: new Date(ctx.clock.nowMs()) })
    .where(eq(sessions.tokenHash, me.tokenHash));
}
