import type { AgentId, CameraId, TenantId } from '@gantry/protocol/ids.js';
import { registerCameras } from '@gantry/registry/cameras/register.js';
import { agents } from '@gantry/registry/db/schema/agents.js';
import { cameras } from '@gantry/registry/db/schema/cameras.js';
import { eq } from '@gantry/registry/db/drizzle.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Api } from '../../support/api.js';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { aCamera } from '../cameras/site.js';

interface CameraAnswer {
  id: string;
  name: string;
  version: number;
  enabled: boolean;
  conflict: string | null;
  customer: { id: string; name: string } | null;
  plan: { id: string } | null;
  desired: { record: boolean; reason: string };
  reported: { state: string } | null;
  status: { chip: string; sentence: string };
}
interface Page {
  items: CameraAnswer[];
  next: string | null;
}

let registry: TestRegistry;
let north: string;
let bakery: string;
let ids: string[];
let agentId: AgentId;

/** An agent of an integrator with cameras numbered from `from`, registered but not bound. */
async function withCameras(integratorId: string, count: number, from: number): Promise<[AgentId, string[]]> {
  const { context } = registry;
  const id = context.newId('agent');
  await context.db
    .insert(agents)
    .values({ id, integratorId: integratorId as TenantId, name: `box-${from}`, hostname: 'box' });
  const entries = Array.from({ length: count }, (_, n) => aCamera(from + n));
  const results = await registerCameras(context, id, entries, new Set());
  // Lists go by id; of several ids made within one millisecond any may be first.
  return [id, results.map(({ cameraId }) => cameraId as CameraId).toSorted()];
}
const userOf = async (tenantId: string, fields = {}): Promise<Api> => {
  const { email, password } = await registry.createUser(tenantId, fields);
  return registry.as(email, password);
};
const codeOf = async (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => 'answered',
    (error: { problem?: { code: string } }) => error.problem?.code ?? 'no problem at all',
  );

beforeAll(async () => {
  registry = await startTestRegistry();
  north = (await registry.createIntegrator({ name: 'North' })).id;
  bakery = (await registry.createCustomer(north, { name: 'Bakery' })).id;
  [agentId, ids] = await withCameras(north, 5, 1);
});
afterAll(() => registry.close());

