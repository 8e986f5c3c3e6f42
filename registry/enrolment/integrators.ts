import type { TenantId } from '@gantry/protocol/ids.js';
import type { Queryable } from '../db/database.js';
import { and, asc, eq } from '../db/drizzle.js';
import { tenants } from '../db/schema/tenants.js';
import { pathInScope, type Scope } from '../tenancy/scope.js';

/** Integrators a box can be let in under, by name; at most `limit`. */
export function integratorsOf(
  db: Queryable,
  scope: Scope,
  limit: number,
): Promise<{ id: TenantId; name: string }[]> {
  return db
    .select({ id: tenants.id, name: tenants.name })
    .from(tenants)
    .where(and(eq(tenants.kind, 'integrator'), pathInScope(scope)))
    .orderBy(asc(tenants.name), asc(tenants.id))
    .limit(limit);
}
