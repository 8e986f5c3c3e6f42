import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemOf } from '../../support/api.js';
import { startTestRegistry, type Tenant, type TestRegistry } from '../../support/registry.js';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry();
});
afterAll(() => registry.close());

interface Page {
  items: (Tenant & { parentId: string | null; kind: string })[];
  next: string | null;
}

test('an integrator builds its tree, sees all of it, and nothing above or beside it (R1, R3)', async () => {
  const north = await registry.createIntegrator({ name: 'North' });
  const south = await registry.createIntegrator({ name: 'South' });
  const southern = await registry.createCustomer(south.id);
  const ana = await registry.createUser(north.id);
  const api = await registry.as(ana.email, ana.password);

  const sub = await api.post<Tenant>('/tenants', {
    kind: 'integrator',
    name: 'North-East',
    email: 'ne@north.example',
  });
  const shop = await api.post<Tenant>('/tenants', {
    kind: 'customer',
    parentId: sub.id,
    name: 'Shop',
    email: 'shop@shop.example',
  });
  const inner = await api.post<Tenant>('/tenants', {
    kind: 'customer',
    parentId: shop.id,
    name: 'Shop, back room',
    email: 'shop@shop.example',
  });
  const seen = await api.get<Page>('/tenants');
  expect(seen.items.map((item) => item.name)).toEqual(['North', 'North-East', 'Shop', 'Shop, back room']);
  expect(seen.items.find((item) => item.id === north.id)?.parentId).toBeNull();
  expect(seen.items.find((item) => item.id === inner.id)?.parentId).toBe(shop.id);

  const unknown = await problemOf(api.get('/tenants/ten_01ZZZZZZZZZZZZZZZZZZZZZZZZ'));
  for (const id of [registry.platformId, south.id, southern.id]) {
    const foreign = await problemOf(api.get(`/tenants/${id}`));
    expect({ ...foreign, requestId: '', detail: '' }).toEqual({ ...unknown, requestId: '', detail: '' });
    expect(foreign.detail.replace(id, 'X')).toBe(unknown.detail.replace(/ten_\w+/, 'X'));
    expect(await problemOf(api.post(`/tenants/${id}:disable`))).toMatchObject({ status: 404 });
    expect(await problemOf(api.patch(`/tenants/${id}`, { name: 'Mine' }, 1))).toMatchObject({ status: 404 });
    expect(await problemOf(api.get(`/history?tenant=${id}`))).toMatchObject({ status: 404 });
  }
  const created = api.post('/tenants', {
    kind: 'customer',
    parentId: south.id,
    name: 'X',
    email: 'x@x.example',
  });
  expect(await problemOf(created)).toMatchObject({ status: 422, errors: [{ pointer: '/parentId' }] });
});

test('a new tenant names every field that is missing or wrong (R5)', async () => {
  const problem = await problemOf(
    registry.api.post('/tenants', { kind: 'customer', phone: '', colour: 'red' }),
  );
  expect(problem).toMatchObject({ status: 422, code: 'invalid' });
  expect(problem.errors?.map((fault) => `${fault.pointer} ${fault.code}`).toSorted()).toEqual([
    '/colour unknown_field',
    '/email required',
    '/name required',
    '/phone too_small',
  ]);
});

test('a customer is not created below the platform, nor an integrator below a customer', async () => {
  const below = registry.createCustomer(registry.platformId);
  expect(await problemOf(below)).toMatchObject({ errors: [{ pointer: '/parentId', code: 'wrong_kind' }] });
  const north = await registry.createIntegrator();
  const shop = await registry.createCustomer(north.id);
  const wrong = registry.createIntegrator({ parentId: shop.id });
  expect(await problemOf(wrong)).toMatchObject({ errors: [{ pointer: '/parentId', code: 'wrong_kind' }] });
});

test('of two people who change the same version one is told that somebody was quicker', async () => {
  const north = await registry.createIntegrator({ name: 'North' });
  expect(await problemOf(registry.api.patch(`/tenants/${north.id}`, { name: 'X' }))).toMatchObject({
    code: 'precondition_required',
  });
  const outcomes = await Promise.allSettled(
    ['Red', 'Blue', 'Green'].map((name) =>
      registry.api.patch<Tenant>(`/tenants/${north.id}`, { name }, north.version),
    ),
  );
  expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  const refused = outcomes
    .filter((outcome) => outcome.status === 'rejected')
    .map((outcome) => outcome.reason as Error);
  expect(refused.map((error) => error.message.slice(0, 24))).toEqual(
    Array(2).fill('412 precondition_failed:'),
  );
  expect(await registry.api.get(`/tenants/${north.id}`)).toMatchObject({ version: north.version + 1 });
});

test('pages of a list hold every tenant once, and a search finds part of a name literally', async () => {
  const north = await registry.createIntegrator();
  for (let i = 0; i < 7; i += 1) await registry.createCustomer(north.id, { name: `Page ${i % 3} 100%_` });
  const names: string[] = [];
  let query = '';
  for (let page = 0; page < 10; page += 1) {
    const answer = await registry.api.get<Page>(`/tenants?parent=${north.id}&limit=3${query}`);
    names.push(...answer.items.map((item) => item.id));
    if (answer.next === null) break;
    query = `&cursor=${answer.next}`;
  }
  expect(new Set(names).size).toBe(7);
  expect(names).toHaveLength(7);
  const found = await registry.api.get<Page>(
    `/tenants?parent=${north.id}&text=${encodeURIComponent('1 100%_')}`,
  );
  expect(found.items).toHaveLength(2);
  const none = await registry.api.get<Page>(
    `/tenants?parent=${north.id}&text=${encodeURIComponent('1%100')}`,
  );
  expect(none.items).toEqual([]);
  expect(await problemOf(registry.api.get('/tenants?cursor=bm9uc2Vuc2U'))).toMatchObject({
    code: 'malformed',
  });
});

test('every change stands in the history with who did it, and nowhere else', async () => {
  const north = await registry.createIntegrator({ name: 'North' });
  const shop = await registry.createCustomer(north.id, { name: 'Shop' });
  await registry.api.patch(`/tenants/${shop.id}`, { phone: '+49 30 1' }, shop.version);
  await problemOf(registry.api.patch(`/tenants/${shop.id}`, { phone: '+49 30 2' }, shop.version));
  const page = await registry.api.get<{ items: Record<string, unknown>[] }>(`/history?tenant=${north.id}`);
  expect(page.items.map((entry) => entry['operation'])).toEqual([
    'tenant.changed',
    'tenant.created',
    'tenant.created',
  ]);
  expect(page.items[0]).toMatchObject({
    actor: { kind: 'user', name: 'Administrator' },
    sentence: 'Administrator changed phone of Shop',
    before: { phone: null },
    after: { phone: '+49 30 1' },
  });
});
