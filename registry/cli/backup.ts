import { once } from 'node:events';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip, createGzip } from 'node:zlib';
import { openRegistryDatabase } from '../data-folder.js';
import { readBackup, writeBackup } from '../db/backup.js';
import { connectDatabase } from '../db/database.js';
import { lastMigration, migrateDatabase } from '../db/migrate.js';
import { createLog } from '../log.js';
import { StartFailure } from '../start-failure.js';
import { version } from '../version.js';
import { show } from './output.js';
import { configOf, withDatabase, type FolderFlags } from './upkeep.js';
import { UsageError } from './usage-error.js';

/** Writes everything but footage to a file, from one moment; the registry may run meanwhile. */
export async function backup(file: string, flags: FolderFlags): Promise<void> {
  const config = await configOf(flags);
  if (existsSync(file)) throw new UsageError(`${file} exists already. Choose another name.`);
  const at = new Date().toISOString();
  // Renamed at the end: a file of that name is whole.
  const partial = `${file}.${process.pid}.tmp`;
  try {
    const rows = await withDatabase(config, async (db) => {
      const gzip = createGzip();
      const written = pipeline(gzip, createWriteStream(partial, { mode: 0o600 }));
      const write = async (line: string): Promise<void> => {
        if (!gzip.write(`${line}\n`)) await Promise.race([once(gzip, 'drain'), written]);
      };
      const head = { version, migration: await lastMigration(), at };
      const counted = writeBackup(db, head, write).finally(() => gzip.end());
      const [count] = await Promise.all([counted, written]);
      return count;
    });
    await rename(partial, file);
    show(
      flags.json,
      { file, rows, at },
      `Wrote ${rows} rows to ${file}. Footage is not in it: copy the storage too.`,
    );
  } finally {
    await rm(partial, { force: true });
  }
}

/** Fills an empty data folder or database from a backup; everybody signs in again. */
export async function restore(file: string, flags: FolderFlags): Promise<void> {
  if (!existsSync(file)) throw new UsageError(`There is no file ${file}.`);
  const config = await configOf(flags);
  const log = createLog('silent');
  const opened = await openRegistryDatabase(config, log);
  try {
    if (opened.inUse) throw new StartFailure('A registry runs on this data folder. Stop it first.');
    await migrateDatabase(opened.url, log);
    const connection = connectDatabase(opened.url, { maxConnections: 1, log });
    try {
      const rows = await readBackup(connection.db, linesOf(file), await lastMigration());
      show(flags.json, { file, rows }, `Restored ${rows} rows. Start it with: gantry-registry serve`);
    } finally {
      await connection.close();
    }
  } finally {
    await opened.close();
  }
}

/** The lines of a packed file, one at a time. Throws a StartFailure when it cannot be unpacked. */
async function* linesOf(file: string): AsyncGenerator<string> {
  const text = new StringDecoder('utf8');
  let rest = '';
  try {
    for await (const bytes of createReadStream(file).pipe(createGunzip()) as AsyncIterable<Buffer>) {
      const lines = (rest + text.write(bytes)).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code?.startsWith('Z_') !== true) throw error;
    throw new StartFailure(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  if (rest !== '') throw new StartFailure(`${file} cannot be read: its end is missing.`);
}
