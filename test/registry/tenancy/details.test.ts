import { cameras } from '@gantry/registry/db/schema/cameras.js';
import { agents } from '@gantry/registry/db/schema/agents.js';
import type { AgentId, CameraId, TenantId } from '@gantry/protocol/ids.js';
import { registerCameras } from '@gantry/registry/cameras/register.js';
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

const address = { line1: 'Hauptstr. 1', postalCode: '10115', city: 'Berlin', country: 'DE' };
const billing = {
  enabled: true,
  taxRate: '7.7',
  taxesIncluded: false,
  automaticInvoices: true,
  currency: 'CHF',
};

test('a billing address that is the company’s follows it; an own one does not (R7)', async () => {
  const north = await registry.createIntegrator();
  const shop = await registry.createCustomer(north.id, { address, billing });
  expect(shop).toMatchObject({ billing: { ...billing, address: null }, billingAddress: address });
  const moved = { ...address, line1: 'Nebenstr. 2' };
  const after = await registry.api.patch<Tenant>(`/tenants/${shop.id}`, { address: moved }, shop.version);
  expect(after).toMatchObject({ billingAddress: moved });
  const own = { ...billing, address };
  const apart = await registry.api.patch<Tenant>(`/tenants/${shop.id}`, { billing: own }, after.version);
  const third = { ...address, city: 'Potsdam' };
  expect(await registry.api.patch(`/tenants/${shop.id}`, { address: third }, apart.version)).toMatchObject({
    billingAddress: address,
    address: third,
  });
});

test.each<[string, Record<string, unknown>]>([
  ['/name', { name: 'a\u0000b' }],
  ['/name', { name: 'two\nlines' }],
  ['/name', { name: 'safe\u202egpj.exe' }],
  ['/name', { name: 'x'.repeat(201) }],
  ['/name', { name: '   ' }],
  ['/email', { email: 'nobody' }],
  ['/phone', { phone: 'call me' }],
  ['/timeZone', { timeZone: 'Mars/Olympus' }],
  ['/address/country', { address: { ...address, country: 'Germany' } }],
  ['/address/country', { address: { ...address, country: 'ZZ' } }],
  ['/address/city', { address: { ...address, city: '' } }],
  ['/address/street', { address: { ...address, street: 'x' } }],
  ['/billing/taxRate', { billing: { ...billing, taxRate: 7.7 } }],
  ['/billing/taxRate', { billing: { ...billing, taxRate: '100.01' } }],
  ['/billing/taxRate', { billing: { ...billing, taxRate: '-1' } }],
  ['/billing/taxRate', { billing: { ...billing, taxRate: '1e1' } }],
  ['/billing/currency', { billing: { ...billing, currency: 'eur' } }],
  ['/billing/enabled', { billing: { ...billing, enabled: 'yes' } }],
  ['/newUsers/confirmEmail', { newUsers: { confirmEmail: 1, changePassword: true } }],
  [
    '/recordingDefaults/retentionDays',
    { recordingDefaults: { mode: 'off', retentionDays: 0, stream: 'main' } },
  ],
])('a wrong %s is refused by name: %j', async (pointer, fields) => {
  const made = registry.api.post('/tenants', {
    kind: 'customer',
    parentId: registry.platformId,
    name: 'Shop',
    email: 'shop@shop.example',
    ...fields,
  });
  const problem = await problemOf(made);
  expect(problem).toMatchObject({ status: 422, errors: [{ pointer }] });
  expect(problem.errors?.[0]?.detail.length).toBeGreaterThan(5);
});

test.each([
  'مخبز القدس',
  'Bäckerei Łódź 🥐',
  '株式会社パン屋',
  'Śląsk\u200f',
  "O'Brien; drop table tenants--",
])('a name of any script comes back as it was: %s', async (name) => {
  const north = await registry.createIntegrator({ name });
  expect(await registry.api.get(`/tenants/${north.id}`)).toMatchObject({ name: name.normalize('NFC') });
});

test('defaults of customers are nothing for integrators', async () => {
  const problem = await problemOf(
    registry.createIntegrator({ linkSharing: false, newUsers: { confirmEmail: true, changePassword: true } }),
  );
  expect(problem.errors?.map((fault) => fault.pointer)).toEqual(['/linkSharing', '/newUsers']);
});

test('new recording defaults reach cameras that are bound already only on request (R8)', async () => {
  const north = await registry.createIntegrator();
  const shop = await registry.createCustomer(north.id);
  const agent = 'agt_01ARZ3NDEKTSV4RRFFQ69G5FAV' as AgentId;
  const { db } = registry.context;
  await db
    .insert(agents)
    .values({ id: agent, integratorId: north.id as TenantId, name: 'shop', hostname: 'shop' });
  const entry = aCamera(1);
  const [made] = await registerCameras(registry.context, agent, [entry], new Set([entry.localId]));
  const id = made?.cameraId as CameraId;
  await registry.api.post('/cameras:bind', { ids: [id], customerId: shop.id, planId: registry.planId });
  const recordingDefaults = { mode: 'motion', retentionDays: 9, stream: 'sub' };
  const settings = async () => {
    const [row] = await db.select().from(cameras).where(eq(cameras.id, id));
    return { mode: row?.mode, retentionDays: row?.retentionDays, stream: row?.stream };
  };
  const before = await settings();
  const first = await registry.api.patch<Tenant>(`/tenants/${shop.id}`, { recordingDefaults }, shop.version);
  expect(await settings()).toEqual(before);
  await registry.api.patch(`/tenants/${shop.id}`, { applyTo: 'existing' }, first.version);
  expect(await settings()).toEqual(recordingDefaults);

  const steps = await registry.api.get<{ done: number; total: number; steps: object[] }>(
    `/tenants/${shop.id}/checklist`,
  );
  expect(steps).toMatchObject({ done: 2, total: 5 });
  expect(steps.steps[0]).toEqual({ step: 'cameras', count: 1, done: true, optional: false });
  expect(await problemOf(registry.api.get(`/tenants/${north.id}/checklist`))).toMatchObject({ status: 409 });
});
