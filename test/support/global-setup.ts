import { startEmbeddedPostgres } from '@gantry/registry/db/embedded-postgres.js';
import { stopLeftPostgres } from '@gantry/registry/db/postgres-process.js';
import { migrateDatabase } from '@gantry/registry/db/migrate.js';
import { createLog } from '@gantry/registry/log.js';
import { isRunning, readProcess, type ProcessStart } from '@gantry/registry/process-start.js';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { databaseUrl } from './database.js';

const prefix = 'gantry-test-';
/** In each run's folder: the process that will clean it up. */
const ownerFile = 'owner.json';

/** One Postgres for the whole run; each test file copies the migrated template (see database.ts). */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeKilledRuns();
  const folder = await mkdtemp(join(tmpdir(), prefix));
  await writeFile(join(folder, ownerFile), JSON.stringify((await readProcess(process.pid))?.start));
  const log = createLog('warn');
  const postgres = await startEmbeddedPostgres({
    folder,
    log,
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' },
  });
  await migrateDatabase(postgres.url, log);
  project.provide('postgresUrl', databaseUrl(postgres.url, 'postgres'));
  return async () => {
    await postgres.close();
    await rm(folder, { recursive: true, force: true });
  };
}

/** A run that was killed could not stop its Postgres: the next one does. */
async function removeKilledRuns(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(prefix)) continue;
    const folder = join(tmpdir(), name);
    const text = await readFile(join(folder, ownerFile), 'utf8').catch(() => null);
    if (text === null || (await isRunning(JSON.parse(text) as ProcessStart))) continue;
    await stopLeftPostgres(folder);
    await rm(folder, { recursive: true, force: true });
  }
}
