import { connectDatabase, databaseNow } from '@gantry/registry/db/database.js';
import { startEmbeddedPostgres } from '@gantry/registry/db/embedded-postgres.js';
import { createLog } from '@gantry/registry/log.js';
import { readProcess } from '@gantry/registry/process-start.js';
import { sql } from '@gantry/registry/db/drizzle.js';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { until } from '../../support/until.js';
import { freshDatabase } from '../../support/database.js';

const log = createLog('silent');
const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-pg-test-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function start(folder: string) {
  const postgres = await startEmbeddedPostgres({ folder, log });
  cleanups.push(() => postgres.close());
  return postgres;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const connection = connectDatabase(url, { maxConnections: 1, log });
  try {
    return (await connection.db.execute(sql.raw(text))).rows;
  } finally {
    await connection.close();
  }
}

// That a server left by a killed registry is taken over is told by cli/serve.test.ts, with real processes.
test('a server that is killed is started again, and recovers what was committed', async () => {
  const folder = await freshFolder();
  const postgres = await start(folder);
  await query(postgres.url, 'create table kept (id int); insert into kept values (1)');
  expect(await query(postgres.url, 'show listen_addresses')).toEqual([{ listen_addresses: '' }]);
  expect(await query(postgres.url, 'show fsync')).toEqual([{ fsync: 'on' }]);
  const killed = postgres.pid;
  process.kill(killed, 'SIGKILL');
  await until(() => postgres.pid !== killed, { timeoutMs: 60_000, what: 'another server' });
  expect(await query(postgres.url, 'select id from kept')).toEqual([{ id: 1 }]);
  const last = postgres.pid;
  await postgres.close();
  expect(await readProcess(last)).toBeNull();
});

test('a stale process file that names somebody else neither hurts that process nor the start', async () => {
  const folder = await freshFolder();
  await (await start(folder)).close();
  await writeFile(join(folder, 'data', 'postmaster.pid'), `${process.pid}\n/elsewhere\n1\n`);
  const postgres = await start(folder);
  expect(postgres.adopted).toBe(false);
});

test('the folder may lie where the unprivileged user of the server may not enter', async () => {
  const locked = await freshFolder();
  await chmod(locked, 0o700);
  const postgres = await start(join(locked, 'deep', 'er'));
  expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a fresh database of a test has every table and the clock of the server', async () => {
  const database = await freshDatabase();
  cleanups.push(() => database.close());
  expect(await query(database.url, 'select count(*)::int as n from tenants')).toEqual([{ n: 0 }]);
  expect(Math.abs((await databaseNow(database.db)).getTime() - Date.now())).toBeLessThan(10_000);
});
