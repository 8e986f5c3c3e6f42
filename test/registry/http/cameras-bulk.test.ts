import type { AgentId, CameraId, TenantId } from '@gantry/protocol/ids.js';
import { registerCameras } from '@gantry/registry/cameras/register.js';
import { agents } from '@gantry/registry/db/schema/agents.js';
import { cameras } from '@gantry/registry/db/schema/cameras.js';
import { Failure } from '@gantry/registry/errors.js';
import { queueOperation } from '@gantry/registry/operations/operations.js';
import { startOperations } from '@gantry/registry/operations/queue.js';
import { sql } from '@gantry/registry/db/drizzle.js';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemOf, type Api } from '../../support/api.js';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { until } from '../../support/until.js';
import { aCamera } from '../cameras/site.js';

interface Done {
  items: { id: string; outcome: string; code?: string }[];
  undo: { path: string; body: Record<string, unknown> }[];
}
interface Operation {
  id: string;
  state: string;
  total: number;
  done: number;
  failed: number;
  retriedAs: string | null;
  failures: { id: string; code: string }[];
  result: { changed: number; unchanged: number; skipped: object; undo: Done['undo'] | null };
}
interface Count {
  count: number;
  exact: boolean;
}

let registry: TestRegistry;
let north: string;
let bakery: string;
let butcher: string;
let integrator: Api;
let number = 0;

/** Cameras of a new agent of the integrator, registered and not bound. */
async function addCameras(count: number, integratorId = north): Promise<[AgentId, CameraId[]]> {
  const { context } = registry;
  const id = context.newId('agent');
  await context.db
    .insert(agents)
    .values({ id, integratorId: integratorId as TenantId, name: 'box', hostname: 'box' });
  const ids: CameraId[] = [];
  for (let left = count; left > 0; left -= 250) {
    const entries = Array.from({ length: Math.min(left, 250) }, () => aCamera((number += 1)));
    const made = await registerCameras(context, id, entries, new Set());
    ids.push(...made.map(({ cameraId }) => cameraId as CameraId));
  }
  return [id, ids.toSorted()];
}

/** A POST with an Idempotency-Key of its own. */
const send = (api: Api, path: string, body: unknown, headers: Record<string, string> = {}) =>
  api.fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID(), ...headers },
    body: JSON.stringify(body),
  });

const ended = (id: string): Promise<Operation> =>
  until(
    async () => {
      const found = await registry.api.get<Operation & Record<string, unknown>>(`/operations/${id}`);
      return found.state === 'queued' || found.state === 'running' ? null : found;
    },
    { timeoutMs: 30_000, what: `operation ${id} to end` },
  );

beforeAll(async () => {
  registry = await startTestRegistry();
  north = (await registry.createIntegrator({ name: 'North' })).id;
  bakery = (await registry.createCustomer(north, { name: 'Bakery' })).id;
  butcher = (await registry.createCustomer(north, { name: 'Butcher' })).id;
  const { email, password } = await registry.createUser(north);
  integrator = await registry.as(email, password);
});
afterAll(() => registry.close());

