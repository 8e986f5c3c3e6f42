import type { AgentId, CameraId, TenantId } from '@gantry/protocol/ids.js';
import { registerCameras } from '@gantry/registry/cameras/register.js';
import { agents } from '@gantry/registry/db/schema/agents.js';
import { beginImport } from '@gantry/registry/operations/camera-import.js';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { problemOf, type Api } from '../../support/api.js';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { until } from '../../support/until.js';
import { aCamera } from '../cameras/site.js';

interface Report {
  lines: number;
  valid: number;
  faults: { line: number; column: string; code: string }[];
  faulty: number;
  ignored: string[];
  changes: Record<string, number>;
  operation: { id: string } | null;
}
interface CameraAnswer {
  id: string;
  name: string;
  customer: { name: string } | null;
  plan: { name: string } | null;
  tags: string[];
}

let registry: TestRegistry;
let north: string;
let integrator: Api;
let agentId: AgentId;
let planName: string;
const mac = (n: number) => n.toString(16).padStart(12, '0');

async function addAgent(integratorId: string): Promise<AgentId> {
  const { context } = registry;
  const id = context.newId('agent');
  await context.db
    .insert(agents)
    .values({ id, integratorId: integratorId as TenantId, name: 'box', hostname: 'box' });
  return id;
}
const announce = async (agent: AgentId, ...numbers: number[]): Promise<CameraId[]> => {
  const entries = numbers.map((n) => aCamera(n));
  const made = await registerCameras(registry.context, agent, entries, new Set());
  return made.map(({ cameraId }) => cameraId as CameraId);
};
const upload = (api: Api, csv: string, query = '', headers: Record<string, string> = {}) =>
  api.fetch(`/cameras:import${query}`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv', ...headers },
    body: csv,
  });
const settled = (id: string) =>
  until(
    async () => {
      const found = await integrator.get<{ state: string; result: object; failures: object[] }>(
        `/operations/${id}`,
      );
      return found.state === 'done' ? found : null;
    },
    { timeoutMs: 60_000, what: 'the import to be done' },
  );
const camera = (id: string | undefined) => integrator.get<CameraAnswer>(`/cameras/${id}`);

beforeAll(async () => {
  registry = await startTestRegistry();
  north = (await registry.createIntegrator({ name: 'North' })).id;
  await registry.createCustomer(north, { name: 'Bakery' });
  await registry.createCustomer(north, { name: 'Twin' });
  await registry.createCustomer(north, { name: 'Twin' });
  const { email, password } = await registry.createUser(north);
  integrator = await registry.as(email, password);
  agentId = await addAgent(north);
  const [plan] = (await registry.api.get<{ items: { name: string }[] }>('/plans')).items;
  planName = plan?.name as string;
});
afterAll(() => registry.close());

it('binds what is there, expects what is to come, and says of each other line why not', async () => {
  const [door, yard] = await announce(agentId, 1, 2);
  const csv = [
    'mac,serial,id,name,customer,plan,tags,colour',
    `${mac(1)},,,Front door,bakery,${planName},door;street,red`,
    `,,${yard},Yard,,,,`,
    `${mac(77)},,,Hall,Bakery,${planName},hall,`,
    `,SN-78,,Loft,Bakery,${planName},,`,
    `${mac(79)},,,,,,,`,
    `${mac(1)},,,,,,,`,
    `,,cam_01ARZ3NDEKTSV4RRFFQ69G5FAV,,,,,`,
    `${mac(80)},,,,Twin,${planName},,`,
    `${mac(81)},,,,Bakery,No such plan,,`,
    `nonsense,,,,,,,`,
  ].join('\r\n');
  const expected = {
    lines: 10,
    valid: 4,
    faulty: 6,
    faults: [
      { line: 6, column: 'customer', code: 'required', cells: { mac: mac(79) } },
      { line: 7, column: 'mac', code: 'duplicate' },
      { line: 8, column: 'id', code: 'not_found' },
      { line: 9, column: 'customer', code: 'ambiguous' },
      { line: 10, column: 'plan', code: 'plan_not_offered' },
      { line: 11, column: 'mac', code: 'invalid_format' },
    ],
    ignored: ['colour'],
    changes: { bind: 1, rename: 2, tag: 1, expect: 2, unchanged: 0 },
  };
  const seen = await upload(integrator, csv, '?dryRun=true');
  expect(seen.status).toBe(200);
  expect(await seen.json()).toMatchObject({ ...expected, operation: null });
  expect((await camera(door)).customer).toBeNull();

  const refused = await upload(integrator, csv, '?atomic=true');
  expect(refused.status).toBe(422);
  expect(await refused.json()).toMatchObject({ errors: [{ pointer: '/6/customer' }, {}, {}, {}, {}, {}] });

  const headers = { 'idempotency-key': randomUUID() };
  const begun = await upload(integrator, csv, '', headers);
  expect(begun.status).toBe(202);
  const { operation, ...told } = (await begun.json()) as Report;
  expect(told).toMatchObject(expected);
  const replayed = (await (await upload(integrator, csv, '', headers)).json()) as Report;
  expect(replayed.operation?.id).toBe(operation?.id);
  const done = await settled(operation?.id as string);
  expect(done).toMatchObject({
    failures: [],
    result: { bound: 1, renamed: 2, tagged: 1, expected: 2 },
  });
  expect(await camera(door)).toMatchObject({
    name: 'Front door',
    customer: { name: 'Bakery' },
    plan: { name: planName },
    tags: ['door', 'street'],
  });
  expect(await camera(yard)).toMatchObject({ name: 'Yard', customer: null });

  const again = (await (await upload(integrator, csv, '?dryRun=true')).json()) as Report;
  expect(again.changes).toMatchObject({ bind: 0, rename: 0, tag: 0, unchanged: 2 });
});

