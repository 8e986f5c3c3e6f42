import { tenantId } from '@gantry/protocol/ids.js';
import type { z } from '@hono/zod-openapi';
import type { Database, Queryable } from '../db/database.js';
import { scopedRead } from '../db/row-security.js';
import type { Scope } from '../tenancy/scope.js';
import { scopeWithin } from '../tenancy/tenants.js';
import { pageQuery } from './api.js';
import { pageById } from './cursor.js';

/** A page of what a tenant and all below it have; without `tenant`, of all there is in sight. */
export const pageWithinQuery = pageQuery.extend({ tenant: tenantId.optional() });

/**
 * That page in order of id, read behind the second wall. `list` answers one more row than `limit`. Throws
 * `not_found` for a tenant that is not in sight, `malformed` for a cursor of somebody else's.
 */
export const pageWithin = <Row extends { id: string }, Item>(
  db: Database,
  scope: Scope,
  { tenant, ...page }: z.infer<typeof pageWithinQuery>,
  list: (
    db: Queryable,
    scope: Scope,
    page: { limit: number; after: string | null },
  ) => Promise<readonly Row[]>,
  toItem: (row: Row) => Item,
): Promise<{ items: Item[]; next: string | null }> =>
  pageById(
    page,
    (at) => scopedRead(db, scope, async (q) => list(q, await scopeWithin(q, scope, tenant), at)),
    toItem,
  );
