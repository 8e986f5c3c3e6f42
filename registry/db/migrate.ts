import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Log } from '../log.js';
import { migrationsFolder } from '../paths.js';
import { StartFailure } from '../start-failure.js';
import { connectDatabase, type Database } from './database.js';
import { migrate, sql } from './drizzle.js';
import { ensureRequestRole } from './row-security.js';

/** A server that takes no connection for so long is not there. */
const connectWithinMs = 10_000;

/**
 * Brings the database to the schema of this version. Registries that start at once take turns (advisory lock). Throws a
 * `StartFailure` when a newer version was here before.
 */
export async function migrateDatabase(url: string, log: Log): Promise<void> {
  // One connection: the lock belongs to it and the migrations must run on it.
  const connection = connectDatabase(url, { maxConnections: 1, log, connectWithinMs });
  try {
    await connection.db.execute(sql`select pg_advisory_lock(0, 1)`);
    try {
      await missingOf(connection.db);
      await ensureRequestRole(connection.db);
      await migrate(connection.db, { migrationsFolder });
    } finally {
      await connection.db.execute(sql`select pg_advisory_unlock(0, 1)`);
    }
  } finally {
    await connection.close();
  }
}

const journal = z.object({ entries: z.array(z.object({ tag: z.string(), when: z.number() })) });

async function knownMigrations(): Promise<{ tag: string; when: number }[]> {
  const text = await readFile(join(migrationsFolder, 'meta', '_journal.json'), 'utf8');
  return journal.parse(JSON.parse(text)).entries;
}

/** Name of the last migration of this version. */
export const lastMigration = async (): Promise<string> => (await knownMigrations()).at(-1)?.tag ?? '';

/**
 * Names of the migrations of this version that the database does not have yet, in order. Changes nothing. Throws a
 * `StartFailure` when a newer version was here before.
 */
export async function pendingMigrations(url: string, log: Log): Promise<string[]> {
  const connection = connectDatabase(url, { maxConnections: 1, log, connectWithinMs });
  try {
    return await missingOf(connection.db);
  } finally {
    await connection.close();
  }
}

async function missingOf(db: Database): Promise<string[]> {
  const entries = await knownMigrations();
  const lastMs = await lastMadeMs(db);
  if (lastMs > (entries.at(-1)?.when ?? 0)) {
    throw new StartFailure(
      'A newer version of Gantry has changed this database. Start that version again; to go back to this one, restore ' +
        'a backup from before the update into an empty database.',
    );
  }
  return entries.filter(({ when }) => when > lastMs).map(({ tag }) => tag);
}

/** When the last migration that the database has was written; 0 without any. */
async function lastMadeMs(db: Database): Promise<number> {
  const made = await db.execute<{ made: boolean }>(
    sql`select to_regclass('drizzle.__drizzle_migrations') is not null as made`,
  );
  if (made.rows[0]?.made !== true) return 0;
  const last = await db.execute<{ at: string | null }>(
    sql`select max(created_at)::text as at from drizzle.__drizzle_migrations`,
  );
  return Number(last.rows[0]?.at ?? 0);
}