it('binds an expected camera in the moment it registers, and forgets that it was expected', async () => {
  const list = () =>
    integrator.get<{ items: { id: number; kind: string; value: string }[] }>('/expected-cameras');
  expect((await list()).items.map(({ kind, value }) => [kind, value])).toEqual([
    ['mac', mac(77)],
    ['serial', 'sn-78'],
  ]);
  const [hall] = await announce(agentId, 77);
  expect(await camera(hall)).toMatchObject({
    name: 'Hall',
    customer: { name: 'Bakery' },
    tags: ['hall'],
  });
  const { items } = await integrator.get<{ items: { sentence: string }[] }>(`/history?target=${hall}`);
  expect(items[0]?.sentence).toMatch(/^list of .* bound Hall to Bakery/);
  const [left] = (await list()).items;
  expect(left).toMatchObject({ kind: 'serial' });
  await integrator.delete(`/expected-cameras/${left?.id}`);
  expect((await list()).items).toEqual([]);
  expect((await problemOf(integrator.delete(`/expected-cameras/${left?.id}`))).code).toBe('not_found');
});

it('leaves a camera to the integrator whose agent sees it, whoever else expects it', async () => {
  const south = (await registry.createIntegrator({ name: 'South' })).id;
  await registry.createCustomer(south, { name: 'Florist' });
  const { email, password } = await registry.createUser(south);
  const stranger = await registry.as(email, password);
  const csv = `mac,customer,plan\n${mac(90)},Florist,${planName}\n${mac(1)},Florist,${planName}`;
  const begun = (await (await upload(stranger, csv)).json()) as Report;
  // A camera of others reads like one that is to come.
  expect(begun).toMatchObject({ valid: 2, changes: { expect: 2, bind: 0 } });
  await until(async () => (await stranger.get<{ items: object[] }>('/expected-cameras')).items.length === 2, {
    what: 'South to expect two',
  });
  const [ours] = await announce(agentId, 90);
  expect((await camera(ours)).customer).toBeNull();
  expect((await stranger.get<{ items: object[] }>('/expected-cameras')).items).toHaveLength(2);
});

it('exports what an import takes, and a template to begin with', async () => {
  const exported = await (await integrator.fetch('/cameras:export?tag=door')).text();
  const [header, line] = exported.split('\r\n');
  expect(header?.split(',').slice(0, 7)).toEqual(['id', 'mac', 'serial', 'name', 'customer', 'plan', 'tags']);
  expect(line).toContain(`${mac(1)},1,Front door,Bakery,${planName},door;street,waiting,`);
  const back = (await (await upload(integrator, exported, '?dryRun=true')).json()) as Report;
  expect(back).toMatchObject({ valid: 1, faulty: 0, changes: { unchanged: 1, bind: 0, rename: 0, tag: 0 } });
  const template = await (await integrator.fetch('/cameras/import-template')).text();
  expect(template.split('\r\n')[0]).toBe('id,mac,serial,name,customer,plan,tags');
});

it('takes ten megabytes and no more, and nothing that is no list', async () => {
  const row = `${'x'.repeat(99)},\n`;
  const tooMuch = await upload(integrator, `serial,name\n${row.repeat(110_000)}`, '?dryRun=true');
  expect(tooMuch.status).toBe(413);
  const many = await upload(integrator, `serial,name\n${row.repeat(90_000)}`, '?dryRun=true');
  expect(many.status).toBe(422);
  expect((await upload(integrator, 'name\nDoor')).status).toBe(422);
  expect((await upload(integrator, 'serial,name\n')).status).toBe(422);
});

it('is tried again, line by line, by somebody whose roles are not about single cameras', async () => {
  const { context } = registry;
  const shop = (await registry.createCustomer(north, { name: 'Kiosk' })).id as TenantId;
  const gone = context.newId('camera');
  const step = {
    line: 3,
    cameraId: gone,
    expect: null,
    name: 'Door',
    customerId: null,
    planId: null,
    tags: null,
  };
  const place = { tenantId: shop, tenantIds: [shop] };
  const actor = { kind: 'user' as const, id: null, name: 'Ana', ip: null, userAgent: null };
  const { id } = await beginImport(context, actor, [step], place);
  const failures = [{ id: 'line 3', code: 'not_found' }];
  expect(await settled(id)).toMatchObject({ failures });

  const role = await integrator.post<{ id: string }>('/roles', {
    tenantId: shop,
    name: 'None',
    family: 'admin',
  });
  const { email, password } = await registry.createUser(shop, { roleIds: [role.id] });
  const limited = await registry.as(email, password);
  expect(await problemOf(limited.post(`/operations/${id}:retry`))).toMatchObject({ status: 403 });
  const again = await integrator.post<{ id: string; total: number }>(`/operations/${id}:retry`);
  expect(again.total).toBe(1);
  expect(await settled(again.id)).toMatchObject({ failures });
});
