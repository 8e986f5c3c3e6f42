import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId, type AgentId, type CameraId, type TenantId } from '@gantry/protocol/ids.js';
import { registerCameras } from '@gantry/registry/cameras/register.js';
import { agents } from '@gantry/registry/db/schema/agents.js';
import { segments } from '@gantry/registry/db/schema/segments.js';
import { sql } from '@gantry/registry/db/drizzle.js';
import { afterEach, expect, test } from 'vitest';
import { problemOf, type Api } from '../../support/api.js';
import { freshDatabase } from '../../support/database.js';
import { startTestRegistry, type Tenant, type TestRegistry } from '../../support/registry.js';
import { until } from '../../support/until.js';
import { aCamera } from '../cameras/site.js';

const running: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of running.splice(0).toReversed()) await close();
});

interface Operation {
  id: string;
  state: string;
  done: number;
  total: number;
  mayCancel: boolean;
  result: Record<string, number> | null;
}

const fetchDelete = async (api: Api, id: string, body: unknown = { confirm: 'Delete' }, query = '') => {
  const response = await api.fetch(`/tenants/${id}${query}`, {
    method: 'DELETE',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Operation & { code?: string } };
};

const finished = (registry: TestRegistry, id: string): Promise<Operation> =>
  until(
    async () => {
      const operation = await registry.api.get<Operation>(`/operations/${id}`);
      return operation.state === 'done' && operation;
    },
    { timeoutMs: 60_000, what: 'the deletion is done' },
  ) as Promise<Operation>;

async function addCameras(registry: TestRegistry, integratorId: string, count: number): Promise<CameraId[]> {
  const id = newId('agent', Date.now(), (bytes) => randomBytes(bytes.length));
  await registry.context.db
    .insert(agents)
    .values({ id, integratorId: integratorId as TenantId, name: 'shop', hostname: 'shop' });
  const entries = Array.from({ length: count }, (_, n) => aCamera(n + 1));
  const listed = new Set(entries.map((entry) => entry.localId));
  const results = await registerCameras(registry.context, id, entries, listed);
  return results.map((result) => result.cameraId as CameraId);
}

/** Rows of recordings; the first `objects` of them with bytes in the storage. Answers the keys. */
async function addFootage(
  registry: TestRegistry,
  customer: Tenant,
  camera: CameraId,
  count: number,
  objects = 3,
) {
  const mint = (kind: 'segment' | 'session' | 'agent') =>
    newId(kind, Date.now(), (bytes) => randomBytes(bytes.length));
  const body = Buffer.from('ten bytes!');
  const rows = Array.from({ length: count }, (_, sequence) => ({
    id: mint('segment') as never,
    cameraId: camera,
    customerId: customer.id as TenantId,
    agentId: mint('agent') as AgentId,
    sessionId: mint('session') as never,
    sequence,
    startedAt: new Date(),
    durationMs: 4_000,
    mediaOffsetUs: 0,
    sizeBytes: body.byteLength,
    sha256: createHash('sha256').update(body).digest('hex'),
    video: 'h264' as const,
    audio: null,
    initBytes: 1,
    initSha256: '',
    storageKey: `segments/${camera}/${sequence}`,
    keepUntil: new Date(Date.now() + 86_400_000),
  }));
  for (let at = 0; at < rows.length; at += 1_000) {
    await registry.context.db.insert(segments).values(rows.slice(at, at + 1_000));
  }
  const keys = rows.slice(0, objects).map((row) => row.storageKey);
  for (const key of keys) {
    await registry.storage.put(key, once(body), {
      sizeBytes: body.byteLength,
      sha256: rows[0]?.sha256 ?? '',
    });
  }
  return keys;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function start(config = {}): Promise<TestRegistry> {
  const registry = await startTestRegistry({ config });
  running.push(() => registry.close());
  return registry;
}

test('a customer is deleted with its people and footage; its cameras return, its addresses become free (R24)', async () => {
  const registry = await start();
  const { api } = registry;
  const north = await registry.createIntegrator({ name: 'North' });
  const bakery = await registry.createCustomer(north.id, { name: 'Bakery' });
  const inner = await registry.createCustomer(bakery.id, { name: 'Back room' });
  const neighbour = await registry.createCustomer(north.id, { name: 'Florist' });
  const ana = await registry.createUser(bakery.id);
  const own = await registry.as(ana.email, ana.password);
  const ids = await addCameras(registry, north.id, 4);
  const bind = (customer: Tenant, some: CameraId[]) =>
    api.post('/cameras:bind', { ids: some, customerId: customer.id, planId: registry.planId });
  await bind(bakery, ids.slice(0, 2));
  await bind(inner, ids.slice(2, 3));
  await bind(neighbour, ids.slice(3));
  const keys = await addFootage(registry, bakery, ids[0] as CameraId, 450);
  const kept = await addFootage(registry, neighbour, ids[3] as CameraId, 5);

  for (const confirm of [undefined, 'delete', 'Delete ', 'DELETE']) {
    expect(await fetchDelete(api, bakery.id, { confirm })).toMatchObject({
      status: 422,
      body: { code: 'confirmation_required' },
    });
  }
  const numbers = { tenants: 2, cameras: 3, users: 1, recordings: 450, sizeBytes: 4_500 };
  expect(await fetchDelete(api, bakery.id, {}, '?dryRun=true')).toMatchObject({ status: 200, body: numbers });
  expect(await problemOf(own.post(`/tenants/${bakery.id}:disable`))).toMatchObject({ status: 403 });
  expect(await fetchDelete(own, bakery.id)).toMatchObject({ status: 403 });
  expect(await fetchDelete(api, north.id)).toMatchObject({ status: 409, body: { code: 'conflict' } });

  const begun = await fetchDelete(api, bakery.id);
  expect(begun).toMatchObject({ status: 202, body: { kind: 'tenant.delete', mayCancel: false } });
  expect(await problemOf(own.get('/me'))).toMatchObject({
    code: expect.stringMatching(/account_disabled|unauthenticated/) as string,
  });
  const receipt = await finished(registry, begun.body.id);
  expect(receipt.result).toMatchObject(numbers);
  expect(receipt.done).toBe(3 + 450 + 1 + 2);

  expect(await problemOf(api.get(`/tenants/${bakery.id}`))).toMatchObject({ status: 404 });
  expect(await problemOf(api.get(`/tenants/${inner.id}`))).toMatchObject({ status: 404 });
  const inbox = await api.get<{ items: { id: string }[] }>('/cameras?unbound=true');
  expect(inbox.items.map((camera) => camera.id).toSorted()).toEqual(ids.slice(0, 3).toSorted());
  for (const key of keys) expect(await registry.storage.head(key)).toBeNull();
  for (const key of kept) expect(await registry.storage.head(key)).not.toBeNull();
  await registry.createUser(neighbour.id, { email: ana.email });
  const told = await api.get<{ items: { operation: string; after: object }[] }>(
    `/history?target=${bakery.id}`,
  );
  const entry = told.items.find(({ operation }) => operation === 'tenant.deleted');
  expect(entry?.after).toMatchObject(numbers);
});

test('a legal hold keeps a customer until it is released, and a customer that goes takes no new one (R24)', async () => {
  const registry = await start();
  const north = await registry.createIntegrator();
  const bakery = await registry.createCustomer(north.id);
  const range = { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' };
  const hold = { customerId: bakery.id, ...range, reason: 'case 12' };
  const made = await registry.api.post<{ id: string }>('/legal-holds', hold);
  expect(await problemOf(registry.api.post('/legal-holds', { ...hold, to: range.from }))).toMatchObject({
    status: 422,
    errors: [{ pointer: '/to' }],
  });
  const refused = await fetchDelete(registry.api, bakery.id);
  expect(refused).toMatchObject({ status: 409 });
  expect(await registry.api.get(`/tenants/${bakery.id}`)).toMatchObject({ status: 'active' });
  await registry.api.post(`/legal-holds/${made.id}:release`);
  await registry.api.post(`/legal-holds/${made.id}:release`);
  expect(await registry.api.get('/legal-holds')).toMatchObject({ items: [] });
  expect(await registry.api.get('/legal-holds?released=true')).toMatchObject({ items: [{ id: made.id }] });
  const begun = await fetchDelete(registry.api, bakery.id);
  await finished(registry, begun.body.id);
});

test('an integrator goes once nothing hangs on it', async () => {
  const registry = await start();
  const north = await registry.createIntegrator();
  const shop = await registry.createCustomer(north.id);
  expect(await fetchDelete(registry.api, north.id)).toMatchObject({ status: 409 });
  await finished(registry, (await fetchDelete(registry.api, shop.id)).body.id);
  await finished(registry, (await fetchDelete(registry.api, north.id)).body.id);
  expect(await problemOf(registry.api.get(`/tenants/${north.id}`))).toMatchObject({ status: 404 });
});

test('a deletion that the end of the registry cut short goes on at the next start, and its receipt counts once', async () => {
  const database = await freshDatabase();
  running.push(() => database.close());
  const folder = await mkdtemp(join(tmpdir(), 'gantry-deletion-'));
  running.push(() => rm(folder, { recursive: true, force: true }));
  const config = { databaseUrl: database.url, storageUrl: `file:${folder}` };
  const first = await startTestRegistry({ config });
  const north = await first.createIntegrator();
  const bakery = await first.createCustomer(north.id);
  const [camera] = await addCameras(first, north.id, 1);
  const bound = { ids: [camera], customerId: bakery.id, planId: first.planId };
  await first.api.post('/cameras:bind', bound);
  const keys = await addFootage(first, bakery, camera as CameraId, 4_000, 20);
  const begun = await fetchDelete(first.api, bakery.id);
  const progress = async () => {
    const found = await database.db.execute<{ done: number; state: string }>(
      sql`select done, state from operations where id = ${begun.body.id}`,
    );
    return found.rows[0] as { done: number; state: string };
  };
  await until(async () => (await progress()).done > 200, { what: 'it is under way' });
  await first.close();
  const half = await progress();
  expect(half.state).toBe('running');
  expect(half.done).toBeLessThan(4_000);

  const second = await start(config);
  const receipt = await finished(second, begun.body.id);
  expect(receipt.result).toMatchObject({ tenants: 1, cameras: 1, recordings: 4_000, sizeBytes: 40_000 });
  for (const key of keys) expect(await second.storage.head(key)).toBeNull();
  expect(await problemOf(second.api.get(`/tenants/${bakery.id}`))).toMatchObject({ status: 404 });
});
