import type { PlanId, TenantId } from '@gantry/protocol/ids.js';
import { agents } from '@gantry/registry/db/schema/agents.js';
import { cameras, entitlements } from '@gantry/registry/db/schema/cameras.js';
import { tenants, tenantActivity } from '@gantry/registry/db/schema/tenants.js';
import { outbox } from '@gantry/registry/db/schema/registry.js';
import { and, asc, eq, isNull } from '@gantry/registry/db/drizzle.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemOf } from '../../support/api.js';
import { startTestRegistry, type Tenant, type TestRegistry } from '../../support/registry.js';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry();
});
afterAll(() => registry.close());

interface Shown extends Tenant {
  effective: { active: boolean; because: { id: string; name: string } | null };
  statusLine: string;
}
interface SwitchAnswer {
  changed: boolean;
  at: string | null;
  tenant: Shown;
  hadBeenOff: { total: number };
  impact: Record<string, number> | null;
}

const disable = (tenant: Tenant, reason?: string) =>
  registry.api.post<SwitchAnswer>(`/tenants/${tenant.id}:disable`, reason === undefined ? {} : { reason });
const enable = (tenant: Tenant) => registry.api.post<SwitchAnswer>(`/tenants/${tenant.id}:enable`);
const operations = async (tenant: Tenant) => {
  const page = await registry.api.get<{ items: { operation: string }[] }>(`/history?target=${tenant.id}`);
  return page.items.map((entry) => entry.operation);
};

test('switching a customer off twice changes it once: one interval closed, one history entry (R22)', async () => {
  const integrator = await registry.createIntegrator({ name: 'North' });
  const bakery = await registry.createCustomer(integrator.id, { name: 'Bakery' });
  const first = await disable(bakery, 'contract ended');
  expect(first).toMatchObject({ changed: true, tenant: { status: 'disabled' } });
  expect(first.tenant.statusLine).toBe('Off — disabled: contract ended');
  expect(await disable(bakery)).toMatchObject({ changed: false, at: null });
  expect(await operations(bakery)).toEqual(['tenant.disabled', 'tenant.created']);

  const intervals = await registry.context.db
    .select()
    .from(tenantActivity)
    .where(eq(tenantActivity.tenantId, bakery.id as never));
  expect(intervals).toHaveLength(1);
  expect(intervals[0]?.toAt?.toISOString()).toBe(first.at);

  expect(await enable(bakery)).toMatchObject({ changed: true, tenant: { status: 'active' } });
  expect(await enable(bakery)).toMatchObject({ changed: false });
  expect(await operations(bakery)).toEqual(['tenant.enabled', 'tenant.disabled', 'tenant.created']);
});

test('enabling a customer below a disabled integrator is allowed, starts nothing, and says because of whom (R17)', async () => {
  const north = await registry.createIntegrator({ name: 'North' });
  const shop = await registry.createCustomer(north.id, { name: 'Shop' });
  await disable(shop);
  await disable(north);
  const answer = await enable(shop);
  expect(answer.tenant).toMatchObject({
    status: 'active',
    effective: { active: false, because: { id: north.id, name: 'North' } },
    statusLine: 'Off — integrator North disabled',
  });
  await disable(shop);
  const back = await enable(north);
  expect(back.tenant.effective.active).toBe(true);
  expect(await registry.api.get(`/tenants/${shop.id}`)).toMatchObject({ status: 'disabled' });
});

/** A camera as an inventory and a bind leave it. */
async function boundCamera(
  customer: Tenant,
  integrator: Tenant,
  name: string,
  enabled: boolean,
): Promise<string> {
  const { db, newId } = registry.context;
  const [agentId, id] = [newId('agent'), newId('camera')];
  const integratorId = integrator.id as TenantId;
  const customerId = customer.id as TenantId;
  await db.insert(agents).values({ id: agentId, integratorId, name: 'box', hostname: 'box' });
  await db.insert(cameras).values({
    id,
    agentId,
    integratorId,
    customerId,
    tenantId: customerId,
    planId: registry.planId as PlanId,
    localId: 'one',
    name,
    enabled,
    switchedOffBy: enabled ? null : 'integrator',
    kind: 'generic',
    address: '192.168.1.20:554',
    access: 'ready',
    streams: [],
    inventoryHash: '',
  });
  if (enabled) await db.insert(entitlements).values({ cameraId: id, customerId, fromAt: new Date(0) });
  return id;
}
const onAndEntitled = async (id: string) => {
  const { db } = registry.context;
  const [camera] = await db
    .select()
    .from(cameras)
    .where(eq(cameras.id, id as never));
  const open = await db
    .select()
    .from(entitlements)
    .where(and(eq(entitlements.cameraId, id as never), isNull(entitlements.toAt)));
  return { on: camera?.enabled, entitled: open.length };
};

