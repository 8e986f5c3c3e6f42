import { usersThatFit } from '@gantry/registry/access/fitting.js';
import { withFittingNamed } from '@gantry/registry/cameras/fitting.js';
import { isDescribed } from '@gantry/registry/cameras/filters.js';
import { cameraKeys, cameras } from '@gantry/registry/db/schema/cameras.js';
import { tenants } from '@gantry/registry/db/schema/tenants.js';
import { findCameras } from '@gantry/registry/search/cameras.js';
import { tenantsThatFit } from '@gantry/registry/tenancy/fitting.js';
import { literal, wordsQuery } from '@gantry/registry/search/words.js';
import { eq, sql } from '@gantry/registry/db/drizzle.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApi, type Api } from '../../support/api.js';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { canaryOf, plantTenant, plantUser, unknownFixtures, type Planted } from '../authorization/world.js';

let registry: TestRegistry;
let north: Planted;
let south: Planted;
let bakery: Planted;
let api: Api;

beforeAll(async () => {
  registry = await startTestRegistry();
  const { context, planId, url } = registry;
  const [root] = await context.db.select().from(tenants).where(eq(tenants.kind, 'platform'));
  const { id, path } = root as typeof tenants.$inferSelect;
  const platform: Planted = { id, kind: 'platform', path, parent: null, fixtures: unknownFixtures };
  north = await plantTenant(context, 'integrator', platform, planId);
  south = await plantTenant(context, 'integrator', platform, planId);
  bakery = await plantTenant(context, 'customer', north, planId);
  api = createApi(url, (await plantUser(context, north.id, { owner: true })).headers);
  const { db } = context;
  await db.update(tenants).set({ name: 'Ofen & Söhne' }).where(eq(tenants.id, bakery.id));
  await db
    .update(cameras)
    .set({ name: 'Main oven', serial: 'ACC-8E001', address: '192.168.7.20:80' })
    .where(eq(cameras.id, bakery.fixtures.camera as never));
  await db
    .update(cameras)
    .set({ name: 'Oven of the South', serial: 'ACC-8E002' })
    .where(eq(cameras.id, south.fixtures.camera as never));
  await db
    .insert(cameraKeys)
    .values({ kind: 'mac', value: 'accc8e001122', channel: 1, cameraId: bakery.fixtures.camera as never });
});
afterAll(() => registry.close());

const find = async (q: string, as: Api = api) =>
  (
    await as.get<{ items: { kind: string; id: string; name: string }[] }>(
      `/search?q=${encodeURIComponent(q)}`,
    )
  ).items;

test.each([
  ['oven', 'a word of its name'],
  ['MAIN', 'what its name begins with, whatever the case'],
  ['acc-8e', 'what its serial number begins with'],
  ['192.168.7', 'a part of its address'],
  ['AC:CC:8E:00:11:22', 'its MAC address as printed'],
  ['ac-cc-8e-00-1', 'how its MAC address begins'],
])('"%s" finds the camera by %s, and no foreign one', async (q) => {
  expect(await find(q)).toEqual([expect.objectContaining({ kind: 'camera', id: bakery.fixtures.camera })]);
});

test('one box finds tenants, agents, people and cameras, each by its id too', async () => {
  expect(await find('söhne')).toMatchObject([{ kind: 'tenant', id: bakery.id }]);
  for (const [kind, id] of [
    ['tenant', bakery.id],
    ['camera', bakery.fixtures.camera],
    ['agent', north.fixtures.agent],
    ['user', bakery.fixtures.user],
  ]) {
    expect(await find(id as string)).toContainEqual(expect.objectContaining({ kind, id }));
  }
  for (const id of [south.id, south.fixtures.camera, south.fixtures.agent, south.fixtures.user]) {
    expect(await find(id)).toEqual([]);
  }
});

test('signs of patterns are letters, short and long texts are refused, a guard finds cameras only', async () => {
  expect(await find('%%')).toEqual([]);
  expect(await find("__' or 1=1")).toEqual([]);
  expect((await api.fetch('/search?q=x')).status).toBe(422);
  const guard = createApi(
    registry.url,
    (await plantUser(registry.context, bakery.id, { family: 'guard' })).headers,
  );
  expect((await find(bakery.id.slice(4, 12), guard)).map(({ kind }) => kind)).not.toContain('user');
  expect(await find('oven', guard)).toHaveLength(1);
});

test('a module that is switched off hides what belongs to it', async () => {
  const { context, url } = registry;
  const owner = createApi(url, (await plantUser(context, bakery.id, { owner: true })).headers);
  expect(await find(bakery.fixtures.user, owner)).toHaveLength(1);
  await context.db.execute(
    sql`insert into module_restrictions (tenant_id, module) values (${bakery.id}, 'users')`,
  );
  expect(await find(bakery.fixtures.user, owner)).toEqual([]);
});

