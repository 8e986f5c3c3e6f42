import { StartFailure } from '../start-failure.js';
import type { Database, Queryable, Transaction } from './database.js';
import { sql } from './drizzle.js';

/**
 * The role that reads for a request: owns nothing, may not sign in, may only SELECT, and sees the rows that the
 * policies of migrations/*_row_security.sql let through. The registry's own user passes by them: an owner does.
 */
export const requestRole = 'gantry_request';

/** Codes of PostgreSQL: somebody else made the role at this moment; this user may make none. */
const madeMeanwhile = new Set(['42710', '23505']);
const notAllowed = '42501';

/**
 * Makes the role of requests where it is missing, and lets our own user take it. Roles belong to the whole
 * server, so this is no migration. Throws a `StartFailure` that says what an administrator must run.
 */
export async function ensureRequestRole(db: Database): Promise<void> {
  const { rows } = await db.execute<{ known: boolean; mine: boolean; me: string }>(sql`
    select r.oid is not null as known, current_user as me,
      coalesce(pg_has_role(current_user, r.oid, 'member'), false) as mine
    from (select 1) one left join pg_roles r on r.rolname = ${requestRole}`);
  const found = rows[0];
  if (found === undefined || found.mine) return;
  const make = `create role ${requestRole} nologin`;
  const grant = `grant ${requestRole} to ${quoted(found.me)}`;
  try {
    if (!found.known) await unlessMade(db.execute(sql.raw(make)));
    await unlessMade(db.execute(sql.raw(grant)));
  } catch (error) {
    if (codeOf(error) !== notAllowed) throw error;
    throw new StartFailure(
      `The database user ${found.me} may not make the role that reads for requests. Let an administrator of ` +
        `the database run:  ${found.known ? '' : `${make};  `}${grant};  and start again.`,
      { cause: error },
    );
  }
}

async function unlessMade(statement: PromiseLike<unknown>): Promise<void> {
  try {
    await statement;
  } catch (error) {
    if (!madeMeanwhile.has(codeOf(error) ?? '')) throw error;
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const codeOf = (error: unknown): string | undefined =>
  ((error as Error).cause as { code?: string } | undefined)?.code ?? (error as { code?: string }).code;

/** Paths as `tenants.path` has them; anything else in the setting could open a door. */
const pathShape = /^(?:\d+\.)+$/;

/** What the policies read: path prefixes, by commas. Throws on what is no path; empty sees nothing. */
export function scopeSetting(paths: readonly string[]): string {
  const odd = paths.find((path) => !pathShape.test(path));
  if (odd !== undefined) throw new Error(`a scope holds ${odd}, which is no path of a tenant`);
  return paths.join(',');
}

/** Paths of the tenants between the root and these, without the paths themselves. */
export function pathsAbove(paths: readonly string[]): string[] {
  const above = paths.flatMap((path) => {
    const labels = path.split('.').slice(0, -1);
    return labels.slice(1).map((_label, index) => `${labels.slice(0, index + 1).join('.')}.`);
  });
  return [...new Set(above)];
}

/**
 * Reads for a request behind the second wall: in a read-only transaction, as {@link requestRole}, with the
 * scope that the policies compare. A query that forgets its own scope filter still finds the own rows only.
 * Costs three short round trips beside the queries: begin, one statement for role and scope, commit.
 */
export function scopedRead<Result>(
  db: Database,
  scope: { readonly paths: readonly string[] },
  read: (queryable: Queryable) => Promise<Result>,
): Promise<Result> {
  return db.transaction(
    async (tx: Transaction) => {
      await tx.execute(sql`select set_config('gantry.scope', ${scopeSetting(scope.paths)}, true),
        set_config('gantry.above', ${scopeSetting(pathsAbove(scope.paths))}, true),
        set_config('role', ${requestRole}, true)`);
      return read(tx);
    },
    // One moment for all its queries; a transaction that only reads is never refused for it.
    { accessMode: 'read only', isolationLevel: 'repeatable read' },
  );
}
