import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemOf } from '../../support/api.js';
import { startTestRegistry, type Tenant, type TestRegistry } from '../../support/registry.js';
import { newBox } from './box.js';

let registry: TestRegistry;
let north: Tenant;
let bakery: Tenant;

beforeAll(async () => {
  registry = await startTestRegistry();
  north = await registry.createIntegrator({ name: 'North' });
  bakery = await registry.createCustomer(north.id, { name: 'Bakery' });
});
afterAll(() => registry.close());

test('an agent is renamed and told where its new cameras go, by who read it last', async () => {
  const { api, planId } = registry;
  const { userCode } = await (await newBox()).ask(registry.at());
  const { id } = await api.post<{ id: string }>(`/claims/${userCode}:approve`, { integratorId: north.id });
  const change = (version: number, body: object) => api.patch(`/agents/${id}`, body, version);
  expect(await api.get(`/agents/${id}`)).toMatchObject({ version: 1, autoBind: null });

  const rule = { customerId: bakery.id, planId };
  expect(await change(1, { name: 'Attic', autoBind: rule })).toMatchObject({
    name: 'Attic',
    version: 2,
    autoBind: { customer: { id: bakery.id, name: 'Bakery' }, plan: { id: planId } },
  });
  expect(await problemOf(change(1, { name: 'Cellar' }))).toMatchObject({ code: 'precondition_failed' });
  const south = await registry.createIntegrator({ name: 'South' });
  const foreign = await registry.createCustomer(south.id);
  const wrong = change(2, { autoBind: { customerId: foreign.id, planId } });
  expect(await problemOf(wrong)).toMatchObject({ code: 'invalid' });

  expect(await change(2, { autoBind: null })).toMatchObject({ name: 'Attic', version: 3, autoBind: null });
  // Nothing changes, nothing is told.
  expect(await change(3, { name: 'Attic' })).toMatchObject({ version: 3 });
  const { items } = await api.get<{ items: { sentence: string }[] }>(`/history?target=${id}`);
  expect(items.map(({ sentence }) => sentence.replace(/^.* (let|renamed) /, '$1 '))).toEqual([
    'let new cameras of Attic wait unbound',
    'let new cameras of Attic go to Bakery',
    'renamed the agent warehouse-01 to Attic',
    'let the agent warehouse-01 in by its code',
  ]);

  await api.post(`/agents/${id}:revoke`);
  expect(await problemOf(change(3, { name: 'Gone' }))).toMatchObject({ code: 'conflict' });
});