describe('many cameras in one request (R40)', () => {
  it('binds 1,300 by filter once the number was confirmed, and takes them back', async () => {
    const [agent] = await addCameras(1_300);
    const { planId } = registry;
    const filter = { agent, unbound: true };
    const to = { customerId: bakery, planId };
    expect(await integrator.get<Count>(`/cameras/count?agent=${agent}&unbound=true`)).toMatchObject({
      count: 1_300,
      exact: true,
    });
    expect(await integrator.post('/cameras:bind?dryRun=true', { select: { filter }, ...to })).toMatchObject({
      total: 1_300,
      changes: [
        {
          from: { customer: null, plan: null },
          to: { customer: { id: bakery, name: 'Bakery' }, plan: { id: planId } },
          count: 1_300,
        },
      ],
      unchanged: 0,
      skipped: [],
    });
    const select = { filter, expectedCount: 1_299 };
    expect(await problemOf(integrator.post('/cameras:bind', { select, ...to }))).toMatchObject({
      code: 'malformed',
      detail: expect.stringContaining('Idempotency-Key') as string,
    });
    const changed = await send(integrator, '/cameras:bind', { select, ...to });
    expect(changed.status).toBe(409);
    expect(await changed.json()).toMatchObject({
      code: 'selection_changed',
      errors: [{ pointer: '/select/expectedCount', detail: '1300' }],
    });

    const confirmed = { select: { filter, expectedCount: 1_300 }, ...to };
    const key = { 'idempotency-key': randomUUID() };
    const begun = await send(integrator, '/cameras:bind', confirmed, key);
    expect(begun.status).toBe(202);
    const { id } = (await begun.json()) as Operation;
    expect(begun.headers.get('location')).toBe(`/api/v1/operations/${id}`);
    const again = await send(integrator, '/cameras:bind', confirmed, key);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(((await again.json()) as Operation).id).toBe(id);

    const receipt = await ended(id);
    expect(receipt).toMatchObject({ state: 'done', total: 1_300, done: 1_300, failed: 0 });
    expect(receipt.result).toMatchObject({ changed: 1_300, unchanged: 0, skipped: {} });
    const count = (query: string) => integrator.get<Count>(`/cameras/count?${query}`);
    expect((await count(`customer=${bakery}`)).count).toBe(1_300);
    const summary = await integrator.get<{ states: Record<string, number> }>(
      `/cameras/summary?agent=${agent}`,
    );
    expect(summary).toMatchObject({ total: 1_300, states: { waiting: 1_300, unassigned: 0 } });
    const left = await registry.context.db.execute(sql`select 1 from operation_items`);
    expect(left.rows).toEqual([]);

    const [undo] = receipt.result.undo ?? [];
    expect(undo?.path).toBe('/cameras:unbind');
    const back = (await (await send(integrator, '/cameras:unbind', undo?.body)).json()) as Operation;
    expect(await ended(back.id)).toMatchObject({ state: 'done', result: { changed: 1_300 } });
    expect((await count(`agent=${agent}&unbound=true`)).count).toBe(1_300);
  });

  it('tells of each camera what became of it, and of the rest why not', async () => {
    const [, ids] = await addCameras(4);
    const { planId } = registry;
    const bound = await integrator.post<Done>('/cameras:bind', {
      select: { ids: ids.slice(0, 3) },
      customerId: bakery,
      planId,
    });
    expect(bound.items.map(({ outcome }) => outcome)).toEqual(['bound', 'bound', 'bound']);
    await integrator.post('/cameras:bind', { ids: [ids[2]], customerId: butcher, planId });
    const other = await integrator.post<{ id: string }>('/plans', {
      tenantId: north,
      name: 'Large',
      retentionDays: 60,
    });
    const stranger = 'cam_01ARZ3NDEKTSV4RRFFQ69G5FAV';
    const planned = await integrator.post<Done>('/cameras:setPlan', {
      ids: [...ids, stranger],
      planId: other.id,
    });
    expect(planned.items.map(({ outcome, code }) => code ?? outcome)).toEqual([
      'planned',
      'planned',
      'planned',
      'not_bound',
      'not_found',
    ]);
    // One request per former plan and customer puts all back where they were.
    expect(planned.undo.map(({ path }) => path)).toEqual(['/cameras:bind', '/cameras:bind']);
    for (const { path, body } of planned.undo) await integrator.post(path, body);
    expect((await integrator.get<Count>(`/cameras/count?plan=${other.id}`)).count).toBe(0);

    const tagged = await integrator.post<Done>('/cameras:tag', { ids, add: ['door', 'night'], remove: [] });
    expect(tagged.items.every(({ outcome }) => outcome === 'tagged')).toBe(true);
    expect((await integrator.get<Count>('/cameras/count?tag=door&tag=night')).count).toBe(4);
    expect((await integrator.get<Count>('/cameras/count?tag=door&tag=dusk')).count).toBe(0);
    const tooMany = Array.from({ length: 19 }, (_, n) => `t${n}`);
    const refused = await integrator.post<Done>('/cameras:tag', { ids, add: tooMany });
    expect(new Set(refused.items.map(({ code }) => code))).toEqual(new Set(['too_many_tags']));
    const [item] = (await integrator.get<{ items: object[] }>(`/cameras?tag=night&limit=1`)).items;
    expect(item).toMatchObject({ tags: ['door', 'night'], lastSeenAt: null });

    const off = await integrator.post<Done>('/cameras:disable', { ids });
    expect(off.items.every(({ outcome }) => outcome === 'disabled')).toBe(true);
    const seen = await integrator.post('/cameras:enable?dryRun=true', { ids });
    expect(seen).toMatchObject({ changes: [{ from: { enabled: false }, to: { enabled: true }, count: 4 }] });
  });

  it('does all or nothing when asked to', async () => {
    const [, ids] = await addCameras(2);
    const [, foreign] = await addCameras(1, (await registry.createIntegrator()).id);
    const act = { customerId: bakery, planId: registry.planId, atomic: true };
    const refused = await problemOf(integrator.post('/cameras:bind', { ids: [...ids, ...foreign], ...act }));
    expect(refused).toMatchObject({
      code: 'conflict',
      errors: [{ pointer: '/select/ids/2', code: 'not_found' }],
    });
    expect((await integrator.get<{ customer: unknown }>(`/cameras/${ids[0]}`)).customer).toBeNull();
    expect((await integrator.post<Done>('/cameras:bind', { ids, ...act })).items).toHaveLength(2);
  });

  it('leaves the rest when it is stopped half way', async () => {
    const [agent] = await addCameras(1_001);
    const { db } = registry.context;
    // The step under way waits for this camera, so that the operation is caught in the middle.
    const [held] = await db
      .select({ id: cameras.id })
      .from(cameras)
      .where(sql`agent_id = ${agent}`)
      .limit(1);
    const body = { select: { filter: { agent }, expectedCount: 1_001 }, add: ['x'], remove: [] };
    const begun = await db.transaction(async (tx) => {
      await tx.execute(sql`select 1 from cameras where id = ${held?.id} for update`);
      const started = (await (await send(integrator, '/cameras:tag', body)).json()) as Operation;
      await until(
        async () =>
          (await integrator.get<{ state: string }>(`/operations/${started.id}`)).state === 'running',
        { what: 'the operation to run' },
      );
      return started;
    });
    await integrator.post(`/operations/${begun.id}:cancel`).catch(() => undefined);
    const stopped = await ended(begun.id);
    expect(['cancelled', 'done']).toContain(stopped.state);
    const tagged = await integrator.get<Count>(`/cameras/count?agent=${agent}&tag=x`);
    expect(tagged.count).toBe(stopped.done);
    expect((await db.execute(sql`select 1 from operation_items`)).rows).toEqual([]);
  });

  it('names what is wrong with a selection', async () => {
    const act = { customerId: bakery, planId: registry.planId };
    const code = async (body: object) => (await problemOf(integrator.post('/cameras:bind', body))).code;
    expect(await code(act)).toBe('invalid');
    expect(await code({ ...act, ids: [], select: { ids: [] } })).toBe('invalid');
    expect(await code({ ...act, select: { filter: { colour: 'red' }, expectedCount: 1 } })).toBe('invalid');
    expect(await code({ ...act, select: { filter: {} } })).toBe('invalid');
  });
});

