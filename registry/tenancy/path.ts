import type { TenantId } from '@gantry/protocol/ids.js';
import type { Queryable } from '../db/database.js';
import { eq, inArray, sql } from '../db/drizzle.js';
import { tenants } from '../db/schema/tenants.js';
import type { TenantStanding } from './tree.js';

export interface PathTenant extends TenantStanding {
  seq: number;
  path: string;
}

const columns = {
  id: tenants.id,
  kind: tenants.kind,
  name: tenants.name,
  status: tenants.status,
  seq: tenants.seq,
  path: tenants.path,
};

/** The tenant and all above it, root first; empty for an unknown id. One query. */
export async function loadPath(queryable: Queryable, tenantId: TenantId): Promise<PathTenant[]> {
  return queryable
    .select(columns)
    .from(tenants)
    .where(
      sql`${tenants.seq} = any(
        select label::bigint from tenants t, string_to_table(rtrim(t.path, '.'), '.') label where t.id = ${tenantId}
      )`,
    )
    .orderBy(sql`length(${tenants.path})`);
}

/** {@link loadPath} of many tenants in two queries: path → tenants root first. */
export async function loadPaths(
  queryable: Queryable,
  paths: readonly string[],
): Promise<Map<string, PathTenant[]>> {
  const labels = [...new Set(paths.flatMap((path) => path.split('.').slice(0, -1)))].map(Number);
  if (labels.length === 0) return new Map();
  const found = await queryable.select(columns).from(tenants).where(inArray(tenants.seq, labels));
  const bySeq = new Map(found.map((tenant) => [String(tenant.seq), tenant]));
  return new Map(
    paths.map((path) => [
      path,
      path
        .split('.')
        .slice(0, -1)
        .flatMap((label) => bySeq.get(label) ?? []),
    ]),
  );
}

/** The tenant itself, or null. */
export async function findTenant(queryable: Queryable, tenantId: TenantId): Promise<PathTenant | null> {
  const [found] = await queryable.select(columns).from(tenants).where(eq(tenants.id, tenantId));
  return found ?? null;
}
