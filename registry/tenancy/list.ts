import type { TenantId } from '@gantry/protocol/ids.js';
import type { Queryable } from '../db/database.js';
import { and, asc, desc, eq, not, type SQL, sql } from '../db/drizzle.js';
import { tenants, type TenantKind, type TenantStatus } from '../db/schema/tenants.js';
import { Failure } from '../errors.js';
import { isEffectivelyActive } from './active.js';
import { isTenantDescribed } from './fitting.js';
import { pathInScope, type Scope } from './scope.js';
import { showTenants, type ShownTenant, type TenantRow } from './tenants.js';

/** A minus in front: descending. The id decides among equals, in the same direction. */
export const tenantSorts = [
  'name',
  '-name',
  'createdAt',
  '-createdAt',
  'status',
  '-status',
  'kind',
  '-kind',
] as const;
export type TenantSort = (typeof tenantSorts)[number];
type SortField = 'name' | 'createdAt' | 'status' | 'kind';

export interface TenantFilter {
  parentId: TenantId | null;
  kind: TenantKind | null;
  /** Own status. */
  status: TenantStatus | null;
  /** Effectively active or not. */
  effective: boolean | null;
  /** Part of the name, company, e-mail or external reference. */
  text: string | null;
  /** Only some of these: what a text was found to fit (fitting.ts). */
  ids?: readonly TenantId[];
}

/** Where a page goes on: the sort it belongs to, the last row's value and id. */
export type TenantPosition = [sort: string, value: string, id: string];

const fieldOf = (sort: TenantSort): SortField => sort.replace('-', '') as SortField;

/** The inverse of `after` of {@link listTenants}. */
export function positionOf(sort: TenantSort, row: TenantRow): TenantPosition {
  const value = row[fieldOf(sort)];
  return [sort, value instanceof Date ? value.toISOString() : value, row.id];
}

/** Rows of a page in that order; one more than `limit` when there is more (R4). Throws `malformed` for a foreign cursor. */
export async function listTenants(
  db: Queryable,
  scope: Scope,
  filter: TenantFilter,
  page: { sort: TenantSort; limit: number; after: TenantPosition | null },
): Promise<ShownTenant[]> {
  const conditions: SQL[] = [pathInScope(scope)];
  if (filter.parentId !== null) conditions.push(eq(tenants.parentId, filter.parentId));
  if (filter.kind !== null) conditions.push(eq(tenants.kind, filter.kind));
  if (filter.status !== null) conditions.push(eq(tenants.status, filter.status));
  if (filter.effective !== null) {
    conditions.push(filter.effective ? isEffectivelyActive : not(isEffectivelyActive));
  }
  if (filter.text !== null) conditions.push(isTenantDescribed(filter.text));
  if (filter.ids !== undefined) conditions.push(sql`${tenants.id} = any(${sql.param(filter.ids)}::text[])`);
  const column = tenants[fieldOf(page.sort)];
  const falls = page.sort.startsWith('-');
  if (page.after !== null) conditions.push(beyond(page.sort, column, falls, page.after));
  const order = falls ? desc : asc;
  const rows = await db
    .select()
    .from(tenants)
    .where(and(...conditions))
    .orderBy(order(column), order(tenants.id))
    .limit(page.limit + 1);
  return showTenants(db, scope, rows);
}

function beyond(
  sort: TenantSort,
  column: (typeof tenants)[SortField],
  falls: boolean,
  [madeFor, value, id]: TenantPosition,
): SQL {
  const isInstant = fieldOf(sort) === 'createdAt';
  if (madeFor !== sort || (isInstant && Number.isNaN(Date.parse(value)))) {
    throw new Failure('malformed', 'This cursor belongs to another order. Start again without a cursor.');
  }
  const last = isInstant ? sql`${value}::timestamptz` : sql`${value}`;
  return falls
    ? sql`(${column}, ${tenants.id}) < (${last}, ${id})`
    : sql`(${column}, ${tenants.id}) > (${last}, ${id})`;
}
