import type { TenantId } from '@gantry/protocol/ids.js';
import { and, desc, eq, lt, type SQL } from 'drizzle-orm';
import type { Queryable } from '../db/database.js';
import { history } from '../db/schema/registry.js';
import { inScope, type Scope } from '../tenancy/scope.js';
import { requireTenant } from '../tenancy/tenants.js';

export type HistoryRow = typeof history.$inferSelect;

/** Entries of the scope, newest first; one more than `limit`. `tenantId`: only that tenant's subtree. */
export async function listHistory(
  db: Queryable,
  scope: Scope,
  filter: { tenantId: TenantId | null; targetId: string | null },
  page: { limit: number; before: number | null },
): Promise<HistoryRow[]> {
  const within =
    filter.tenantId === null ? scope : { paths: [(await requireTenant(db, scope, filter.tenantId)).path] };
  const conditions: SQL[] = [inScope(history.tenantId, within)];
  if (filter.targetId !== null) conditions.push(eq(history.targetId, filter.targetId));
  if (page.before !== null) conditions.push(lt(history.id, page.before));
  return db
    .select()
    .from(history)
    .where(and(...conditions))
    .orderBy(desc(history.id))
    .limit(page.limit + 1);
}
