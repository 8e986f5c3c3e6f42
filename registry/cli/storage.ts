import { join } from 'node:path';
import { systemClock } from '../clock.js';
import { loadConfig, type Config } from '../config.js';
import { connectDatabase } from '../db/database.js';
import { startEmbeddedPostgres } from '../db/embedded-postgres.js';
import { migrateDatabase } from '../db/migrate.js';
import { FolderInUse, lockFolder } from '../folder-lock.js';
import { createLog, type Log } from '../log.js';
import { openStorage } from '../recordings/storage/open.js';
import { repairStorage, verifyStorage, type Difference } from '../recordings/verify-storage.js';
import { mention, print, say } from './output.js';
import { StorageDiffers } from './storage-differs.js';

export interface VerifyFlags {
  config?: string;
  data?: string;
  repair?: true;
  quick?: true;
  json?: true;
}

const words: Readonly<Record<Difference['kind'], string>> = {
  missing: 'its bytes are gone',
  truncated: 'it is shorter than it was stored',
  altered: 'its bytes are not those that were stored',
  orphan: 'no recording or clip names it',
};

/**
 * Compares rows, objects and hashes, beside a running registry when the database is an outside one, else while it
 * is stopped. Throws {@link StorageDiffers} when differences are left.
 */
export async function verifyStorageOf(flags: VerifyFlags): Promise<void> {
  const config = await loadConfig({
    environment: process.env,
    file: flags.config,
    flags: { GANTRY_DATA: flags.data },
  });
  const log = createLog('warn');
  const database = await openDatabase(config, log);
  try {
    const storage = await openStorage(config.storageUrl);
    const parts = { db: database.db, clock: systemClock, storage };
    try {
      const told = flags.json
        ? undefined
        : (one: Difference) => say(`${one.kind}  ${one.key}: ${words[one.kind]}`);
      const report = await verifyStorage(parts, { hashes: flags.quick !== true, ...(told && { told }) });
      const { differences, segments, clips, sizeBytes } = report;
      const repaired = flags.repair ? await repairStorage(parts, differences) : 0;
      if (flags.json) print({ v: 1, segments, clips, sizeBytes, differences, repaired });
      else
        say(
          `${segments} segments and ${clips} clips, ${sizeBytes} bytes: ${differences.length} differences.`,
        );
      if (flags.repair && !flags.json) say(`${repaired} repaired.`);
      if (differences.length > repaired) {
        throw new StorageDiffers(
          flags.repair ? 'Some differences could not be repaired.' : 'Repair them with --repair.',
        );
      }
    } finally {
      storage.close();
    }
  } finally {
    await database.close();
  }
}

async function openDatabase(config: Config, log: Log) {
  if (config.databaseUrl !== null) return connectDatabase(config.databaseUrl, { maxConnections: 2, log });
  const lock = await lockFolder(config.dataFolder).catch((error: unknown) => {
    if (error instanceof FolderInUse)
      mention('Stop the registry first: its database is inside its data folder.');
    throw error;
  });
  const postgres = await startEmbeddedPostgres({ folder: join(config.dataFolder, 'postgres'), log });
  await migrateDatabase(postgres.url, log);
  const connection = connectDatabase(postgres.url, { maxConnections: 2, log });
  return {
    db: connection.db,
    close: async () => {
      await connection.close();
      await postgres.close();
      await lock.release();
    },
  };
}
