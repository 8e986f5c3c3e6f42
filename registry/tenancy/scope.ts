import { sql, type SQL } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import { tenants } from '../db/schema/tenants.js';
import { isWithin } from './tree.js';

/** What a principal may see: the subtrees below these paths. Every query goes through one (R3). */
export interface Scope {
  paths: readonly string[];
}

/** `column` (a tenant id) lies in the scope. An empty scope holds nothing. */
export function inScope(column: AnyPgColumn | SQL, scope: Scope): SQL {
  if (scope.paths.length === 0) return sql`false`;
  return sql`${column} in (select id from ${tenants} where ${pathInScope(scope)})`;
}

/** The same for a query over `tenants` itself. Paths hold digits and dots only, so LIKE needs no escape. */
export function pathInScope(scope: Scope): SQL {
  if (scope.paths.length === 0) return sql`false`;
  const prefixes = scope.paths.map((path) => sql`${tenants.path} like ${`${path}%`}`);
  return sql`(${sql.join(prefixes, sql` or `)})`;
}

/** The same for a path in hand. */
export const scopeHolds = (scope: Scope, path: string): boolean =>
  scope.paths.some((prefix) => isWithin(path, prefix));
