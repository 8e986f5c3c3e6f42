import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemOf, type Api } from '../../support/api.js';
import { startTestRegistry, type Tenant, type TestRegistry } from '../../support/registry.js';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry();
});
afterAll(() => registry.close());

interface Modules {
  modules: { module: string; own: boolean; effective: boolean; because: { name: string } | null }[];
}

async function setOff(api: Api, tenant: Tenant, off: string[]) {
  const etag = (await api.fetch(`/tenants/${tenant.id}/modules`)).headers.get('etag') ?? '';
  return api.fetch(`/tenants/${tenant.id}/modules`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'if-match': etag },
    body: JSON.stringify({ off }),
  });
}
const blocked = async (api: Api, tenant: Tenant) =>
  (await api.get<Modules>(`/tenants/${tenant.id}/modules`)).modules
    .filter((state) => !state.effective)
    .map((state) => `${state.module} by ${state.because?.name}`);

test('a module switched off above is off in that subtree alone, with the next request, and says because of whom (R10–R12)', async () => {
  const north = await registry.createIntegrator({ name: 'North' });
  const shop = await registry.createCustomer(north.id, { name: 'Shop' });
  const other = await registry.createCustomer(north.id, { name: 'Other' });
  const person = await registry.createUser(shop.id, { owner: true });
  const own = await registry.as(person.email, person.password);
  const installer = await registry.createUser(north.id);
  const above = await registry.as(installer.email, installer.password);
  expect(await blocked(own, shop)).toEqual(['cameras.addPnp by Shop']);
  expect(await blocked(above, north)).toEqual([]);

  expect((await own.fetch('/users')).status).toBe(200);
  expect((await setOff(above, shop, ['cameras.addPnp', 'users'])).status).toBe(200);
  expect(await problemOf(own.get('/users'))).toMatchObject({
    status: 403,
    code: 'module_disabled',
    detail: expect.stringContaining('Shop (customer) switched users off') as string,
  });
  expect((await above.fetch('/users')).status).toBe(200);
  expect(await blocked(above, other)).toEqual(['cameras.addPnp by Other']);

  expect((await setOff(registry.api, north, ['history'])).status).toBe(200);
  expect(await blocked(own, shop)).toEqual(['history by North', 'users by Shop', 'cameras.addPnp by Shop']);
  expect(await problemOf(above.get('/history'))).toMatchObject({ code: 'module_disabled' });
  expect((await setOff(registry.api, north, [])).status).toBe(200);
  expect((await above.fetch('/history')).status).toBe(200);
});

test('nobody switches modules of a tenant of his own, nor without the version he read; the same again is no entry', async () => {
  const north = await registry.createIntegrator();
  const person = await registry.createUser(north.id, { owner: true });
  const own = await registry.as(person.email, person.password);
  expect((await setOff(own, north, [])).status).toBe(403);
  const bare = await registry.api.fetch(`/tenants/${north.id}/modules`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '{"off":[]}',
  });
  expect(bare.status).toBe(428);
  expect((await setOff(registry.api, north, ['teleport'])).status).toBe(422);
  await setOff(registry.api, north, ['clips', 'live']);
  await setOff(registry.api, north, ['live', 'clips']);
  const page = await registry.api.get<{ items: { operation: string }[] }>(`/history?target=${north.id}`);
  expect(page.items.filter((entry) => entry.operation === 'tenant.modules_changed')).toHaveLength(1);
});

test('a customer without its portal uses no part of it; only from above it is given back (R8)', async () => {
  const north = await registry.createIntegrator();
  const shop = await registry.createCustomer(north.id, { name: 'Shop', portalAccess: false });
  const person = await registry.createUser(shop.id, { owner: true });
  const own = await registry.as(person.email, person.password);
  expect(await problemOf(own.get('/users'))).toMatchObject({ code: 'module_disabled' });
  expect(await problemOf(own.patch(`/tenants/${shop.id}`, { portalAccess: true }, 1))).toMatchObject({
    code: 'forbidden',
  });
  await registry.api.patch(`/tenants/${shop.id}`, { portalAccess: true }, 1);
  expect((await own.fetch('/users')).status).toBe(200);
});

test('a program’s key is a module of its own', async () => {
  const north = await registry.createIntegrator();
  const key = await registry.api.post<{ token: string; key: string; secret: string }>('/api-keys', {
    tenantId: north.id,
    name: 'erp',
  });
  const bearer = Object.values(key).find((value) => /^key_.+\./.test(value)) as string;
  expect((await registry.at(bearer).fetch('/tenants')).status).toBe(200);
  await setOff(registry.api, north, ['apiKeys']);
  expect(await problemOf(registry.at(bearer).get('/tenants'))).toMatchObject({ code: 'module_disabled' });
});