test('in a great scope the indexes are asked: beginnings and words, of those in sight', async () => {
  const { db, newId } = registry.context;
  const big = await plantTenant(registry.context, 'customer', north, registry.planId);
  const prefix = newId('camera');
  await db.execute(sql`
    insert into cameras (id, agent_id, local_id, tenant_id, integrator_id, customer_id, plan_id, name, serial, kind,
      address, access, streams, inventory_hash)
    select ${prefix} || i, agent_id, 'n' || i, ${big.id}, integrator_id, ${big.id}, plan_id,
      'Camera ' || i || case when i = 250 then ' behind the Mühle' else '' end, 'SN' || i, kind, address, access,
      streams, inventory_hash
    from cameras, generate_series(1, 250) i where id = ${bakery.fixtures.camera}`);
  const scope = { paths: [north.path] };
  const found = (text: string) => findCameras(db, scope, scope, text, { limit: 20, lookedThrough: 100 });
  expect(await found('camera 1')).toHaveLength(20);
  expect(await found('mühle')).toMatchObject([{ name: 'Camera 250 behind the Mühle' }]);
  expect(await found('sn249')).toMatchObject([{ name: 'Camera 249' }]);
  expect(await found('oven of the')).toEqual([]);
  // Somebody who sees little of all that finds the little.
  const little = { paths: [bakery.path] };
  expect(await findCameras(db, little, little, 'main', { limit: 20, lookedThrough: 100 })).toMatchObject([
    { name: 'Main oven' },
  ]);
});

test.each([
  ['Main oven', "'main':* & 'oven':*"],
  ["o'clock", "'o':* & 'clock':*"],
  ['Köln-2', "'köln':* & '2':*"],
  ['%_&|!()', null],
])('%j asks for the words %j', (text, query) => expect(wordsQuery(text)).toBe(query));

test('signs of patterns are escaped', () => expect(literal(String.raw`50%_\x`)).toBe(String.raw`50\%\_\\x`));

test('a list finds part of a word by index, whole or not, and in sight only', async () => {
  const { db } = registry.context;
  const inNorth = { paths: [north.path] };
  const named = await withFittingNamed(db, inNorth, { text: 'AIN OV', enabled: true });
  expect(named).toEqual({ enabled: true, ids: expect.arrayContaining([bakery.fixtures.camera]) });
  expect((await withFittingNamed(db, inNorth, { text: 'ven of the' })).ids).toEqual(['ven of the']);
  expect(await withFittingNamed(db, inNorth, { text: 'ov' })).toEqual({ text: 'ov' });

  const found = async (text: string) => {
    const query = new URLSearchParams({ text, limit: '200' }).toString();
    const list = await api.get<{ items: { id: string }[]; next: string | null }>(`/cameras?${query}`);
    const { count } = await api.get<{ count: number }>(`/cameras/count?${query}`);
    if (list.next === null) expect(count).toBe(list.items.length);
    return list.items.map(({ id }) => id);
  };
  for (const text of ['ain ov', '-8e001', '168.7.2', 'ACCC8E0011', bakery.fixtures.camera]) {
    expect(await found(text)).toContain(bakery.fixtures.camera);
  }
  expect(await found('oven of the south')).toEqual([]);
  expect(await found('m_in')).toEqual([]);

  const plan = await db.transaction(async (tx) => {
    await tx.execute(sql`set local enable_seqscan = off`);
    return tx.execute(sql`explain select id from cameras where ${isDescribed('oven')}`);
  });
  expect(JSON.stringify(plan.rows)).toContain('Bitmap Index Scan on cameras_described');
});

test('lists of tenants and people, and the one box, find part of a word by index, in sight only', async () => {
  const { db } = registry.context;
  const inNorth = { paths: [north.path] };
  const part = bakery.id.slice(-10).toLowerCase();
  expect(await tenantsThatFit(db, inNorth, part)).toEqual([bakery.id]);
  expect(await tenantsThatFit(db, { paths: [bakery.path] }, north.id.slice(10))).toEqual([]);
  expect(await tenantsThatFit(db, inNorth, part.slice(0, 2))).toBeNull();
  const people = await usersThatFit(db, inNorth, canaryOf(bakery.id, 'person'));
  expect(people).toContain(bakery.fixtures.user);
  expect(await usersThatFit(db, { paths: [south.path] }, part)).toEqual([]);

  const idsAt = async (path: string) =>
    (await api.get<{ items: { id: string }[] }>(`${path}${part}`)).items.map(({ id }) => id);
  expect(await idsAt('/tenants?text=')).toEqual([bakery.id]);
  expect((await idsAt('/users?text=')).toSorted()).toEqual(people?.toSorted());
  expect(await idsAt('/search?q=')).toEqual(expect.arrayContaining([bakery.id, bakery.fixtures.user]));
});
