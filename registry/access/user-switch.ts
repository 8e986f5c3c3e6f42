import type { UserId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import { eq, sql } from '../db/drizzle.js';
import { users } from '../db/schema/people.js';
import { passkeys, recoveryCodes } from '../db/schema/sign-in.js';
import { Failure, notFound } from '../errors.js';
import { postLetter } from '../mail/outbox.js';
import { requireTenant } from '../tenancy/tenants.js';
import { makeLink, voidLinks } from './links.js';
import { scopeOf, type ActingPrincipal } from './principal.js';
import { endSessions } from './sessions.js';
import { recordForUser } from './user-history.js';
import { requireOwnerLeft, requireWholePerson } from './user-standing.js';
import { mailActivation, requireUser, type ShownUser } from './users.js';

type Parts = Pick<Context, 'db' | 'newId' | 'clock' | 'random' | 'publicUrl'>;

/** Locks a person out with their next request, and tells them by letter (R31). Twice is fine. Throws as `deleteUser`. */
export async function disableUser(
  ctx: Parts,
  actor: Actor,
  principal: ActingPrincipal,
  act: { userId: UserId; reason: string | null },
): Promise<ShownUser[]> {
  await ctx.db.transaction(async (tx) => {
    const places = await requireWholePerson(tx, principal, act.userId);
    const person = firstOf(places, act.userId);
    if (person.disabledAt !== null) return;
    const owned = places.filter((place) => place.owner).map((place) => place.tenantId);
    await requireOwnerLeft(tx, principal, act.userId, owned);
    await tx
      .update(users)
      .set({ disabledAt: new Date(ctx.clock.nowMs()), version: sql`${users.version} + 1` })
      .where(eq(users.id, act.userId));
    await endSessions(tx, act.userId, null);
    await voidLinks(ctx, tx, act.userId, ['activate', 'reset', 'confirm_email']);
    const tenant = await requireTenant(tx, scopeOf(principal), person.tenantId);
    await postLetter(ctx, tx, {
      tenantId: tenant.id,
      recipient: person.email,
      occasion: { kind: 'switchedOff', name: person.name, tenant: tenant.name, reason: act.reason },
    });
    await recordForUser(tx, actor, act.userId, {
      operation: 'user.disabled',
      sentence: `${actor.name} switched the user ${person.name} off${act.reason === null ? '' : `: ${act.reason}`}`,
      after: { reason: act.reason },
    });
  });
  return requireUser(ctx.db, scopeOf(principal), act.userId);
}

export async function enableUser(
  ctx: Parts,
  actor: Actor,
  principal: ActingPrincipal,
  userId: UserId,
): Promise<ShownUser[]> {
  await ctx.db.transaction(async (tx) => {
    const person = firstOf(await requireWholePerson(tx, principal, userId), userId);
    if (person.disabledAt === null) return;
    await tx
      .update(users)
      .set({ disabledAt: null, version: sql`${users.version} + 1` })
      .where(eq(users.id, userId));
    await recordForUser(tx, actor, userId, {
      operation: 'user.enabled',
      sentence: `${actor.name} switched the user ${person.name} on`,
    });
  });
  return requireUser(ctx.db, scopeOf(principal), userId);
}

/**
 * Makes a new activation link and voids the old one (R27): mailed (null is answered), or to be handed over, which
 * stands in the history as read. Throws `conflict` for somebody who has a password: they ask for a reset.
 */
export async function sendActivation(
  ctx: Parts,
  actor: Actor,
  principal: ActingPrincipal,
  act: { userId: UserId; delivery: 'email' | 'display' },
): Promise<string | null> {
  return ctx.db.transaction(async (tx) => {
    const person = firstOf(await requireWholePerson(tx, principal, act.userId), act.userId);
    if (person.activated) {
      throw new Failure(
        'conflict',
        `${person.name} has a password already. Whoever forgot it asks for a new one at sign-in.`,
      );
    }
    if (person.disabledAt !== null) {
      throw new Failure('conflict', `${person.name} is switched off. Switch the user on first.`);
    }
    const tenant = await requireTenant(tx, scopeOf(principal), person.tenantId);
    const shownLink =
      act.delivery === 'display'
        ? await makeLink(ctx, tx, { userId: act.userId, purpose: 'activate', delivery: 'display' })
        : null;
    if (shownLink === null) await mailActivation(ctx, tx, person, tenant);
    await recordForUser(tx, actor, act.userId, {
      operation: shownLink === null ? 'user.activationSent' : 'user.activationRead',
      sentence:
        shownLink === null
          ? `${actor.name} sent ${person.name} a new activation link`
          : `${actor.name} read an activation link of ${person.name}`,
    });
    return shownLink;
  });
}

/** Takes every second factor away from somebody who lost them all; their sessions end. */
export async function resetSecondFactor(
  ctx: Parts,
  actor: Actor,
  principal: ActingPrincipal,
  userId: UserId,
): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const person = firstOf(await requireWholePerson(tx, principal, userId), userId);
    await tx
      .update(users)
      .set({ totpSecret: null, totpConfirmedAt: null, totpLastStep: null })
      .where(eq(users.id, userId));
    await tx.delete(passkeys).where(eq(passkeys.userId, userId));
    await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
    await endSessions(tx, userId, null);
    await recordForUser(tx, actor, userId, {
      operation: 'user.secondFactorReset',
      sentence: `${actor.name} removed the second factor of ${person.name}`,
    });
  });
}

function firstOf(places: readonly ShownUser[], userId: UserId): ShownUser {
  const [first] = places;
  if (first === undefined) throw notFound('user', userId);
  return first;
}
