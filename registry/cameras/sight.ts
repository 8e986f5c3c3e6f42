import type { TenantId, UserId } from '@gantry/protocol/ids.js';
import { type AnyPgColumn, type SQL, sql } from '../db/drizzle.js';
import { cameras } from '../db/schema/cameras.js';
import { roleCameras, roleMembers, roles, type CameraPermission } from '../db/schema/roles.js';
import { inScope, scopeHolds, type Scope } from '../tenancy/scope.js';

/**
 * Which cameras somebody has a right on (R30): all below `paths`, and below the places of `listed` those that the
 * person's roles there name. Without `listed` a plain scope is one.
 */
export interface CameraSight extends Scope {
  listed?: readonly ListedSight[];
  /** And only what is in this sight as well. */
  within?: CameraSight;
}

/** A place in which a person's roles list single cameras. */
export interface ListedSight {
  path: string;
  tenantId: TenantId;
  userId: UserId;
  permission: CameraPermission;
}

/** Columns that say of which camera a row tells, and who held it then. */
export interface CameraOf {
  camera: AnyPgColumn;
  tenant: AnyPgColumn;
}

/** For a query over `cameras`, or over what else tells of one: the camera is in sight. */
export function inSight(
  sight: CameraSight,
  of: CameraOf = { camera: cameras.id, tenant: cameras.tenantId },
): SQL {
  const parts = [inScope(of.tenant, sight), ...(sight.listed ?? []).map((listed) => isListed(listed, of))];
  const seen = sql`(${sql.join(parts, sql` or `)})`;
  return sight.within === undefined ? seen : sql`(${seen} and ${inSight(sight.within, of)})`;
}

/** Every camera below the path is in sight, also those that are to come. */
export const seesAllBelow = (sight: CameraSight, path: string): boolean =>
  scopeHolds(sight, path) && (sight.within === undefined || seesAllBelow(sight.within, path));

function isListed({ path, tenantId, userId, permission }: ListedSight, of: CameraOf): SQL {
  return sql`(${of.camera} in (
      select ${roleCameras.cameraId} from ${roleCameras}
      join ${roles} on ${roles.id} = ${roleCameras.roleId} and ${roles.tenantId} = ${tenantId}
      join ${roleMembers} on ${roleMembers.roleId} = ${roles.id} and ${roleMembers.userId} = ${userId}
      where ${permission} = any(${roleCameras.permissions})
    ) and ${inScope(of.tenant, { paths: [path] })})`;
}
