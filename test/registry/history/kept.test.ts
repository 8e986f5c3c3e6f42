import type { TenantId } from '@gantry/protocol/ids.js';
import { registryActor } from '@gantry/registry/actor.js';
import { history } from '@gantry/registry/db/schema/registry.js';
import { record, type HistoryEntry } from '@gantry/registry/history/history.js';
import { verifyHistory } from '@gantry/registry/history/verify.js';
import { and, eq, sql } from '@gantry/registry/db/drizzle.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';

/** The chain in the database: written by many at once, read back after Postgres has kept it its own way. */
let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());

const entryOf = (tenantId: string, n: number, more: Partial<HistoryEntry> = {}): HistoryEntry => ({
  actor: registryActor,
  tenantId: tenantId as TenantId,
  target: { kind: 'camera', id: `cam_${n}` },
  operation: 'camera.renamed',
  sentence: `renamed ${n}`,
  ...more,
});
const write = (...entries: HistoryEntry[]) => database.db.transaction((tx) => record(tx, ...entries));
const verdictOf = (tenantId: string) => verifyHistory(database.db, tenantId as TenantId);

test('50 changes of one tenant at once keep one chain, in which times grow', async () => {
  await Promise.all(Array.from({ length: 50 }, (_, n) => write(entryOf('ten_many', n))));
  expect(await verdictOf('ten_many')).toMatchObject({ intact: true, entries: 50, broken: null });
  const kept = await database.db
    .select({ at: history.at })
    .from(history)
    .where(eq(history.tenantId, 'ten_many' as TenantId))
    .orderBy(history.id);
  const times = kept.map(({ at }) => at.getTime());
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});

test('changes that touch several tenants in any order do not wait for each other in a circle', async () => {
  const tenants = ['ten_a', 'ten_b', 'ten_c', 'ten_d'];
  await Promise.all(
    Array.from({ length: 40 }, (_, n) => {
      const turned = [...tenants.slice(n % 4), ...tenants.slice(0, n % 4)];
      return write(...turned.map((id) => entryOf(id, n)));
    }),
  );
  for (const id of tenants) expect(await verdictOf(id)).toMatchObject({ intact: true, entries: 40 });
});

test('a change that is undone leaves neither an entry nor a gap', async () => {
  await write(entryOf('ten_undone', 1));
  const undone = database.db.transaction(async (tx) => {
    await record(tx, entryOf('ten_undone', 2));
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  await write(entryOf('ten_undone', 3));
  expect(await verdictOf('ten_undone')).toMatchObject({ intact: true, entries: 2 });
});

test('what was before and after survives the way Postgres keeps JSON', async () => {
  const odd = {
    z: 1,
    a: { numbers: [1e21, -0, 0.1, 1e-7], text: 'Bäckerei "Süd" \u202Eمخبز 🥐', none: null, gone: undefined },
  };
  await write(entryOf('ten_odd', 1, { before: odd, after: { deep: [odd, [], {}] } }));
  expect(await verdictOf('ten_odd')).toMatchObject({ intact: true, entries: 1 });
});

test('3,000 entries of one change fit', async () => {
  await write(...Array.from({ length: 3_000 }, (_, n) => entryOf('ten_large', n)));
  expect(await verdictOf('ten_large')).toMatchObject({ intact: true, entries: 3_000 });
});

test('whoever rewrites or removes an entry in the database is found out', async () => {
  const id = 'ten_forged' as TenantId;
  for (let n = 0; n < 5; n += 1) await write(entryOf(id, n));
  const third = and(eq(history.tenantId, id), eq(history.targetId, 'cam_2'));
  const [kept] = await database.db.select().from(history).where(third);
  await database.db.update(history).set({ sentence: 'nothing happened' }).where(third);
  expect(await verdictOf(id)).toMatchObject({ intact: false, broken: { id: kept?.id, why: 'changed' } });
  await database.db.delete(history).where(third);
  expect(await verdictOf(id)).toMatchObject({ intact: false, broken: { why: 'gap' } });
  await database.db.execute(sql`delete from history where tenant_id = ${id} and id > ${kept?.id ?? 0}`);
  expect(await verdictOf(id)).toMatchObject({ intact: false, broken: { id: null, why: 'end_missing' } });
});
