import type { AgentId, CameraId, TenantId } from '@gantry/protocol/ids.js';
import { registerCameras } from '@gantry/registry/cameras/register.js';
import { agents } from '@gantry/registry/db/schema/agents.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Api } from '../../support/api.js';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { until } from '../../support/until.js';
import { aCamera } from '../cameras/site.js';

/** What a role that lists a camera lets its holder see and do there (R30), as one table. */
const given = {
  nothing: [],
  view: ['view'],
  configure: ['configure'],
  clip: ['clip'],
  'view and configure': ['view', 'configure'],
} as const;
type Given = keyof typeof given;
const names = Object.keys(given) as Given[];

let registry: TestRegistry;
let north: string;
let shop: string;
/** One camera for each row of {@link given}, and one person whose role lists them all. */
const cameraOf = new Map<Given, CameraId>();
let person: Api;

beforeAll(async () => {
  registry = await startTestRegistry();
  const { api, context, planId } = registry;
  north = (await registry.createIntegrator()).id;
  shop = (await registry.createCustomer(north)).id;
  const agentId: AgentId = context.newId('agent');
  await context.db
    .insert(agents)
    .values({ id: agentId, integratorId: north as TenantId, name: 'box', hostname: 'box' });
  const entries = names.map((_, n) => aCamera(n + 1));
  const made = await registerCameras(context, agentId, entries, new Set());
  for (const [n, name] of names.entries()) cameraOf.set(name, made[n]?.cameraId as CameraId);
  await api.post('/cameras:bind', { ids: [...cameraOf.values()], customerId: shop, planId });
  // Two roles: rights are the union over them.
  const roleOf = async (permission: string) => {
    const cameras = names
      .filter((name) => (given[name] as readonly string[]).includes(permission))
      .map((name) => ({ cameraId: cameraOf.get(name), permissions: [permission] }));
    const role = { tenantId: shop, name: permission, family: 'admin', cameras };
    return (await api.post<{ id: string }>('/roles', role)).id;
  };
  const roleIds = [await roleOf('view'), await roleOf('configure'), await roleOf('clip')];
  const { email, password } = await registry.createUser(shop, { roleIds });
  person = await registry.as(email, password);
});
afterAll(() => registry.close());

type Outcome = 'yes' | 'no' | 'hidden';
const seen: Readonly<Record<Given, Outcome>> = {
  nothing: 'hidden',
  view: 'yes',
  configure: 'hidden',
  clip: 'hidden',
  'view and configure': 'yes',
};
const changed: Readonly<Record<Given, Outcome>> = { ...seen, view: 'no' };

const times = { from: '2026-01-01T00:00:00Z', to: '2026-01-01T01:00:00Z' };
const json = (method: string, body: unknown, headers = {}): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** 404 `There is no camera…`: it is not there for this person; other refusals of what is seen are `no`. */
async function outcomeOf(response: Response, id: string): Promise<Outcome> {
  if (response.status < 400) return 'yes';
  const { status, detail } = (await response.json()) as { status: number; detail: string };
  if (status === 404) return detail.startsWith(`There is no camera ${id}`) ? 'hidden' : 'yes';
  return status === 403 ? 'no' : 'yes';
}

test.each<[string, Readonly<Record<Given, Outcome>>, (id: string) => Promise<Response>]>([
  ['shown', seen, (id) => person.fetch(`/cameras/${id}`)],
  [
    'its timeline read',
    seen,
    (id) => person.fetch(`/cameras/${id}/recordings?${new URLSearchParams(times).toString()}`),
  ],
  ['played', seen, (id) => person.fetch(`/cameras/${id}/playback`, json('POST', times))],
  ['its picture taken', seen, (id) => person.fetch(`/cameras/${id}/snapshot`)],
  [
    'renamed',
    changed,
    (id) => person.fetch(`/cameras/${id}`, json('PATCH', { name: 'New' }, { 'if-match': '"1"' })),
  ],
  ['switched off', changed, (id) => person.fetch(`/cameras/${id}:disable`, json('POST', {}))],
  ['switched on', changed, (id) => person.fetch(`/cameras/${id}:enable`, json('POST', {}))],
])('by each right it may be %s', async (_act, expected, ask) => {
  const outcomes: Record<string, Outcome> = {};
  for (const name of names) {
    const id = cameraOf.get(name) as CameraId;
    outcomes[name] = await outcomeOf(await ask(id), id);
  }
  expect(outcomes).toEqual(expected);
});

