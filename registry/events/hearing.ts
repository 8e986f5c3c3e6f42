import type { TenantId } from '@gantry/protocol/ids.js';
import { permissionsOn } from '../access/permissions.js';
import { loadPlaces } from '../access/places.js';
import { isGuard, scopeOf, type ActingPrincipal } from '../access/principal.js';
import type { Queryable } from '../db/database.js';
import type { Module } from '../db/schema/modules.js';
import { moduleState } from '../tenancy/module-rules.js';
import { loadStandings } from '../tenancy/modules.js';
import { scopeHolds, type Scope } from '../tenancy/scope.js';
import { requireTenant } from '../tenancy/tenants.js';
import { isWithin } from '../tenancy/tree.js';
import { eventFamilies, familyOf, matches, type EventFamily, type LoggedEvent } from './event.js';

/** Modules without which a family is not told; as for the routes that show the same (R12). */
const modulesOf: Readonly<Record<EventFamily, readonly Module[]>> = {
  camera: [],
  agent: [],
  claim: [],
  tenant: [],
  user: ['adminPortal', 'users'],
  operation: [],
  history: ['adminPortal', 'history'],
};

/** What somebody may hear, and wants to. */
export interface Hearing {
  scope: Scope;
  hears(event: Pick<LoggedEvent, 'type' | 'path' | 'subject' | 'data'>): boolean;
}

/**
 * Guards hear of cameras only (R29), and everybody only of cameras that their roles let them view (R30).
 * `tenantId`: of this tenant and what lies below alone; throws `not_found` when that is not seen.
 */
export async function hearingOf(
  db: Queryable,
  principal: ActingPrincipal,
  wanted: { tenantId: TenantId | null; patterns: readonly string[] },
): Promise<Hearing> {
  const whole = scopeOf(principal);
  const scope =
    wanted.tenantId === null ? whole : { paths: [(await requireTenant(db, whole, wanted.tenantId)).path] };
  const places = await loadPlaces(db, principal, null);
  const open = await openPaths(db, principal, whole);
  const mayView = (id: string, path: string): boolean => permissionsOn(places, { id, path }).has('view');
  return {
    scope,
    hears: ({ type, path, subject, data }) => {
      if (!matches(wanted.patterns, type) || !scopeHolds(scope, path)) return false;
      const family = familyOf(type);
      if (!(open.get(family) ?? []).some((prefix) => isWithin(path, prefix))) return false;
      const cameraId = family === 'camera' ? subject : data['cameraId'];
      return typeof cameraId !== 'string' || mayView(cameraId, path);
    },
  };
}

/** Where each family is told to the principal: none of its modules is switched off there. */
async function openPaths(
  db: Queryable,
  principal: ActingPrincipal,
  scope: Scope,
): Promise<Map<EventFamily, readonly string[]>> {
  const standings = await loadStandings(db, scope.paths);
  const guard = isGuard(principal);
  return new Map(
    eventFamilies.map((family) => {
      if (guard && family !== 'camera') return [family, []];
      const modules = modulesOf[family];
      // The portal is for people; a key has no use for it (R33).
      if (
        principal.kind === 'apiKey' &&
        modules.some((one) => one !== 'adminPortal' && principal.modules?.includes(one) === false)
      ) {
        return [family, []];
      }
      const isOpen = (path: string): boolean =>
        modules.every((module) => moduleState(standings.get(path) ?? [], module).effective);
      return [family, scope.paths.filter(isOpen)];
    }),
  );
}
