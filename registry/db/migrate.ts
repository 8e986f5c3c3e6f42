import { sql } from 'drizzle-orm';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import type { Log } from '../log.js';
import { migrationsFolder } from '../paths.js';
import { connectDatabase } from './database.js';
import { ensureRequestRole } from './row-security.js';

/** Brings the database to the schema of this version. Registries that start at once take turns (advisory lock). */
export async function migrateDatabase(url: string, log: Log): Promise<void> {
  // One connection: the lock belongs to it and the migrations must run on it.
  const connection = connectDatabase(url, { maxConnections: 1, log });
  try {
    await connection.db.execute(sql`select pg_advisory_lock(0, 1)`);
    try {
      await ensureRequestRole(connection.db);
      await migrate(connection.db, { migrationsFolder });
    } finally {
      await connection.db.execute(sql`select pg_advisory_unlock(0, 1)`);
    }
  } finally {
    await connection.close();
  }
}
