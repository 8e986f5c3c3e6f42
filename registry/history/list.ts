import type { TenantId } from '@gantry/protocol/ids.js';
import type { Queryable } from '../db/database.js';
import { and, desc, eq, gte, lt, type SQL, sql } from '../db/drizzle.js';
import { history } from '../db/schema/registry.js';
import { inScope, type Scope } from '../tenancy/scope.js';
import { requireTenant } from '../tenancy/tenants.js';

/** Of which camera an entry tells, and who held it then. */
export const cameraOfEntry = { camera: history.cameraId, tenant: history.tenantId };

export type HistoryRow = typeof history.$inferSelect;

/** What of the scope's history is asked for; null: whatever it is. */
export interface HistoryFilter {
  /** That tenant with everything below it. */
  tenantId: TenantId | null;
  /** What it was done to: id of a tenant, camera, user, … */
  targetId: string | null;
  /** Who did it: id of a user, an API key or an agent. */
  actorId?: string | null;
  operation?: string | null;
  /** From this instant on. */
  from?: Date | null;
  /** Before this instant. */
  to?: Date | null;
}

/**
 * Entries of the scope, newest first; one more than `limit`. `seen`: of those that tell of a camera which are shown, a
 * condition over {@link cameraOfEntry} (R30). Throws `not_found` for a tenant outside the scope.
 */
export async function listHistory(
  db: Queryable,
  { scope, seen }: { scope: Scope; seen: SQL },
  filter: HistoryFilter,
  page: { limit: number; before: number | null },
): Promise<HistoryRow[]> {
  const within =
    filter.tenantId === null ? scope : { paths: [(await requireTenant(db, scope, filter.tenantId)).path] };
  const conditions: SQL[] = [
    inScope(history.tenantId, within),
    sql`(${history.cameraId} is null or ${seen})`,
  ];
  if (filter.targetId !== null) conditions.push(eq(history.targetId, filter.targetId));
  if (filter.actorId) conditions.push(eq(history.actorId, filter.actorId));
  if (filter.operation) conditions.push(eq(history.operation, filter.operation));
  if (filter.from) conditions.push(gte(history.at, filter.from));
  if (filter.to) conditions.push(lt(history.at, filter.to));
  if (page.before !== null) conditions.push(lt(history.id, page.before));
  return db
    .select()
    .from(history)
    .where(and(...conditions))
    .orderBy(desc(history.id))
    .limit(page.limit + 1);
}
