import { listApiKeys } from '@gantry/registry/access/api-keys.js';
import { listRoles } from '@gantry/registry/access/roles.js';
import { listUsers } from '@gantry/registry/access/users.js';
import { countByChip, countCameras } from '@gantry/registry/cameras/count.js';
import { listExpected } from '@gantry/registry/cameras/expected.js';
import type { Database, Queryable } from '@gantry/registry/db/database.js';
import { listOperations } from '@gantry/registry/operations/operations.js';
import { listLegalHolds } from '@gantry/registry/tenancy/legal-holds.js';
import { listTenants } from '@gantry/registry/tenancy/list.js';
import type { Scope } from '@gantry/registry/tenancy/scope.js';
import { ensureRequestRole, pathsAbove, scopedRead, scopeSetting } from '@gantry/registry/db/row-security.js';
import { listHistory } from '@gantry/registry/history/list.js';
import { getCamera, listCameras } from '@gantry/registry/cameras/list.js';
import { cameras } from '@gantry/registry/db/schema/cameras.js';
import { tenants } from '@gantry/registry/db/schema/tenants.js';
import { getTableName, is, sql } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import { randomUUID } from 'node:crypto';
import { schema } from '@gantry/registry/db/database.js';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshDatabase } from '../../support/database.js';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { plantTenant, unknownFixtures, type Planted } from '../authorization/world.js';

/** The second wall of R3: what a query may find when it forgets whose it is. */
let registry: TestRegistry;
let db: Database;
let platform: Planted;
let north: Planted;
let bakery: Planted;
let annex: Planted;
let south: Planted;
let southShop: Planted;

beforeAll(async () => {
  registry = await startTestRegistry();
  ({ db } = registry.context);
  const { context, planId, platformId } = registry;
  const [root] = await db.select({ path: tenants.path }).from(tenants);
  platform = {
    id: platformId as Planted['id'],
    kind: 'platform',
    path: root?.path as string,
    parent: null,
    fixtures: unknownFixtures,
  };
  north = await plantTenant(context, 'integrator', platform, planId);
  bakery = await plantTenant(context, 'customer', north, planId);
  annex = await plantTenant(context, 'customer', bakery, planId);
  south = await plantTenant(context, 'integrator', platform, planId);
  southShop = await plantTenant(context, 'customer', south, planId);
});
afterAll(() => registry.close());

const seenBy = (planted: Planted) => ({ paths: [planted.path] });

