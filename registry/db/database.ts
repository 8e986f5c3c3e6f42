import pg from 'pg';
import type { Log } from '../log.js';
import { drizzle, type NodePgDatabase, sql } from './drizzle.js';
import * as agents from './schema/agents.js';
import * as branding from './schema/branding.js';
import * as cameras from './schema/cameras.js';
import * as claims from './schema/claims.js';
import * as clips from './schema/clips.js';
import * as events from './schema/events.js';
import * as gaps from './schema/gaps.js';
import * as modules from './schema/modules.js';
import * as operations from './schema/operations.js';
import * as people from './schema/people.js';
import * as plans from './schema/plans.js';
import * as registry from './schema/registry.js';
import * as roles from './schema/roles.js';
import * as segments from './schema/segments.js';
import * as shareLinks from './schema/share-links.js';
import * as signIn from './schema/sign-in.js';
import * as tenants from './schema/tenants.js';
import * as usage from './schema/usage.js';
import * as uploads from './schema/uploads.js';

export const schema = {
  ...tenants,
  ...modules,
  ...people,
  ...signIn,
  ...roles,
  ...plans,
  ...agents,
  ...claims,
  ...events,
  ...cameras,
  ...segments,
  ...gaps,
  ...uploads,
  ...clips,
  ...shareLinks,
  ...operations,
  ...registry,
  ...usage,
  ...branding,
};

export type Database = NodePgDatabase<typeof schema>;
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];
/** What a query needs: the database or a transaction of it. */
export type Queryable = Database | Transaction;

export interface DatabaseConnection {
  db: Database;
  close(): Promise<void>;
}

/** Opens a pool; nothing is connected until the first query. */
export function connectDatabase(
  url: string,
  options: { maxConnections: number; log: Log; connectWithinMs?: number },
): DatabaseConnection {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.maxConnections,
    connectionTimeoutMillis: options.connectWithinMs,
  });
  // An idle connection may break at any time (server restart); without a listener that ends the process.
  pool.on('error', (error) => options.log.warn({ err: error }, 'an idle database connection broke'));
  return { db: drizzle(pool, { schema }), close: () => pool.end() };
}

/** The database's clock at this moment, also inside a transaction: the one clock of entitlements (R18). */
export async function databaseNow(queryable: Queryable): Promise<Date> {
  const result = await queryable.execute<{ ms: number }>(
    sql`select (extract(epoch from date_trunc('milliseconds', clock_timestamp())) * 1000)::float8 as ms`,
  );
  return new Date((result.rows[0] as { ms: number }).ms);
}
