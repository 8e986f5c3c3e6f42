import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from './config.js';
import { findRunningPostgres, startEmbeddedPostgres } from './db/embedded-postgres.js';
import { lockFolder } from './folder-lock.js';
import type { Log } from './log.js';

export interface OpenedDatabase {
  url: string;
  /** Whether a registry runs on it at the moment. */
  inUse: boolean;
  /** Leaves a server that runs as it was, stops one that was started for this. */
  close(): Promise<void>;
}

/**
 * The database of a registry for a command beside it: the one of DATABASE_URL, the embedded server of the registry
 * that runs on the data folder, or that server started for the while, with the folder locked. Throws a StartFailure.
 */
export async function openRegistryDatabase(config: Config, log: Log): Promise<OpenedDatabase> {
  if (config.databaseUrl !== null) {
    return { url: config.databaseUrl, inUse: false, close: () => Promise.resolve() };
  }
  const folder = join(config.dataFolder, 'postgres');
  const url = await findRunningPostgres(folder);
  if (url !== null) return { url, inUse: true, close: () => Promise.resolve() };
  await mkdir(config.dataFolder, { recursive: true, mode: 0o700 });
  const lock = await lockFolder(config.dataFolder);
  try {
    const postgres = await startEmbeddedPostgres({ folder, log });
    return {
      url: postgres.url,
      inUse: false,
      close: async () => {
        await postgres.close();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
