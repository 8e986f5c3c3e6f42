import type { TenantId, UserId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import type { Transaction } from '../db/database.js';
import { and, eq, inArray, ne, sql } from '../db/drizzle.js';
import { memberships, users, type RoleFamily } from '../db/schema/people.js';
import { Failure } from '../errors.js';
import { record } from '../history/history.js';
import { invalidField, requireTenant } from '../tenancy/tenants.js';
import { requireFreshPassword } from './fresh-password.js';
import { requireMayGrant } from './granting.js';
import { voidLinks } from './links.js';
import { scopeOf, type ActingPrincipal } from './principal.js';
import { endSessions } from './sessions.js';
import { recordForUser } from './user-history.js';
import { requireOwnerLeft, requireRankOver, requireWholePerson } from './user-standing.js';
import {
  assignRoles,
  dutiesIn,
  emailTaken,
  mailConfirmation,
  requireUser,
  requireUserIn,
  type ShownUser,
} from './users.js';

export interface UserChanges {
  name?: string;
  email?: string;
  /** Which place `family`, `owner` and `roleIds` are about; only needed for somebody with several. */
  tenantId?: TenantId;
  family?: RoleFamily;
  owner?: boolean;
  roleIds?: readonly string[];
}

type Parts = Pick<Context, 'db' | 'newId' | 'clock' | 'random' | 'publicUrl'>;

/**
 * Changes a person and their place when the version is still `version`. Throws `precondition_failed`, `forbidden`
 * (more than the actor has, or an owner above them), `conflict` (e-mail taken, last owner), `password_required` for
 * one's own address.
 */
export async function changeUser(
  ctx: Parts,
  actor: Actor,
  principal: ActingPrincipal,
  act: { userId: UserId; version: number; changes: UserChanges },
): Promise<ShownUser> {
  const { userId, version, changes } = act;
  const isOwnAddress =
    principal.kind === 'user' && principal.userId === userId && changes.email !== undefined;
  if (isOwnAddress) requireFreshPassword(ctx, principal);
  const scope = scopeOf(principal);
  return ctx.db.transaction(async (tx) => {
    const places = await requireUser(tx, scope, userId);
    const place = placeOf(places, changes.tenantId);
    await takeVersion(tx, userId, version);
    if (changes.name !== undefined || changes.email !== undefined) {
      await requireWholePerson(tx, principal, userId);
      await changePerson(ctx, tx, principal, place, changes);
    }
    if (changes.family !== undefined || changes.owner !== undefined || changes.roleIds !== undefined) {
      await changePlace(tx, principal, place, changes);
    }
    const { tenantId: _place, ...told } = changes;
    const before = Object.fromEntries(
      (Object.keys(told) as (keyof typeof told)[]).map((key) => [key, place[key]]),
    );
    await recordForUser(tx, actor, userId, {
      operation: 'user.changed',
      sentence: `${actor.name} changed ${Object.keys(told).join(', ')} of ${place.name}`,
      before,
      after: { ...told },
    });
    return requireUserIn(tx, scope, userId, place.tenantId);
  });
}

function placeOf(places: readonly ShownUser[], tenantId: TenantId | undefined): ShownUser {
  const place = tenantId === undefined ? places[0] : places.find((one) => one.tenantId === tenantId);
  if (place === undefined) throw invalidField('/tenantId', 'not_found', 'the person has no place there');
  if (tenantId === undefined && places.length > 1) {
    throw invalidField('/tenantId', 'required', 'the person has several places: say which one');
  }
  return place;
}

/** Moves the version on. Throws `precondition_failed`. */
async function takeVersion(tx: Transaction, userId: UserId, version: number): Promise<void> {
  const updated = await tx
    .update(users)
    .set({ version: version + 1 })
    .where(and(eq(users.id, userId), eq(users.version, version)))
    .returning({ id: users.id });
  if (updated.length === 0) {
    throw new Failure(
      'precondition_failed',
      `Somebody changed this user since version ${version}. Read it again, then repeat your change.`,
    );
  }
}

/** A new address has to prove itself again, and links to the old one end. */
async function changePerson(
  ctx: Parts,
  tx: Transaction,
  principal: ActingPrincipal,
  place: ShownUser,
  { name, email }: UserChanges,
): Promise<void> {
  if (name !== undefined) await tx.update(users).set({ name }).where(eq(users.id, place.id));
  if (email === undefined || email === place.email) return;
  const [other] = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(sql`lower(${users.email}) = lower(${email})`, ne(users.id, place.id)));
  if (other !== undefined) throw emailTaken(email);
  await voidLinks(ctx, tx, place.id, ['activate', 'reset', 'confirm_email']);
  const tenant = await requireTenant(tx, scopeOf(principal), place.tenantId);
  const { confirmEmail } = await dutiesIn(tx, tenant);
  await tx
    .update(users)
    .set({ email, emailConfirmedAt: null, mustConfirmEmail: confirmEmail })
    .where(eq(users.id, place.id));
  const person = { id: place.id, email, name: name ?? place.name };
  await mailConfirmation(ctx, tx, person, place.tenantId);
}