describe('a query without its own scope filter', () => {
  test('finds the own rows only', async () => {
    const idsFor = (planted: Planted) =>
      scopedRead(db, seenBy(planted), async (q) =>
        (await q.select({ id: cameras.id }).from(cameras)).map(({ id }) => id).toSorted(),
      );
    const of = (...planted: Planted[]) => planted.map(({ fixtures }) => fixtures.camera).toSorted();
    expect(await idsFor(annex)).toEqual(of(annex));
    expect(await idsFor(bakery)).toEqual(of(bakery, annex));
    expect(await idsFor(north)).toEqual(of(north, bakery, annex));
    expect(await idsFor(platform)).toEqual(of(north, bakery, annex, south, southShop));
  });

  test('also when it is told that everything is in scope', async () => {
    const everything = seenBy(platform);
    const now = new Date();
    const page = await scopedRead(db, seenBy(bakery), (q) =>
      listCameras(q, everything, {}, { limit: 200, after: null }, now),
    );
    expect(page.items.map(({ camera }) => camera.tenantId).toSorted()).toEqual(
      [bakery.id, annex.id].toSorted(),
    );
    const foreign = southShop.fixtures.camera as never;
    await expect(
      scopedRead(db, seenBy(bakery), (q) => getCamera(q, everything, foreign, now)),
    ).rejects.toMatchObject({ code: 'not_found' });
    const entries = await scopedRead(db, seenBy(bakery), (q) =>
      listHistory(
        q,
        { scope: everything, seen: sql`true` },
        { tenantId: null, targetId: null },
        { limit: 200, before: null },
      ),
    );
    expect(entries.filter(({ tenantId }) => tenantId !== bakery.id && tenantId !== annex.id)).toEqual([]);
  });

  test.each<[string, (q: Queryable, scope: Scope) => Promise<readonly string[]>]>([
    [
      'tenants',
      async (q, scope) => {
        const page = { sort: 'name', limit: 200, after: null } as const;
        const filter = { parentId: null, kind: null, status: null, effective: null, text: null };
        return (await listTenants(q, scope, filter, page)).map(({ row }) => row.id);
      },
    ],
    [
      'people',
      async (q, scope) =>
        (await listUsers(q, scope, { tenantId: null }, { limit: 200, after: null })).map(
          (one) => one.tenantId,
        ),
    ],
    [
      'roles',
      async (q, scope) =>
        (await listRoles(q, scope, { tenantId: null }, { limit: 200, after: null })).map(
          (one) => one.tenantId,
        ),
    ],
    [
      'API keys',
      async (q, scope) =>
        (await listApiKeys(q, scope, { limit: 200, after: null })).map((one) => one.tenantId),
    ],
    [
      'operations',
      async (q, scope) =>
        (await listOperations(q, scope, { state: null, kind: null }, { limit: 200, after: null })).map(
          (one) => one.tenantId,
        ),
    ],
    [
      'legal holds',
      async (q, scope) =>
        (
          await listLegalHolds(q, scope, { customerId: null, released: false }, { limit: 200, after: null })
        ).map((one) => one.customerId),
    ],
    [
      'expected cameras',
      async (q, scope) =>
        (await listExpected(q, scope, { limit: 200, after: null, within: scope })).map(
          ({ row }) => row.customerId,
        ),
    ],
  ])('finds own %s only, also when it is told that everything is in scope', async (what, list) => {
    const found = await scopedRead(db, seenBy(bakery), (q) => list(q, seenBy(platform)));
    // Of tenants those above are seen as well: they may be the reason why it is off.
    const mine = new Set<string>([bakery.id, annex.id]);
    const above = new Set<string>([platform.id, north.id]);
    expect(found.filter((id) => mine.has(id)).length).toBeGreaterThan(0);
    expect(found.filter((id) => !mine.has(id) && !(what === 'tenants' && above.has(id)))).toEqual([]);
  });

  test('counts own cameras only, also when it is told that everything is in scope', async () => {
    const [count, chips] = await scopedRead(db, seenBy(bakery), async (q) => [
      await countCameras(q, seenBy(platform), {}, null),
      await countByChip(q, seenBy(platform), {}),
    ]);
    expect(count).toBe(2);
    expect(Object.values(chips).reduce((sum, one) => sum + one, 0)).toBe(2);
  });

  test('compares nothing for the root alone, whose scope holds everything', async () => {
    const seesAll = async (paths: readonly string[]) =>
      scopedRead(db, { paths }, async (q) => {
        const { rows } = await q.execute<{ all: boolean }>(sql`select gantry_sees_all() as all`);
        return rows[0]?.all;
      });
    expect(await seesAll([platform.path])).toBe(true);
    expect(await seesAll([bakery.path, platform.path])).toBe(true);
    for (const paths of [[], [north.path], [north.path, south.path], ['11.2.', '1.22.']]) {
      expect(await seesAll(paths)).toBe(false);
    }
  });

  test('sees the tenants above, by whom it may be switched off, and never beside', async () => {
    const found = await scopedRead(db, seenBy(bakery), (q) => q.select({ id: tenants.id }).from(tenants));
    expect(found.map(({ id }) => id).toSorted()).toEqual(
      [platform.id, north.id, bakery.id, annex.id].toSorted(),
    );
  });

  test('sees nothing for an empty scope', async () => {
    expect(await scopedRead(db, { paths: [] }, (q) => q.select({ id: tenants.id }).from(tenants))).toEqual(
      [],
    );
  });

  test.each(['sessions', 'registry_state', 'user_links', 'idempotency_keys', 'agent_credentials'])(
    'may not read %s at all',
    async (table) => {
      await expect(
        scopedRead(db, seenBy(platform), (q) => q.execute(sql.raw(`select * from ${table}`))),
      ).rejects.toMatchObject({ cause: { code: '42501' } });
    },
  );

  test('may write nothing', async () => {
    const write = (statement: string) =>
      db.transaction(async (tx) => {
        await tx.execute(sql`set local role gantry_request`);
        await tx.execute(sql.raw(statement));
      });
    await expect(write('delete from history')).rejects.toMatchObject({ cause: { code: '42501' } });
    await expect(write("update cameras set name = ''")).rejects.toMatchObject({ cause: { code: '42501' } });
  });
});

