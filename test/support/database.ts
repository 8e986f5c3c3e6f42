import { connectDatabase, type Database } from '@gantry/registry/db/database.js';
import { sql } from '@gantry/registry/db/drizzle.js';
import { requestRole } from '@gantry/registry/db/row-security.js';
import { createLog } from '@gantry/registry/log.js';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

export interface FreshDatabase {
  url: string;
  db: Database;
  close(): Promise<void>;
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** URL of the run's Postgres, connected to the database `postgres`; null where it could not start. */
    postgresUrl: string;
  }
}

/** Name of the migrated database that fresh ones are copied from. */
export const templateDatabase = 'gantry';

/** An empty, migrated database of its own, on the Postgres that serves this run. Close it when done. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const serverUrl = inject('postgresUrl');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await onServer(serverUrl, `create database ${name} template ${templateDatabase} strategy wal_log`);
  const url = databaseUrl(serverUrl, name);
  const connection = connectDatabase(url, { maxConnections: 10, log: createLog('silent') });
  return {
    url,
    db: connection.db,
    close: async () => {
      await connection.close();
      await onServer(serverUrl, `drop database if exists ${name} with (force)`);
    },
  };
}

/** An empty database that is owned by a user who may do nothing but take the role of requests. */
export async function databaseOfPlainUser(): Promise<FreshDatabase> {
  const serverUrl = inject('postgresUrl');
  const name = `plain_${randomBytes(8).toString('hex')}`;
  await onServer(serverUrl, `create role ${name} login password '${name}'`);
  await onServer(serverUrl, `grant ${requestRole} to ${name}`);
  await onServer(serverUrl, `create database ${name} owner ${name}`);
  const url = databaseUrl(serverUrl, name).replace(/\/\/[^@]*@/, `//${name}:${name}@`);
  const connection = connectDatabase(url, { maxConnections: 2, log: createLog('silent') });
  return {
    url,
    db: connection.db,
    close: async () => {
      await connection.close();
      await onServer(serverUrl, `drop database if exists ${name} with (force)`);
      await onServer(serverUrl, `drop role ${name}`);
    },
  };
}

/** How many wait for an advisory lock of this database. */
export async function waitingForLocks(db: Database): Promise<number> {
  const { rows } = await db.execute<{ count: number }>(sql`
    select count(*)::int as count from pg_locks where locktype = 'advisory' and not granted
      and database = (select oid from pg_database where datname = current_database())`);
  return rows[0]?.count ?? 0;
}

/** The same server, another database. The host is a socket folder in the query, so this is no `URL`. */
export const databaseUrl = (url: string, name: string): string =>
  url.replace(/@([^/]*)\/[^?]*/, (_all, host: string) => `@${host}/${name}`);

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // Copying a template needs that nobody else copies it at the moment: files of a run take turns.
    await client.query('select pg_advisory_lock(7)');
    await client.query(statement);
  } finally {
    await client.end();
  }
}
