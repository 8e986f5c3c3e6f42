import type { AgentId, CameraId, TenantId } from '@gantry/protocol/ids.js';
import { registerCameras } from '@gantry/registry/cameras/register.js';
import { agents } from '@gantry/registry/db/schema/agents.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Api } from '../../support/api.js';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';
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
let shop: string;
/** One camera for each row of {@link given}, and one person whose role lists them all. */
const cameraOf = new Map<Given, CameraId>();
let person: Api;

beforeAll(async () => {
  registry = await startTestRegistry();
  const { api, context, planId } = registry;
  const north = (await registry.createIntegrator()).id;
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
