import { connectDatabase, databaseNow } from '@gantry/registry/db/database.js';
import { startEmbeddedPostgres } from '@gantry/registry/db/embedded-postgres.js';
import { createLog } from '@gantry/registry/log.js';
import { readProcess } from '@gantry/registry/process-start.js';
import { sql } from 'drizzle-orm';
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

test('a server left by a killed registry is taken over, and one that was killed itself recovers what was committed', async () => {
  const folder = await freshFolder();
  const first = await start(folder);
  await query(first.url, 'create table kept (id int); insert into kept values (1)');
  expect(await query(first.url, 'show listen_addresses')).toEqual([{ listen_addresses: '' }]);
  expect(await query(first.url, 'show fsync')).toEqual([{ fsync: 'on' }]);

  // Nobody closed it: what a registry finds after its predecessor got a SIGKILL.
  const second = await start(folder);
  expect(second).toMatchObject({ adopted: true, pid: first.pid });
  expect(await query(second.url, 'select id from kept')).toEqual([{ id: 1 }]);

  process.kill(first.pid, 'SIGKILL');
  await until(async () => (await readProcess(first.pid)) === null, {
    what: 'the killed Postgres to be gone',
  });
  const third = await start(folder);
  expect(third.adopted).toBe(false);
  expect(await query(third.url, 'select id from kept')).toEqual([{ id: 1 }]);
  await third.close();
  expect(await readProcess(third.pid)).toBeNull();
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
  expect(Math.abs((await databaseNow(database.db)).getTime() - Date.now())).toBeLessThan(1_000);
});
