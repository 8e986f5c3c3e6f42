import { randomBytes } from 'node:crypto';
import { createPasswords } from '../access/passwords.js';
import { resetLostPassword } from '../access/lost-password.js';
import { systemClock } from '../clock.js';
import { loadConfig, type Config } from '../config.js';
import { openRegistryDatabase } from '../data-folder.js';
import { connectDatabase, type Database } from '../db/database.js';
import { migrateDatabase, pendingMigrations } from '../db/migrate.js';
import { createLog } from '../log.js';
import { StartFailure } from '../start-failure.js';
import { show } from './output.js';
import { UsageError } from './usage-error.js';

/** Flags of commands that work on the data folder, beside a registry or without one. */
export interface FolderFlags {
  config?: string;
  data?: string;
  json?: true;
}

export const configOf = (flags: FolderFlags): Promise<Config> =>
  loadConfig({ environment: process.env, file: flags.config, flags: { GANTRY_DATA: flags.data } });

/** Works on the registry's database, which must be at the schema of this version unless `anyVersion`. */
export async function withDatabase<Result>(
  config: Config,
  work: (db: Database, at: { url: string; inUse: boolean }) => Promise<Result>,
): Promise<Result> {
  const log = createLog('silent');
  const opened = await openRegistryDatabase(config, log);
  try {
    const pending = await pendingMigrations(opened.url, log);
    if (pending.length > 0) {
      throw new StartFailure(
        `The database is older than this version (${pending.length} migrations wait). Run: gantry-registry migrate`,
      );
    }
    const connection = connectDatabase(opened.url, { maxConnections: 2, log });
    try {
      return await work(connection.db, opened);
    } finally {
      await connection.close();
    }
  } finally {
    await opened.close();
  }
}

/** Brings the database to this version; with `dryRun` only tells what is missing. */
export async function migrate(flags: FolderFlags & { dryRun?: true }): Promise<void> {
  const config = await configOf(flags);
  const log = createLog('silent');
  const opened = await openRegistryDatabase(config, log);
  try {
    const pending = await pendingMigrations(opened.url, log);
    if (!flags.dryRun) await migrateDatabase(opened.url, log);
    const told =
      pending.length === 0 ? 'The database is at this version.' : pending.map((tag) => `  ${tag}`).join('\n');
    const done = flags.dryRun === true || pending.length === 0 ? told : `Migrated:\n${told}`;
    show(flags.json, { pending, migrated: flags.dryRun !== true }, done);
  } finally {
    await opened.close();
  }
}

/** A new password for somebody no letter reaches, such as the first user whose password was not seen. */
export async function resetPassword(
  email: string,
  flags: FolderFlags & { secondFactor?: true },
): Promise<void> {
  const config = await configOf(flags);
  const parts = { clock: systemClock, random: (sizeBytes: number) => new Uint8Array(randomBytes(sizeBytes)) };
  const act = { email, secondFactor: flags.secondFactor === true };
  const made = await withDatabase(config, (db) =>
    resetLostPassword({ ...parts, db }, createPasswords(), act),
  );
  if (made === null) throw new UsageError(`Nobody has the e-mail address ${email}.`);
  show(
    flags.json,
    made,
    `New password of ${made.email}: ${made.password}\nIt is shown only now, and changed at the next sign-in.`,
  );
}
