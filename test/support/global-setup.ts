import { startEmbeddedPostgres } from '@gantry/registry/db/embedded-postgres.js';
import { migrateDatabase } from '@gantry/registry/db/migrate.js';
import { createLog } from '@gantry/registry/log.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { databaseUrl } from './database.js';

/** One Postgres for the whole run; each test file copies the migrated template (see database.ts). */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-test-'));
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
