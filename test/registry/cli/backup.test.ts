import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { writeFile } from 'node:fs/promises';
import { createLog } from '@gantry/registry/log.js';
import { readIdentity } from '@gantry/registry/first-run.js';
import { startRegistry } from '@gantry/registry/registry.js';
import { sql } from '@gantry/registry/db/drizzle.js';
import { afterEach, expect, test } from 'vitest';
import { signIn } from '../../support/api.js';
import { databaseOfPlainUser, freshDatabase } from '../../support/database.js';
import { platformSignIn, startTestRegistry, testConfig } from '../../support/registry.js';
import { openShop } from '../recordings/site.js';
import { runHere } from './in-process.js';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  delete process.env['DATABASE_URL'];
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

test('what a backup of a running registry holds is there again after a restore, and goes on from there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-backup-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  const old = await startTestRegistry();
  cleanups.push(() => old.close());
  const shop = await openShop(old.context.db);
  await old.api.post(`/tenants/${shop.bakery}:disable`, { reason: "Umlaut: ä, quote: ', backslash: \\" });
  const user = await old.createUser(shop.bakery, { name: 'Bäcker "Bo"' });
  const at = ['--data', join(folder, 'data')];
  const file = join(folder, 'all.gz');
  process.env['DATABASE_URL'] = old.databaseUrl;
  expect(await runHere('backup', file, ...at)).toMatchObject({ code: 0, stderr: '' });

  const fresh = await freshDatabase();
  cleanups.push(() => fresh.close());
  process.env['DATABASE_URL'] = fresh.url;
  expect(await runHere('restore', file, ...at)).toMatchObject({ code: 0, stderr: '' });
  const config = testConfig(folder, { databaseUrl: fresh.url });
  const restored = await startRegistry(config, { log: createLog('silent') });
  cleanups.push(() => restored.close());
  expect(restored.firstSignIn).toBeNull();
  // Generations went back: agents must not take the new ones for old.
  const before = await readIdentity(old.context);
  const after = await readIdentity(restored.context);
  expect(after).toEqual({ ...before, epoch: before.epoch + 1 });

  const api = await signIn(restored.url, platformSignIn.email, platformSignIn.password);
  for (const path of [
    `/tenants/${shop.bakery}`,
    `/users/${user.id}`,
    `/cameras/${shop.cameraId}`,
    '/plans',
  ]) {
    expect(await api.get(path)).toEqual(await old.api.get(path));
  }
  expect(await api.get(`/history:verify?tenant=${shop.bakery}`)).toMatchObject({ intact: true });
  const made = await api.post<{ id: string }>('/tenants', {
    kind: 'customer',
    parentId: shop.integratorId,
    name: 'After',
    email: 'after@a.example',
  });
  expect(await api.get(`/tenants/${made.id}`)).toMatchObject({ parentId: shop.integratorId });
});

test('a plain user restores into a database of its own, and references still hold afterwards', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-backup-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  const old = await startTestRegistry();
  cleanups.push(() => old.close());
  const shop = await openShop(old.context.db);
  const file = join(folder, 'all.gz');
  const at = ['--data', join(folder, 'data')];
  process.env['DATABASE_URL'] = old.databaseUrl;
  expect(await runHere('backup', file, ...at)).toMatchObject({ code: 0, stderr: '' });

  const own = await databaseOfPlainUser();
  cleanups.push(() => own.close());
  process.env['DATABASE_URL'] = own.url;
  expect(await runHere('restore', file, ...at)).toMatchObject({ code: 0, stderr: '' });
  const { rows } = await own.db.execute<{ superuser: boolean; cameras: number; told: number }>(sql`
    select (select rolsuper from pg_roles where rolname = current_user) as superuser,
      (select count(*)::int from cameras) as cameras, (select count(*)::int from events) as told`);
  expect(rows).toEqual([{ superuser: false, cameras: 1, told: 0 }]);
  const bindToNobody = sql`update cameras set agent_id = 'nobody' where id = ${shop.cameraId}`;
  await expect(own.db.execute(bindToNobody)).rejects.toMatchObject({ cause: { code: '23503' } });
  await own.db.execute(sql`update cameras set enabled = false where id = ${shop.cameraId}`);
  expect((await own.db.execute(sql`select from events`)).rowCount).toBeGreaterThan(0);
});

test.each([
  ['no gzip', Buffer.from('hello')],
  ['another file', gzipSync('{"hello":1}\n')],
  ['another version', gzipSync('{"gantryBackup":1,"version":"9.9.9","migration":"9999_later","at":"x"}\n')],
  [
    'rows of nothing',
    gzipSync('{"gantryBackup":1,"version":"9.9.9","migration":"9999_later","at":"x"}\n{"id":1}\n'),
  ],
])('a file that is %s is refused and leaves the database empty', async (_name, bytes) => {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-backup-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  const database = await freshDatabase();
  cleanups.push(() => database.close());
  process.env['DATABASE_URL'] = database.url;
  const file = join(folder, 'all.gz');
  await writeFile(file, bytes);
  const refused = await runHere('restore', file, '--data', join(folder, 'data'));
  expect([refused.code, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toMatch(
    /^(.* cannot be read|This file is no backup|The backup was made by version 9\.9\.9)/,
  );
});
