import type { TenantId, UserId } from '@gantry/protocol/ids.js';
import { sql, type SQL } from 'drizzle-orm';
import { cameras } from '../db/schema/cameras.js';
import { roleCameras, roleMembers, roles, type CameraPermission } from '../db/schema/roles.js';
import { inScope, type Scope } from '../tenancy/scope.js';

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

/** For a query over `cameras`: the camera is in sight. */
export function inSight(sight: CameraSight): SQL {
  const parts = [inScope(cameras.tenantId, sight), ...(sight.listed ?? []).map(isListed)];
  const seen = sql`(${sql.join(parts, sql` or `)})`;
  return sight.within === undefined ? seen : sql`(${seen} and ${inSight(sight.within)})`;
}

function isListed({ path, tenantId, userId, permission }: ListedSight): SQL {
  return sql`(${cameras.id} in (
      select ${roleCameras.cameraId} from ${roleCameras}
      join ${roles} on ${roles.id} = ${roleCameras.roleId} and ${roles.tenantId} = ${tenantId}
      join ${roleMembers} on ${roleMembers.roleId} = ${roles.id} and ${roleMembers.userId} = ${userId}
      where ${permission} = any(${roleCameras.permissions})
    ) and ${inScope(cameras.tenantId, { paths: [path] })})`;
}
