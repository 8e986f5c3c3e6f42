import type { TenantId } from '@gantry/protocol/ids.js';
import { timeStyles } from '../cameras/status.js';
import { databaseNow, type Queryable } from '../db/database.js';
import { loadPath } from '../tenancy/path.js';
import type { Scope } from '../tenancy/scope.js';
import { requireTenant } from '../tenancy/tenants.js';
import { effectiveStatus } from '../tenancy/tree.js';
import { readGroups } from './rows.js';
import { stoppingOf, type Stopping } from './stopping.js';

/** How far a tenant's cameras are with what was asked of them. Throws `not_found`. */
export async function showStopping(
  db: Queryable,
  scope: Scope,
  tenantId: TenantId,
): Promise<{ active: boolean; since: Date | null; stopping: Stopping }> {
  const row = await requireTenant(db, scope, tenantId);
  const { active } = effectiveStatus(await loadPath(db, tenantId));
  const now = await databaseNow(db);
  const groups = await readGroups(db, row.path);
  const style = timeStyles(now)(row.timeZone ?? 'UTC');
  return {
    active,
    since: row.disabledAt,
    stopping: stoppingOf(groups, row.disabledAt, now, style),
  };
}