test('the role and the scope end with the read', async () => {
  await scopedRead(db, seenBy(annex), (q) => q.select({ id: tenants.id }).from(tenants));
  const { rows } = await db.execute(sql`select current_user = 'gantry_request' as held,
    current_setting('gantry.scope', true) as scope`);
  expect(rows[0]?.held).toBe(false);
  expect(rows[0]?.scope ?? '').toBe('');
});

test('every table is either behind a policy or out of reach', async () => {
  const { rows } = await db.execute<{ name: string; readable: boolean; guarded: boolean }>(sql`
    select relname as name, has_table_privilege('gantry_request', oid, 'select') as readable,
      relrowsecurity and exists (select from pg_policy where polrelid = c.oid) as guarded
    from pg_class c where relkind = 'r' and relnamespace = 'public'::regnamespace`);
  expect(rows.filter(({ readable, guarded }) => readable && !guarded)).toEqual([]);
  const known = new Set(rows.map(({ name }) => name));
  const declared = Object.values(schema).flatMap((table) =>
    is(table, PgTable) ? [getTableName(table)] : [],
  );
  expect(declared.filter((name) => !known.has(name))).toEqual([]);
});

describe('the setting', () => {
  test('takes paths and nothing else', () => {
    expect(scopeSetting(['1.17.', '1.2.'])).toBe('1.17.,1.2.');
    expect(scopeSetting([])).toBe('');
    for (const odd of ['', '.', '1', '1.17', '1.17.,', '1.%', "1.'", ' 1.'])
      expect(() => scopeSetting([odd])).toThrow('no path');
  });

  test('names what lies above', () => {
    expect(pathsAbove(['1.17.230.'])).toEqual(['1.', '1.17.']);
    expect(pathsAbove(['1.'])).toEqual([]);
    fc.assert(
      fc.property(fc.array(fc.nat(99), { minLength: 1, maxLength: 8 }), (labels) => {
        const path = `${labels.join('.')}.`;
        const above = pathsAbove([path]);
        expect(above).toHaveLength(labels.length - 1);
        expect(above.every((one) => path.startsWith(one) && one !== path)).toBe(true);
      }),
    );
  });
});

describe('a database whose user may make no roles', () => {
  test('says what an administrator must run, or goes on when it was run', async () => {
    const database = await freshDatabase();
    const plain = `plain_${randomUUID().slice(0, 8)}`;
    await database.db.execute(sql.raw(`create role ${plain} login password 'x'`));
    const asPlain = async () =>
      database.db.transaction(async (tx) => {
        await tx.execute(sql.raw(`set local role ${plain}`));
        await ensureRequestRole(tx);
      });
    try {
      await expect(asPlain()).rejects.toThrow(`grant gantry_request to "${plain}"`);
      await database.db.execute(sql.raw(`grant gantry_request to ${plain}`));
      await asPlain();
    } finally {
      await database.db.execute(sql.raw(`drop role ${plain}`));
      await database.close();
    }
  });
});