describe('what a bulk act did in vain', () => {
  it('is tried again once, as an act of its own', async () => {
    const [, ids] = await addCameras(2);
    const { planId } = registry;
    await integrator.post('/cameras:bind', { ids: [ids[0]], customerId: bakery, planId });
    const other = await integrator.post<{ id: string }>('/plans', {
      tenantId: north,
      name: 'Again',
      retentionDays: 9,
    });
    const stranger = 'cam_01ARZ3NDEKTSV4RRFFQ69G5FAV';
    const act = { ids: [...ids, stranger], planId: other.id };
    const begun = await send(integrator, '/cameras:setPlan', act, { prefer: 'respond-async' });
    const first = await ended(((await begun.json()) as Operation).id);
    expect(first).toMatchObject({ state: 'done', done: 3, failed: 2, mayRetry: true, retriedAs: null });

    await integrator.post('/cameras:bind', { ids: [ids[1]], customerId: bakery, planId });
    const retry = () => send(integrator, `/operations/${first.id}:retry`, undefined);
    const both = await Promise.all([retry(), retry()]);
    const [won, lost] = both[0].ok ? both : both.toReversed();
    expect([won?.status, lost?.status]).toEqual([202, 409]);
    const { retriedAs } = await ended(first.id);
    expect(won?.headers.get('location')).toBe(`/api/v1/operations/${retriedAs}`);
    const again = await ended(retriedAs ?? '');
    expect(again).toMatchObject({ done: 2, failed: 1, result: { changed: 1, skipped: { not_found: 1 } } });
    expect(again.failures).toMatchObject([{ id: stranger, code: 'not_found' }]);
    expect((await integrator.get<Count>(`/cameras/count?plan=${other.id}`)).count).toBe(2);
    expect(await ended(first.id)).toMatchObject({ mayRetry: false });
    expect((await problemOf(integrator.post(`/operations/${first.id}:retry`))).detail).toContain(again.id);
    const third = await integrator.post<Operation>(`/operations/${again.id}:retry`);
    expect((await ended(third.id)).failures).toMatchObject([{ id: stranger }]);
  });

  it('stands beside the reason why the whole went no further', async () => {
    const { context } = registry;
    const queue = startOperations(context, {
      'test.vain': async (run) => {
        await run.step(async () => ({
          done: 1,
          failures: [{ id: 'one', code: 'not_bound', detail: 'it waits' }],
        }));
        throw new Failure('conflict', 'It became impossible.');
      },
    });
    const [home] = (await integrator.get<{ items: { tenantId: TenantId }[] }>('/operations?limit=1')).items;
    const { id } = await context.db.transaction((tx) =>
      queueOperation(
        context,
        tx,
        { kind: 'user', id: null, name: 'Ana', ip: null, userAgent: null },
        { kind: 'test.vain', tenantId: home?.tenantId as TenantId, payload: {}, total: 2 },
      ),
    );
    await queue.settle();
    await queue.close();
    expect(await ended(id)).toMatchObject({
      state: 'failed',
      failures: [{ code: 'conflict' }, { id: 'one', code: 'not_bound' }],
    });
  });
});

