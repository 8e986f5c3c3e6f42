import { type AnyPgColumn, type SQL, sql } from '../db/drizzle.js';
import { tenants } from '../db/schema/tenants.js';
import { isWithin } from './tree.js';

/** What a principal may see: the subtrees below these paths. Every query goes through one (R3). */
export interface Scope {
  paths: readonly string[];
}

/** `column` (a tenant id) lies in the scope. An empty scope holds nothing. */
export function inScope(column: AnyPgColumn | SQL, scope: Scope): SQL {
  if (scope.paths.length === 0) return sql`false`;
  if (holdsAll(scope)) return sql`true`;
  return sql`${column} in (select id from ${tenants} where ${pathInScope(scope)})`;
}

/** The same for a query over `tenants` itself. */
export function pathInScope(scope: Scope): SQL {
  if (scope.paths.length === 0) return sql`false`;
  if (holdsAll(scope)) return sql`true`;
  return sql`(${sql.join(
    scope.paths.map((path) => pathBelow(sql`${tenants.path}`, sql`${path}`)),
    sql` or `,
  )})`;
}

/**
 * `path` is `top` or lies below it, as a range of the index: `1.17.` holds what lies from `1.17.` up to `1.17/`, for
 * in ASCII the slash follows the dot. Never LIKE, which is not leakproof: behind row-level security no index answers it.
 */
export const pathBelow = (path: SQL, top: SQL): SQL =>
  sql`(${path} ~>=~ ${top}::text and ${path} ~<~ (left(${top}::text, -1) || '/'))`;

/** Whether the scope begins at the root, whose path has one label: everything lies below it (R1). */
export const holdsAll = (scope: Scope): boolean =>
  scope.paths.some((path) => path.indexOf('.') === path.length - 1);

/** The same for a path in hand. */
export const scopeHolds = (scope: Scope, path: string): boolean =>
  scope.paths.some((prefix) => isWithin(path, prefix));
