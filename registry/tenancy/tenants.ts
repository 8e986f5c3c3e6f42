import type { TenantId } from '@gantry/protocol/ids.js';
import type { Queryable } from '../db/database.js';
import { and, eq, sql } from '../db/drizzle.js';
import { tenants } from '../db/schema/tenants.js';
import { Failure, notFound, type FieldFault } from '../errors.js';
import { loadPaths } from './path.js';
import { pathBelow, pathInScope, scopeHolds, type Scope } from './scope.js';
import { effectiveStatus, type EffectiveStatus } from './tree.js';

export type TenantRow = typeof tenants.$inferSelect;

/** A tenant as it is shown: its own row, what follows from the tenants above, and its cameras. */
export interface ShownTenant {
  row: TenantRow;
  /** Null when the parent lies outside the viewer's scope: nobody sees parents (R3). */
  parentId: TenantId | null;
  effective: EffectiveStatus;
  /** Of the whole subtree. */
  cameras: { total: number; recording: number };
}

/** Throws `not_found` for what the scope does not hold. */
export async function getTenant(db: Queryable, scope: Scope, tenantId: TenantId): Promise<ShownTenant> {
  const row = await requireTenant(db, scope, tenantId);
  const [shown] = await showTenants(db, scope, [row]);
  return shown as ShownTenant;
}

export async function requireTenant(db: Queryable, scope: Scope, tenantId: TenantId): Promise<TenantRow> {
  const [row] = await db
    .select()
    .from(tenants)
    .where(and(eq(tenants.id, tenantId), pathInScope(scope)));
  if (row === undefined) throw notFound('tenant', tenantId);
  return row;
}

/** What of the scope lies in a tenant; all of it without one. Throws `not_found` for what the scope does not hold. */
export const scopeWithin = async (
  db: Queryable,
  scope: Scope,
  tenantId: TenantId | undefined,
): Promise<Scope> =>
  tenantId === undefined ? scope : { paths: [(await requireTenant(db, scope, tenantId)).path] };

/** What follows for each row, in two queries whatever their number. */
export async function showTenants(
  db: Queryable,
  scope: Scope,
  rows: readonly TenantRow[],
): Promise<ShownTenant[]> {
  if (rows.length === 0) return [];
  const paths = await loadPaths(
    db,
    rows.map((row) => row.path),
  );
  const counts = await countCameras(
    db,
    rows.map((row) => row.id),
  );
  return rows.map((row) => {
    const standings = paths.get(row.path) ?? [];
    const parent = standings.at(-2);
    return {
      row,
      parentId: parent !== undefined && scopeHolds(scope, parent.path) ? parent.id : null,
      effective: effectiveStatus(standings),
      cameras: counts.get(row.id) ?? { total: 0, recording: 0 },
    };
  });
}

/** Of each subtree: one query for a page. */
async function countCameras(
  db: Queryable,
  ids: readonly TenantId[],
): Promise<Map<string, { total: number; recording: number }>> {
  const result = await db.execute<{ id: string; total: number; recording: number }>(sql`
    select top.id, count(c.id)::int as total,
      count(c.id) filter (where c.reported_state = 'recording')::int as recording
    from tenants top
    join tenants below on ${pathBelow(sql`below.path`, sql`top.path`)}
    join cameras c on c.tenant_id = below.id
    where top.id in ${[...ids]}
    group by top.id`);
  return new Map(result.rows.map(({ id, total, recording }) => [id, { total, recording }]));
}

/** `invalid` with one finding per field. */
export const invalidFields = (faults: readonly FieldFault[]): Failure =>
  new Failure('invalid', faults.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; '), faults);

export const invalidField = (pointer: string, code: string, detail: string): Failure =>
  invalidFields([{ pointer, code, detail }]);