describe('a person whose roles list single cameras (R30)', () => {
  it('sees, counts and changes those only', async () => {
    const [, ids] = await addCameras(4);
    const shop = (await registry.createCustomer(north, { name: 'Shop' })).id;
    await integrator.post('/cameras:bind', { ids, customerId: shop, planId: registry.planId });
    const role = await integrator.post<{ id: string }>('/roles', {
      tenantId: shop,
      name: 'Two doors',
      family: 'admin',
      cameras: [
        { cameraId: ids[0], permissions: ['view', 'configure'] },
        { cameraId: ids[1], permissions: ['view'] },
        { cameraId: ids[2], permissions: ['configure'] },
      ],
    });
    const { email, password } = await registry.createUser(shop, { roleIds: [role.id] });
    const limited = await registry.as(email, password);

    const list = await limited.get<{ items: { id: string }[] }>('/cameras');
    expect(list.items.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect(await limited.get('/cameras/count')).toMatchObject({ count: 2 });
    expect(await limited.get('/cameras/summary')).toMatchObject({ total: 2 });
    for (const id of ids.slice(2)) {
      expect((await problemOf(limited.get(`/cameras/${id}`))).code).toBe('not_found');
      expect((await problemOf(limited.post(`/cameras/${id}:disable`))).code).toBe('not_found');
    }
    expect((await problemOf(limited.post(`/cameras/${ids[1]}:disable`))).code).toBe('forbidden');
    const { version } = await limited.get<{ version: number }>(`/cameras/${ids[1]}`);
    expect((await problemOf(limited.patch(`/cameras/${ids[1]}`, { name: 'Mine' }, version))).code).toBe(
      'forbidden',
    );
    expect(await limited.post(`/cameras/${ids[0]}:disable`)).toMatchObject({ enabled: false });

    const off = await limited.post<Done>('/cameras:disable', { ids });
    expect(off.items.map(({ outcome, code }) => code ?? outcome)).toEqual([
      'unchanged',
      'forbidden',
      'not_found',
      'not_found',
    ]);
  });
});
