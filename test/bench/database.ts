import { connectDatabase, type Database } from '@gantry/registry/db/database.js';
import { createLog } from '@gantry/registry/log.js';
import { randomBytes } from 'node:crypto';
import pg from 'pg';

export interface BenchDatabase {
  url: string;
  db: Database;
  close(): Promise<void>;
}

/**
 * A database of its own on the server at `serverUrl`, copied from the migrated `template`. Not test/support's:
 * that one needs a run of vitest around it.
 */
export async function createDatabase(serverUrl: string, template: string): Promise<BenchDatabase> {
  const name = `bench_${randomBytes(8).toString('hex')}`;
  await onServer(serverUrl, `create database ${name} template ${template} strategy wal_log`);
  const url = serverUrl.replace(/@([^/]*)\/[^?]*/, (_all, host: string) => `@${host}/${name}`);
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

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // A template can be copied by one at a time; tests that run beside take the same lock.
    await client.query('select pg_advisory_lock(7)');
    await client.query(statement);
  } finally {
    await client.end();
  }
}