test('a customer that is switched on again takes every camera of its own with it, and tells which had been off (R16)', async () => {
  const north = await registry.createIntegrator();
  const shop = await registry.createCustomer(north.id);
  const inner = await registry.createCustomer(shop.id);
  const on = await boundCamera(shop, north, 'Door', true);
  const off = await boundCamera(shop, north, 'Changing room', false);
  const below = await boundCamera(inner, north, 'Office', false);

  await disable(shop);
  expect(await onAndEntitled(on)).toEqual({ on: true, entitled: 1 });
  const answer = await registry.api.post(`/tenants/${shop.id}:enable`);
  expect(answer['hadBeenOff']).toEqual({ total: 1, cameras: [{ id: off, name: 'Changing room' }] });
  expect(await onAndEntitled(on)).toEqual({ on: true, entitled: 1 });
  expect(await onAndEntitled(off)).toEqual({ on: true, entitled: 1 });
  expect(await onAndEntitled(below)).toEqual({ on: false, entitled: 0 });

  const again = await boundCamera(shop, north, 'Cellar', false);
  expect(await enable(shop)).toMatchObject({ changed: false, hadBeenOff: { total: 0 } });
  expect(await onAndEntitled(again)).toEqual({ on: false, entitled: 0 });
  await disable(shop);
  const kept = await registry.api.post(`/tenants/${shop.id}:enable`, { cameras: 'previous' });
  expect(kept).toMatchObject({ changed: true, hadBeenOff: { total: 1 } });
  expect(await onAndEntitled(again)).toEqual({ on: false, entitled: 0 });
});

test('switching an integrator writes one row whatever lies below it', async () => {
  const north = await registry.createIntegrator();
  for (let i = 0; i < 5; i += 1) await registry.createCustomer(north.id);
  const versions = () =>
    registry.context.db
      .select({ id: tenants.id, version: tenants.version })
      .from(tenants)
      .orderBy(asc(tenants.id));
  const before = await versions();
  await disable(north);
  const changed = (await versions()).filter((row, i) => row.version !== before[i]?.version);
  expect(changed.map((row) => row.id)).toEqual([north.id]);
});

test('whoever races to switch a tenant on and off takes turns: its intervals never overlap and its changes are counted', async () => {
  const north = await registry.createIntegrator();
  const shop = await registry.createCustomer(north.id);
  const answers = await Promise.all(
    Array.from({ length: 24 }, (_, i) => (i % 2 === 0 ? disable(shop) : enable(shop))),
  );
  const rows = await registry.context.db
    .select()
    .from(tenantActivity)
    .where(eq(tenantActivity.tenantId, shop.id as never))
    .orderBy(asc(tenantActivity.fromAt));
  for (const [i, row] of rows.entries()) {
    const next = rows[i + 1];
    if (next !== undefined) expect(row.toAt?.getTime()).toBeLessThanOrEqual(next.fromAt.getTime());
  }
  const now = await registry.api.get<Shown>(`/tenants/${shop.id}`);
  expect(now.version - 1).toBe(answers.filter((answer) => answer.changed).length);
  expect(rows.filter((row) => row.toAt === null)).toHaveLength(now.status === 'active' ? 1 : 0);
});

test('a dry run tells what a switch touches and touches nothing', async () => {
  const north = await registry.createIntegrator();
  const shop = await registry.createCustomer(north.id);
  await registry.createUser(shop.id);
  const answer = await registry.api.post<SwitchAnswer>(`/tenants/${north.id}:disable?dryRun=true`);
  expect(answer).toMatchObject({
    changed: false,
    tenant: { status: 'active' },
    impact: { tenants: 1, cameras: 0, users: 1, agents: 0 },
  });
});

test('nobody switches his own tenant, or the platform', async () => {
  const north = await registry.createIntegrator();
  const user = await registry.createUser(north.id);
  const api = await registry.as(user.email, user.password);
  expect(await problemOf(api.post(`/tenants/${north.id}:disable`))).toMatchObject({ code: 'forbidden' });
  expect(await problemOf(registry.api.post(`/tenants/${registry.platformId}:disable`))).toMatchObject({
    code: 'forbidden',
  });
});

test('a switch leaves an outbox row for the agents in its own transaction until it is worked off', async () => {
  const north = await registry.createIntegrator();
  await disable(north);
  await registry.settle();
  expect(await registry.context.db.select().from(outbox)).toEqual([]);
});
