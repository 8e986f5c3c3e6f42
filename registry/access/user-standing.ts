import type { TenantId, UserId } from '@gantry/protocol/ids.js';
import type { Queryable, Transaction } from '../db/database.js';
import { and, eq, inArray, isNull, ne, sql } from '../db/drizzle.js';
import { memberships, users } from '../db/schema/people.js';
import { tenants } from '../db/schema/tenants.js';
import { Failure } from '../errors.js';
import { requireTenant } from '../tenancy/tenants.js';
import { isFromAbove, ranksWithOwners, requireMayGrant } from './granting.js';
import { scopeOf, type ActingPrincipal } from './principal.js';
import { requireUser, type ShownUser } from './users.js';

/**
 * A person whom the principal may change as a whole (name, e-mail, password, existence). Somebody who also belongs
 * to a tenant elsewhere is not one tenant's to change: that would be a way into the other one. Owners are changed
 * by owners and from above (R29), and nobody changes who may do more than they.
 */
export async function requireWholePerson(
  db: Queryable,
  principal: ActingPrincipal,
  userId: UserId,
): Promise<ShownUser[]> {
  const places = await requireUser(db, scopeOf(principal), userId);
  const [all] = await db
    .select({ places: sql<number>`count(*)::int` })
    .from(memberships)
    .where(eq(memberships.userId, userId));
  if ((all?.places ?? 0) > places.length) {
    throw new Failure(
      'forbidden',
      'This person also belongs to a tenant that is not yours. You can end their place here, not change the person.',
    );
  }
  for (const place of places) await requireRankOver(db, principal, place);
  return places;
}

/** Throws `forbidden` when the person stands higher in that tenant than the principal. */
export async function requireRankOver(
  db: Queryable,
  principal: ActingPrincipal,
  place: ShownUser,
): Promise<void> {
  const tenant = await requireTenant(db, scopeOf(principal), place.tenantId);
  if (place.owner && !ranksWithOwners(principal, tenant)) {
    throw new Failure('forbidden', `Only an owner of ${tenant.name}, or somebody above it, changes owners.`);
  }
  await requireMayGrant(db, principal, tenant, place);
}

/**
 * The last owner of a tenant who can still sign in stays, except when somebody from above removes them (R29).
 * Locks the tenant's owners, so that two owners cannot remove each other at once. Throws `conflict`.
 */
export async function requireOwnerLeft(
  tx: Transaction,
  principal: ActingPrincipal,
  leaving: UserId,
  tenantIds: readonly TenantId[],
): Promise<void> {
  if (tenantIds.length === 0) return;
  const affected = await tx
    .select({ id: tenants.id, name: tenants.name, path: tenants.path })
    .from(tenants)
    .where(inArray(tenants.id, [...tenantIds]))
    .orderBy(tenants.id)
    .for('no key update');
  for (const tenant of affected) {
    if (isFromAbove(principal, tenant)) continue;
    const [other] = await tx
      .select({ userId: memberships.userId })
      .from(memberships)
      .innerJoin(users, eq(users.id, memberships.userId))
      .where(
        and(
          eq(memberships.tenantId, tenant.id),
          eq(memberships.owner, true),
          ne(memberships.userId, leaving),
          isNull(users.disabledAt),
        ),
      )
      .limit(1);
    if (other === undefined) {
      throw new Failure(
        'conflict',
        `This is the last owner of ${tenant.name}. Make somebody else an owner first, or ask whoever is above.`,
      );
    }
  }
}