describe('cameras over HTTP', () => {
  it('lists the inbox, binds from it, and shows what is wanted and what is so', async () => {
    const { api } = registry;
    const inbox = await api.get<Page>('/cameras?unbound=true');
    expect(inbox.items.map(({ id, status }) => [id, status.chip])).toEqual(
      ids.map((id) => [id, 'unassigned']),
    );
    const bound = await api.post<{ items: unknown[] }>('/cameras:bind', {
      ids: ids.slice(0, 3),
      customerId: bakery,
      planId: registry.planId,
    });
    expect(bound.items).toEqual(ids.slice(0, 3).map((id) => ({ id, outcome: 'bound' })));
    const one = await api.get<CameraAnswer>(`/cameras/${ids[0]}`);
    expect(one).toMatchObject({
      customer: { id: bakery, name: 'Bakery' },
      plan: { id: registry.planId },
      desired: { record: true, reason: 'recording' },
      reported: null,
    });
    expect((await api.get<Page>(`/cameras?customer=${bakery}`)).items).toHaveLength(3);
    expect((await api.get<Page>(`/cameras?agent=${agentId}`)).items).toHaveLength(5);
    expect((await api.get<Page>('/cameras?text=camera%202')).items.map(({ name }) => name)).toEqual([
      'Camera 2',
    ]);
    expect((await api.get<Page>('/cameras?text=%25')).items).toEqual([]);
    expect((await api.get<Page>('/cameras?state=unassigned')).items).toHaveLength(2);
  });

  it('pages through everything once, also with a filter on the derived state', async () => {
    for (const filter of ['', '&state=unassigned', '&sort=name', '&sort=name&state=unassigned']) {
      const seen: string[] = [];
      let cursor = '';
      do {
        const page = await registry.api.get<Page>(`/cameras?limit=1${filter}${cursor}`);
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.next === null ? '' : `&cursor=${page.next}`;
      } while (cursor !== '');
      expect(seen.toSorted()).toEqual(filter.includes('unassigned') ? ids.slice(3) : ids);
    }
    const names = async (query: string) =>
      (await registry.api.get<Page>(`/cameras?${query}`)).items.map(({ name }) => name);
    expect(await names('sort=name')).toEqual(['Camera 1', 'Camera 2', 'Camera 3', 'Camera 4', 'Camera 5']);
    expect(await names('sort=-name')).toEqual((await names('sort=name')).toReversed());
    expect(await names('sort=-createdAt')).toEqual((await names('sort=createdAt')).toReversed());
  });

  it('renames with the version that was read, and not with another', async () => {
    const path = `/cameras/${ids[0]}`;
    const { version } = await registry.api.get<CameraAnswer>(path);
    expect(await codeOf(registry.api.patch(path, { name: 'Door' }))).toBe('precondition_required');
    expect(await registry.api.patch(path, { name: 'Door' }, version)).toMatchObject({ name: 'Door' });
    expect(await codeOf(registry.api.patch(path, { name: 'Gate' }, version))).toBe('precondition_failed');
    expect(await codeOf(registry.api.patch(path, { owner: 'me' }, version))).toBe('invalid');
  });

  it('settles a conflict once somebody looked at it', async () => {
    const id = ids[4] as CameraId;
    const { db } = registry.context;
    await db.update(cameras).set({ conflict: 'two at once' }).where(eq(cameras.id, id));
    const { version } = await registry.api.get<CameraAnswer>(`/cameras/${id}`);
    const settled = await registry.api.patch(`/cameras/${id}`, { conflict: null }, version);
    expect(settled).toMatchObject({ conflict: null });
  });

  it('shows a tenant that is off as the reason, and its name', async () => {
    await registry.api.post(`/tenants/${bakery}:disable`, { reason: 'unpaid' });
    const off = await registry.api.get<CameraAnswer>(`/cameras/${ids[0]}`);
    expect(off).toMatchObject({
      desired: { record: false, reason: 'customer_disabled' },
      status: { chip: 'disabled', sentence: 'Off — customer Bakery disabled' },
    });
    await registry.api.post(`/tenants/${bakery}:enable`, {});
  });

  it('gives a customer its own switch, but not over what its integrator switched off', async () => {
    const customer = await userOf(bakery);
    const integrator = await userOf(north);
    const path = `/cameras/${ids[0]}`;
    expect(await customer.post(`${path}:disable`, {})).toMatchObject({
      enabled: false,
      switchedOffBy: 'customer',
    });
    expect(await integrator.post(`${path}:enable`)).toMatchObject({ enabled: true });
    expect(await integrator.post(`${path}:disable`)).toMatchObject({ switchedOffBy: 'integrator' });
    expect(await codeOf(customer.post(`${path}:enable`))).toBe('forbidden');
    await integrator.post(`${path}:enable`);
  });

  it('hides cameras, agents and customers of others behind 404', async () => {
    const south = (await registry.createIntegrator({ name: 'South' })).id;
    const shop = (await registry.createCustomer(south)).id;
    const [theirAgent, theirs] = await withCameras(south, 1, 50);
    const stranger = await userOf(south);
    for (const path of [`/cameras/${ids[0]}`, `/agents/${agentId}`, '/cameras/cam_nonsense']) {
      expect(await codeOf(stranger.get(path))).toBe('not_found');
    }
    expect((await stranger.get<Page>('/cameras')).items.map(({ id }) => id)).toEqual(theirs);
    expect((await stranger.get<{ items: { id: string }[] }>('/agents')).items.map(({ id }) => id)).toEqual([
      theirAgent,
    ]);
    expect(await codeOf(stranger.post(`/cameras/${ids[0]}:disable`))).toBe('not_found');
    const bind = (body: object) => stranger.post<{ items: unknown }>('/cameras:bind', body);
    const planId = registry.planId;
    expect(await codeOf(bind({ ids: theirs, customerId: bakery, planId }))).toBe('not_found');
    expect((await bind({ ids: [ids[0]], customerId: shop, planId })).items).toMatchObject([
      { id: ids[0], outcome: 'not_found' },
    ]);
    const unbound = await stranger.post<{ items: unknown }>('/cameras:unbind', { ids: [ids[0]] });
    expect(unbound.items).toMatchObject([{ id: ids[0], outcome: 'not_found' }]);
  });

  it('lets guards look and not touch, and nobody in without signing in', async () => {
    const guard = await userOf(bakery, { family: 'guard' });
    expect((await guard.get<Page>('/cameras')).items).toHaveLength(3);
    expect(await codeOf(guard.post(`/cameras/${ids[0]}:disable`))).toBe('forbidden');
    expect(await codeOf(guard.post('/cameras:unbind', { ids }))).toBe('forbidden');
    expect(await codeOf(registry.at().get('/cameras'))).toBe('unauthenticated');
    expect(await codeOf(registry.at().get('/agents'))).toBe('unauthenticated');
  });

  it('names what is wrong with a request', async () => {
    const { api } = registry;
    const bind = (body: object) => codeOf(api.post('/cameras:bind', body));
    expect(await bind({ ids, customerId: bakery })).toBe('invalid');
    expect(await bind({ ids: [], customerId: bakery, planId: registry.planId })).toBe('invalid');
    expect(await bind({ ids, customerId: north, planId: registry.planId })).toBe('invalid');
    expect(await bind({ ids, customerId: bakery, planId: 'pln_01ARZ3NDEKTSV4RRFFQ69G5FAV' })).toBe(
      'plan_not_offered',
    );
    expect(await codeOf(api.get('/cameras?state=asleep'))).toBe('invalid');
    expect(await codeOf(api.get('/cameras?cursor=nonsense'))).toBe('malformed');
    const { next } = await api.get<Page>('/cameras?limit=1');
    expect(await codeOf(api.get(`/cameras?limit=1&enabled=true&cursor=${next}`))).toBe('malformed');
    expect(await codeOf(api.get(`/cameras?limit=1&sort=name&cursor=${next}`))).toBe('malformed');
    expect(await codeOf(api.get('/cameras?sort=address'))).toBe('invalid');
  });

  it('takes cameras back to the inbox', async () => {
    const { items } = await registry.api.post<{ items: unknown[] }>('/cameras:unbind', {
      ids: [ids[0], ids[4]],
    });
    expect(items).toEqual([
      { id: ids[0], outcome: 'unbound' },
      { id: ids[4], outcome: 'unchanged' },
    ]);
  });
});