async function changePlace(
  tx: Transaction,
  principal: ActingPrincipal,
  place: ShownUser,
  changes: UserChanges,
): Promise<void> {
  const tenant = await requireTenant(tx, scopeOf(principal), place.tenantId);
  await requireRankOver(tx, principal, place);
  const next = {
    family: changes.family ?? place.family,
    owner: changes.owner ?? place.owner,
    roleIds: changes.roleIds ?? place.roleIds,
  };
  await requireMayGrant(tx, principal, tenant, next);
  await requireOneFamily(tx, place.id, place.tenantId, next.family);
  if (place.owner && !next.owner) await requireOwnerLeft(tx, principal, place.id, [place.tenantId]);
  await tx
    .update(memberships)
    .set({ family: next.family, owner: next.owner })
    .where(and(eq(memberships.userId, place.id), eq(memberships.tenantId, place.tenantId)));
  if (changes.roleIds !== undefined) await assignRoles(tx, place.id, place.tenantId, changes.roleIds);
}

/** Somebody is an administrator or a guard, everywhere the same (R29). */
async function requireOneFamily(
  tx: Transaction,
  userId: UserId,
  tenantId: TenantId,
  family: RoleFamily,
): Promise<void> {
  const [other] = await tx
    .select({ family: memberships.family })
    .from(memberships)
    .where(
      and(eq(memberships.userId, userId), ne(memberships.tenantId, tenantId), ne(memberships.family, family)),
    );
  if (other !== undefined) {
    throw invalidField(
      '/family',
      'wrong_family',
      `the person is a member of the family ${other.family} elsewhere`,
    );
  }
}

/** Gives a person who is known already a place in another tenant (R26). Throws `not_found`, `conflict`. */
export async function addMembership(
  ctx: Parts,
  actor: Actor,
  principal: ActingPrincipal,
  input: {
    tenantId: TenantId;
    email: string;
    family: RoleFamily;
    owner: boolean;
    roleIds: readonly string[];
  },
): Promise<ShownUser> {
  const { tenantId, email, family, owner, roleIds } = input;
  return ctx.db.transaction(async (tx) => {
    const tenant = await requireTenant(tx, scopeOf(principal), tenantId);
    await requireMayGrant(tx, principal, tenant, { family, owner, roleIds });
    const [person] = await tx
      .select()
      .from(users)
      .where(sql`lower(${users.email}) = lower(${email})`);
    if (person === undefined) {
      throw invalidField('/email', 'not_found', 'there is no user with this address: create one');
    }
    await requireOneFamily(tx, person.id, tenantId, family);
    const added = await tx
      .insert(memberships)
      .values({ userId: person.id, tenantId, family, owner })
      .onConflictDoNothing()
      .returning({ userId: memberships.userId });
    if (added.length === 0) throw new Failure('conflict', `${email} belongs to ${tenant.name} already.`);
    await assignRoles(tx, person.id, tenantId, roleIds);
    const { confirmEmail } = await dutiesIn(tx, tenant);
    if (confirmEmail && person.emailConfirmedAt === null) {
      await tx.update(users).set({ mustConfirmEmail: true }).where(eq(users.id, person.id));
      await mailConfirmation(ctx, tx, person, tenantId);
    }
    await record(tx, {
      actor,
      tenantId,
      target: { kind: 'user', id: person.id },
      operation: 'user.invited',
      sentence: `${actor.name} gave ${person.name} a place in ${tenant.name}`,
      after: { email: person.email, family, owner, roleIds },
    });
    return requireUserIn(tx, scopeOf(principal), person.id, tenantId);
  });
}

/**
 * Ends a person's places in the scope (only the one in `tenantId`, when given), and the person with the last one.
 * Throws `precondition_failed`, `forbidden`, `conflict` (last owner).
 */
export async function deleteUser(
  ctx: Parts,
  actor: Actor,
  principal: ActingPrincipal,
  act: { userId: UserId; version: number; tenantId: TenantId | null },
): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const seen = await requireUser(tx, scopeOf(principal), act.userId);
    const places = act.tenantId === null ? seen : [placeOf(seen, act.tenantId)];
    await takeVersion(tx, act.userId, act.version);
    for (const place of places) await requireRankOver(tx, principal, place);
    const owned = places.filter((place) => place.owner).map((place) => place.tenantId);
    await requireOwnerLeft(tx, principal, act.userId, owned);
    await record(
      tx,
      ...places.map(({ tenantId, name, email }) => ({
        actor,
        tenantId,
        target: { kind: 'user' as const, id: act.userId },
        operation: 'user.deleted',
        sentence: `${actor.name} removed the user ${name}`,
        before: { name, email },
      })),
    );
    for (const { tenantId } of places) await assignRoles(tx, act.userId, tenantId, []);
    const ids = places.map((place) => place.tenantId);
    await tx
      .delete(memberships)
      .where(and(eq(memberships.userId, act.userId), inArray(memberships.tenantId, ids)));
    const [left] = await tx
      .select({ tenantId: memberships.tenantId })
      .from(memberships)
      .where(eq(memberships.userId, act.userId));
    if (left !== undefined) return;
    await endSessions(tx, act.userId, null);
    await tx.delete(users).where(eq(users.id, act.userId));
  });
}
