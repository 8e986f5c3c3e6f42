import { cameraPermissions, type CameraPermission } from '../db/schema/roles.js';
import type { RoleFamily } from '../db/schema/people.js';
import { isWithin } from '../tenancy/tree.js';

/** What one role allows (R30). */
export interface RoleGrant {
  /** On every camera of the role's tenant and below it, also future ones. */
  allCameras: readonly CameraPermission[];
  /** Camera id → what it adds there. */
  cameras: ReadonlyMap<string, readonly CameraPermission[]>;
}

/** Somebody's standing in one tenant. */
export interface Place {
  /** The tenant's path. */
  path: string;
  family: RoleFamily;
  owner: boolean;
  roles: readonly RoleGrant[];
}

export interface PlacedCamera {
  id: string;
  /** Path of the tenant that holds it. */
  path: string;
}

/** Without a role: administrators may all, guards may watch. Owners may all whatever their roles. */
function wholeRights(place: Place): readonly CameraPermission[] {
  if (place.owner) return cameraPermissions;
  if (place.roles.length > 0) return place.roles.flatMap((role) => role.allCameras);
  return place.family === 'admin' ? cameraPermissions : ['view'];
}

/** What somebody may do on a camera: the union over places and roles (R30). */
export function permissionsOn(places: readonly Place[], camera: PlacedCamera): ReadonlySet<CameraPermission> {
  const held = places.filter((place) => isWithin(camera.path, place.path));
  return new Set(
    held.flatMap((place) => [
      ...wholeRights(place),
      ...place.roles.flatMap((role) => role.cameras.get(camera.id) ?? []),
    ]),
  );
}

/** What somebody may do on every camera below `path`, also on those that come later. */
export function permissionsBelow(places: readonly Place[], path: string): ReadonlySet<CameraPermission> {
  return new Set(places.filter((place) => isWithin(path, place.path)).flatMap(wholeRights));
}

/** Whether `granter` has everything that `granted` would give: nobody grants more than they have (R30). */
export function mayGrant(
  granter: readonly Place[],
  granted: Place,
  cameras: readonly PlacedCamera[],
): boolean {
  const below = permissionsBelow(granter, granted.path);
  if (!wholeRights(granted).every((permission) => below.has(permission))) return false;
  const known = new Map(cameras.map((camera) => [camera.id, camera]));
  return granted.roles.every((role) =>
    [...role.cameras].every(([id, wanted]) => {
      const camera = known.get(id);
      if (camera === undefined || !isWithin(camera.path, granted.path)) return false;
      const own = permissionsOn(granter, camera);
      return wanted.every((permission) => own.has(permission));
    }),
  );
}