test.each<[string, object]>([
  ['bind', {}],
  ['unbind', {}],
  ['setPlan', {}],
  ['enable', {}],
  ['disable', {}],
  ['tag', { add: ['x'] }],
])('in bulk, %s tells the same of each', async (verb, more) => {
  const { planId } = registry;
  const target = verb === 'bind' ? { customerId: shop, planId } : verb === 'setPlan' ? { planId } : {};
  const body = { ids: [...cameraOf.values()], ...target, ...more };
  const told = await person.post<{ skipped: { code: string; count: number }[] }>(
    `/cameras:${verb}?dryRun=true`,
    body,
  );
  expect(told.skipped.toSorted((a, b) => (a.code < b.code ? -1 : 1))).toMatchObject([
    { code: 'forbidden', count: 1 },
    { code: 'not_found', count: 3 },
  ]);
  const { items } = await person.post<{ items: { outcome: string; code?: string }[] }>(
    `/cameras:${verb}`,
    body,
  );
  expect(items.slice(0, 4).map(({ outcome, code }) => code ?? outcome)).toEqual([
    'not_found',
    'forbidden',
    'not_found',
    'not_found',
  ]);
  expect(['skipped', 'not_found']).not.toContain(items[4]?.outcome);
  if (verb !== 'unbind') return;
  // Back in the shop for the verbs that come after.
  const ids = [cameraOf.get('view and configure')];
  await registry.api.post('/cameras:bind', { ids, customerId: shop, planId });
});

test('lists, counts and files hold what is shown, and nothing else', async () => {
  const expected = (['view', 'view and configure'] as const)
    .map((name) => cameraOf.get(name) as string)
    .toSorted();
  const { items } = await person.get<{ items: { id: string }[] }>('/cameras');
  expect(items.map(({ id }) => id).toSorted()).toEqual(expected);
  expect(await person.get('/cameras/count?exact=true')).toMatchObject({ count: 2 });
  expect(await person.get('/cameras/summary')).toMatchObject({ total: 2 });
  const lines = (await (await person.fetch('/cameras:export')).text()).trimEnd().split('\r\n');
  expect(
    lines
      .slice(1)
      .map((line) => line.split(',', 1)[0] as string)
      .toSorted(),
  ).toEqual(expected);
  const csv = ['id,name', ...[...cameraOf.values()].map((id, n) => `${id},Name ${n}`)].join('\n');
  const read = await person.fetch('/cameras:import?dryRun=true', {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: csv,
  });
  // A customer may not add cameras (R11), by a list neither.
  expect(read.status).toBe(403);
});

