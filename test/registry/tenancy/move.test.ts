import type { CameraId, AgentId, TenantId } from '@gantry/protocol/ids.js';
import { registerCameras } from '@gantry/registry/cameras/register.js';
import { agents } from '@gantry/registry/db/schema/agents.js';
import { cameras } from '@gantry/registry/db/schema/cameras.js';
import { tenants } from '@gantry/registry/db/schema/tenants.js';
import { eq } from '@gantry/registry/db/drizzle.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemOf } from '../../support/api.js';
import { startTestRegistry, type Tenant, type TestRegistry } from '../../support/registry.js';
import { aCamera } from '../cameras/site.js';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry();
});
afterAll(() => registry.close());

const move = (tenant: Tenant, parent: Tenant, api = registry.api) =>
  api.post<{ tenant: { effective: object; parentId: string }; changed: boolean }>(
    `/tenants/${tenant.id}:move`,
    { parentId: parent.id },
  );
const pathOf = async (tenant: Tenant): Promise<string> => {
  const rows = await registry.context.db
    .select({ path: tenants.path })
    .from(tenants)
    .where(eq(tenants.id, tenant.id as TenantId));
  return rows[0]?.path as string;
};

test('a subtree moves with all below it, and who lost it sees it no more (R1, R3)', async () => {
  const north = await registry.createIntegrator({ name: 'North' });
  const south = await registry.createIntegrator({ name: 'South' });
  const sub = await registry.createIntegrator({ parentId: north.id, name: 'Sub' });
  const shop = await registry.createCustomer(sub.id);
  const inner = await registry.createCustomer(shop.id);
  const person = await registry.createUser(north.id);
  const api = await registry.as(person.email, person.password);
  expect((await api.fetch(`/tenants/${inner.id}`)).status).toBe(200);
  expect(await problemOf(move(sub, south, api))).toMatchObject({
    status: 422,
    errors: [{ pointer: '/parentId', code: 'not_found' }],
  });
  expect(await move(sub, south)).toMatchObject({ changed: true, tenant: { parentId: south.id } });
  expect(await move(sub, south)).toMatchObject({ changed: false });
  const [top, middle, low] = [await pathOf(sub), await pathOf(shop), await pathOf(inner)];
  expect(top.startsWith(await pathOf(south))).toBe(true);
  expect(middle.startsWith(top) && low.startsWith(middle)).toBe(true);
  expect((await api.fetch(`/tenants/${inner.id}`)).status).toBe(404);
  const told = await api.get<{ items: { operation: string }[] }>(`/history?tenant=${north.id}`);
  expect(told.items.map((entry) => entry.operation)).toContain('tenant.moved');
});

test('no cycle, no wrong kind, not oneself, not the platform', async () => {
  const north = await registry.createIntegrator();
  const sub = await registry.createIntegrator({ parentId: north.id });
  const shop = await registry.createCustomer(sub.id);
  const inner = await registry.createCustomer(shop.id);
  expect(await problemOf(move(north, sub))).toMatchObject({ status: 409 });
  expect(await problemOf(move(shop, inner))).toMatchObject({ status: 409 });
  expect(await problemOf(move(shop, shop))).toMatchObject({ status: 409 });
  expect(await problemOf(move(sub, shop))).toMatchObject({ status: 409 });
  const other = await registry.createCustomer(north.id);
  expect(await problemOf(move(sub, other))).toMatchObject({ status: 422, errors: [{ code: 'wrong_kind' }] });
  const platform = { ...north, id: registry.platformId };
  expect(await problemOf(move(shop, platform))).toMatchObject({ status: 422 });
  expect(await problemOf(move(platform, north))).toMatchObject({ status: 403 });
  const person = await registry.createUser(sub.id);
  const api = await registry.as(person.email, person.password);
  expect(await problemOf(move(sub, sub, api))).toMatchObject({ status: 403 });
});

test('below a disabled integrator a moved customer is off, its cameras at that integrator (R13, R42)', async () => {
  const north = await registry.createIntegrator();
  const off = await registry.createIntegrator({ name: 'Dark' });
  await registry.api.post(`/tenants/${off.id}:disable`);
  const shop = await registry.createCustomer(north.id);
  const agent = 'agt_01ARZ3NDEKTSV4RRFFQ69G5FAW' as AgentId;
  const { db } = registry.context;
  await db
    .insert(agents)
    .values({ id: agent, integratorId: north.id as TenantId, name: 'shop', hostname: 'shop' });
  const entry = aCamera(1);
  const [made] = await registerCameras(registry.context, agent, [entry], new Set([entry.localId]));
  const id = made?.cameraId as CameraId;
  await registry.api.post('/cameras:bind', { ids: [id], customerId: shop.id, planId: registry.planId });
  await registry.settle();
  const generation = async () =>
    (await db.select().from(agents).where(eq(agents.id, agent)))[0]?.generation ?? 0;
  const before = await generation();
  expect(await move(shop, off)).toMatchObject({
    tenant: { effective: { active: false, because: { name: 'Dark' } } },
  });
  await registry.settle();
  expect(await generation()).toBe(before + 1);
  const [camera] = await db.select().from(cameras).where(eq(cameras.id, id));
  expect(camera).toMatchObject({ integratorId: off.id, customerId: shop.id });
});

test('of moves that cross each other one makes no cycle', async () => {
  const root = await registry.createIntegrator();
  const a = await registry.createIntegrator({ parentId: root.id });
  const b = await registry.createIntegrator({ parentId: root.id });
  const outcomes = await Promise.allSettled([move(a, b), move(b, a)]);
  expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('a list comes in the order asked for, page by page, filtered by own and effective status (R4)', async () => {
  const north = await registry.createIntegrator();
  const names = ['Delta', 'alpha', 'Ćma', 'bravo', 'Echo'];
  const made: Tenant[] = [];
  for (const name of names) made.push(await registry.createCustomer(north.id, { name }));
  await registry.api.post(`/tenants/${made[0]?.id}:disable`);
  const all = async (query: string): Promise<string[]> => {
    const found: string[] = [];
    for (let cursor = ''; ;) {
      const page = await registry.api.get<{ items: Tenant[]; next: string | null }>(
        `/tenants?parent=${north.id}&limit=2${query}${cursor}`,
      );
      found.push(...page.items.map((item) => item.name));
      if (page.next === null) return found;
      cursor = `&cursor=${page.next}`;
    }
  };
  expect(await all('&sort=-createdAt')).toEqual(names.toReversed());
  expect(await all('&sort=createdAt')).toEqual(names);
  expect(await all('&sort=-name')).toEqual((await all('')).toReversed());
  expect((await all('&sort=-status'))[0]).toBe('Delta');
  expect(await all('&status=disabled')).toEqual(['Delta']);
  expect(await all('&effective=inactive')).toEqual(['Delta']);
  await registry.api.post(`/tenants/${north.id}:disable`);
  expect(await all('&effective=active')).toEqual([]);
  expect((await all('&status=active')).length).toBe(4);
  const byName = await registry.api.get<{ next: string }>(`/tenants?parent=${north.id}&limit=1`);
  const wrong = registry.api.get(`/tenants?parent=${north.id}&sort=-name&cursor=${byName.next}`);
  expect(await problemOf(wrong)).toMatchObject({ code: 'malformed' });
  expect(await problemOf(registry.api.get('/tenants?sort=password'))).toMatchObject({ status: 422 });
});
