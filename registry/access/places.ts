import type { CameraId, TenantId, UserId } from '@gantry/protocol/ids.js';
import type { Queryable } from '../db/database.js';
import { and, eq, inArray } from '../db/drizzle.js';
import { roleCameras, roleMembers, roles, type CameraPermission } from '../db/schema/roles.js';
import type { Place, RoleGrant } from './permissions.js';
import type { ActingPrincipal } from './principal.js';

/** A place whose tenant is known. */
export interface TenantPlace extends Place {
  tenantId: TenantId;
}

/**
 * Where somebody stands and what their roles allow there. `cameraIds`: only these are looked up inside roles that
 * list single cameras; null: all.
 */
export async function loadPlaces(
  db: Queryable,
  principal: ActingPrincipal,
  cameraIds: readonly CameraId[] | null,
): Promise<TenantPlace[]> {
  if (principal.kind === 'apiKey') {
    const { tenantId, path } = principal;
    return [{ tenantId, path, family: 'admin', owner: false, roles: [] }];
  }
  const held = await loadRolesOf(db, principal.userId, cameraIds);
  return principal.memberships.map(({ tenantId, path, family, owner }) => ({
    tenantId,
    path,
    family,
    owner,
    roles: held.get(tenantId) ?? [],
  }));
}

async function loadRolesOf(
  db: Queryable,
  userId: UserId,
  cameraIds: readonly CameraId[] | null,
): Promise<Map<TenantId, RoleGrant[]>> {
  const rows = await db
    .select({ id: roles.id, tenantId: roles.tenantId, allCameras: roles.allCameras })
    .from(roleMembers)
    .innerJoin(roles, eq(roles.id, roleMembers.roleId))
    .where(eq(roleMembers.userId, userId));
  const cameras = await loadRoleCameras(
    db,
    rows.map((row) => row.id),
    cameraIds,
  );
  const byTenant = new Map<TenantId, RoleGrant[]>();
  for (const { id, tenantId, allCameras } of rows) {
    const grant = { allCameras, cameras: cameras.get(id) ?? new Map<string, CameraPermission[]>() };
    byTenant.set(tenantId, [...(byTenant.get(tenantId) ?? []), grant]);
  }
  return byTenant;
}

/** Role id → camera id → permissions. */
export async function loadRoleCameras(
  db: Queryable,
  roleIds: readonly string[],
  cameraIds: readonly CameraId[] | null,
): Promise<Map<string, Map<CameraId, CameraPermission[]>>> {
  const byRole = new Map<string, Map<CameraId, CameraPermission[]>>();
  if (roleIds.length === 0 || cameraIds?.length === 0) return byRole;
  const ofRoles = inArray(roleCameras.roleId, [...roleIds]);
  const rows = await db
    .select()
    .from(roleCameras)
    .where(cameraIds === null ? ofRoles : and(ofRoles, inArray(roleCameras.cameraId, [...cameraIds])));
  for (const { roleId, cameraId, permissions } of rows) {
    const own = byRole.get(roleId) ?? new Map<CameraId, CameraPermission[]>();
    byRole.set(roleId, own.set(cameraId, permissions));
  }
  return byRole;
}