describe('where a camera is named', () => {
  /** Of the integrator, with a role that lists one camera of the shop and not the one with this name. */
  let integrators: Api;
  const hiddenName = 'Secret door';
  const hidden = () => cameraOf.get('nothing') as CameraId;
  const shown = () => cameraOf.get('view and configure') as CameraId;
  let link: { id: string };
  const statusOf = async (path: string, init: RequestInit) => (await integrators.fetch(path, init)).status;

  beforeAll(async () => {
    const { api, planId } = registry;
    const rights = [{ cameraId: shown(), permissions: ['view', 'configure', 'share'] }];
    const role = { tenantId: north, name: 'One camera', family: 'admin', cameras: rights };
    const { id } = await api.post<{ id: string }>('/roles', role);
    const { email, password } = await registry.createUser(north, { roleIds: [id] });
    integrators = await registry.as(email, password);
    for (const [cameraId, name] of [
      [hidden(), hiddenName],
      [shown(), 'Shop door'],
    ] as const) {
      const { version } = await api.get<{ version: number }>(`/cameras/${cameraId}`);
      await api.patch(`/cameras/${cameraId}`, { name }, version);
    }
    const owner = await registry.createUser(shop, {});
    const shopkeeper = await registry.as(owner.email, owner.password);
    link = await shopkeeper.post('/share-links', { cameraId: hidden(), name: 'the neighbour' });
    await api.fetch('/cameras:import', {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
      body: `mac,name,customer,plan\n00:40:8c:99:99:99,Secret one to come,${shop},${planId}`,
    });
    await until(async () => (await api.get<{ items: unknown[] }>('/expected-cameras')).items.length > 0, {
      what: 'the list to be read',
    });
  });

  test.each([
    ['the history', '/history?limit=200'],
    ['the history of that camera', () => `/history?target=${hidden()}`],
    ['the history as a file', '/history:export'],
    ['search', '/search?q=Secret'],
    ['the home page', () => `/tenants/${north}/home`],
    ['the list', '/cameras?text=Secret'],
    ['the list of cameras to come', '/expected-cameras'],
    ['the links', '/share-links'],
    ['the operations', '/operations'],
    ['the proof of stop', () => `/tenants/${shop}/stopping`],
  ])('%s does not name one that may not be viewed', async (_what, path) => {
    const at = typeof path === 'string' ? path : path();
    const [mine, all] = [await integrators.fetch(at), await registry.api.fetch(at)];
    expect([mine.status, all.status]).toEqual([200, 200]);
    const text = await mine.text();
    expect(text).not.toContain('Secret');
    expect(text).not.toContain(link.id);
  });

  test('the history tells of the others, of links with their camera, and of all to whoever sees all', async () => {
    const told = async (api: Api) => {
      const { items } = await api.get<{ items: { operation: string; sentence: string }[] }>(
        '/history?limit=200',
      );
      return items.filter(({ operation }) => /^(?:camera\.renamed|shareLink\.created)$/.test(operation));
    };
    expect((await told(integrators)).map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(/to Shop door$/),
    ]);
    expect(await told(registry.api)).toHaveLength(3);
  });

  test('switching a customer on names those that may be viewed, and counts all that had been off', async () => {
    await registry.api.post('/cameras:disable', { ids: [hidden(), shown()] });
    await registry.api.post(`/tenants/${shop}:disable`, {});
    const answer = await integrators.post(`/tenants/${shop}:enable`, {});
    expect(answer).toMatchObject({ hadBeenOff: { total: 2, cameras: [{ id: shown(), name: 'Shop door' }] } });
    expect(JSON.stringify(answer)).not.toContain('Secret');
  });

  test('what may not be viewed is not there for acts either', async () => {
    const replace = (id: string, byCameraId: string) =>
      statusOf(`/cameras/${id}:replace`, json('POST', { byCameraId }));
    expect(await replace(shown(), hidden())).toBe(404);
    expect(await replace(hidden(), shown())).toBe(404);
    expect(await statusOf(`/share-links/${link.id}:revoke`, { method: 'POST' })).toBe(404);
    const [coming] = (await registry.api.get<{ items: { id: number }[] }>('/expected-cameras')).items;
    expect(await statusOf(`/expected-cameras/${coming?.id}`, { method: 'DELETE' })).toBe(404);
  });

  test('a site, which shows all its cameras, is set up by those only who may configure them all', async () => {
    const [box] = (await registry.api.get<{ items: { id: string }[] }>('/agents')).items;
    expect(await statusOf(`/agents/${box?.id}/setup`, json('POST', { kind: 'view' }))).toBe(403);
    expect(await statusOf(`/agents/${box?.id}/setup/cameras/cam-1/snapshot`, {})).toBe(403);
  });
});
