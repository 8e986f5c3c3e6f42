import type { CameraId } from '@gantry/protocol/ids.js';
import type { Queryable } from '../db/database.js';
import { and, eq, inArray } from '../db/drizzle.js';
import { cameras } from '../db/schema/cameras.js';
import type { RoleFamily } from '../db/schema/people.js';
import { roles, type CameraPermission } from '../db/schema/roles.js';
import { tenants } from '../db/schema/tenants.js';
import { Failure } from '../errors.js';
import { invalidField, type TenantRow } from '../tenancy/tenants.js';
import { isWithin } from '../tenancy/tree.js';
import { mayGrant, type PlacedCamera, type RoleGrant } from './permissions.js';
import { loadPlaces, loadRoleCameras } from './places.js';
import { scopeOf, type ActingPrincipal } from './principal.js';

/** What somebody is to have in a tenant. */
export interface Standing {
  family: RoleFamily;
  owner: boolean;
  roleIds: readonly string[];
}

type GrantingTenant = Pick<TenantRow, 'id' | 'name' | 'path'>;

/** Whether the principal stands above the tenant: its membership hangs higher in the tree. */
export const isFromAbove = (principal: ActingPrincipal, tenant: GrantingTenant): boolean =>
  scopeOf(principal).paths.some((path) => path !== tenant.path && isWithin(tenant.path, path));

/** Whether the principal may act on owners of the tenant: an owner of it, or somebody from above (R29). */
export const ranksWithOwners = (principal: ActingPrincipal, tenant: GrantingTenant): boolean =>
  isFromAbove(principal, tenant) ||
  (principal.kind === 'user' && principal.memberships.some((m) => m.tenantId === tenant.id && m.owner));

/**
 * Throws `forbidden` when the principal would give more than they have (R29, R30), `invalid` for a role that is
 * not the tenant's, or of the other family.
 */
export async function requireMayGrant(
  db: Queryable,
  principal: ActingPrincipal,
  tenant: GrantingTenant,
  standing: Standing,
): Promise<void> {
  if (standing.owner && !ranksWithOwners(principal, tenant)) {
    throw new Failure('forbidden', `Only an owner of ${tenant.name}, or somebody above it, makes owners.`);
  }
  if (standing.owner && standing.family === 'guard') {
    throw invalidField('/family', 'owner', 'an owner is an administrator, not a guard');
  }
  const found = await requireRoles(db, tenant, standing);
  await requireGrantable(db, principal, tenant, standing, found);
}

/** The same for roles in hand, such as one about to be written. */
export async function requireGrantable(
  db: Queryable,
  principal: ActingPrincipal,
  tenant: GrantingTenant,
  standing: Omit<Standing, 'roleIds'>,
  granted: readonly RoleGrant[],
): Promise<void> {
  const ids = [...new Set(granted.flatMap((role) => [...role.cameras.keys()]))] as CameraId[];
  const places = await loadPlaces(db, principal, ids);
  const place = { path: tenant.path, family: standing.family, owner: standing.owner, roles: granted };
  if (!mayGrant(places, place, await placeCameras(db, ids))) {
    throw new Failure(
      'forbidden',
      `This would give more in ${tenant.name} than you have yourself. Ask somebody who may do it.`,
    );
  }
}

async function requireRoles(db: Queryable, tenant: GrantingTenant, standing: Standing): Promise<RoleGrant[]> {
  if (standing.roleIds.length === 0) return [];
  const ids = [...new Set(standing.roleIds)];
  const rows = await db
    .select()
    .from(roles)
    .where(and(inArray(roles.id, ids), eq(roles.tenantId, tenant.id)));
  if (rows.length < ids.length) {
    throw invalidField('/roleIds', 'not_found', `one of them is no role of ${tenant.name}`);
  }
  const other = rows.find((role) => role.family !== standing.family);
  if (other !== undefined) {
    const detail = `${other.name} is a role for ${other.family}s; a user's roles are of one family`;
    throw invalidField('/roleIds', 'wrong_family', detail);
  }
  const byRole = await loadRoleCameras(db, ids, null);
  return rows.map(({ id, allCameras }) => ({
    allCameras,
    cameras: byRole.get(id) ?? new Map<CameraId, CameraPermission[]>(),
  }));
}

/** Where cameras are now. */
export async function placeCameras(db: Queryable, ids: readonly CameraId[]): Promise<PlacedCamera[]> {
  if (ids.length === 0) return [];
  return db
    .select({ id: cameras.id, path: tenants.path })
    .from(cameras)
    .innerJoin(tenants, eq(tenants.id, cameras.tenantId))
    .where(inArray(cameras.id, [...ids]));
}
