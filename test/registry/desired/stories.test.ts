import type { AgentId, CameraId } from '@gantry/protocol/ids.js';
import { uplinkTopic } from '@gantry/protocol/topics.js';
import { registryActor } from '@gantry/registry/actor.js';
import { changeCameras } from '@gantry/registry/cameras/bulk/change.js';
import { getCamera } from '@gantry/registry/cameras/list.js';
import { switchCamera } from '@gantry/registry/cameras/switch.js';
import { agents } from '@gantry/registry/db/schema/agents.js';
import { cameras } from '@gantry/registry/db/schema/cameras.js';
import { outbox } from '@gantry/registry/db/schema/registry.js';
import { disableTenant, enableTenant } from '@gantry/registry/tenancy/switch.js';
import { eq } from '@gantry/registry/db/drizzle.js';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { aCamera, actingIn } from '../cameras/site.js';
import { startStack, type Stack, type TestAgent } from './stack.js';

let stack: Stack;
beforeEach(async () => {
  stack = await startStack();
});
afterEach(() => stack.close());

const many = (count: number, from = 1) => Array.from({ length: count }, (_, n) => aCamera(from + n));
const settle = async () => {
  await stack.inbox.settle();
  await stack.publisher.settle();
};
const agentRow = async (id: AgentId) => {
  const [row] = await stack.ctx.db.select().from(agents).where(eq(agents.id, id));
  return row as typeof agents.$inferSelect;
};
/** An agent at work: born, its cameras registered and bound, its state applied. */
async function atWork(count: number, from = 1): Promise<{ agent: TestAgent; ids: CameraId[] }> {
  const agent = await stack.connect(await stack.addAgent());
  await agent.birth();
  const results = await agent.announce(many(count, from));
  const ids = results.map(({ cameraId }) => cameraId as CameraId);
  const act = { verb: 'bind' as const, customerId: stack.customer, planId: stack.plan };
  await changeCameras(stack.ctx, actingIn(stack.scope), act, ids);
  await until(() => agent.latest?.cameras.filter(({ record }) => record).length === count, {
    what: 'the state that records',
  });
  await agent.apply();
  await settle();
  return { agent, ids };
}

describe('from registration to recording', () => {
  it('registers 300 cameras in parts, binds them, and shows what is wanted and what is so', async () => {
    const { agent, ids } = await atWork(300);
    expect(new Set(ids).size).toBe(300);
    const view = () => getCamera(stack.ctx.db, stack.scope, ids[0] as CameraId, new Date());
    expect((await view()).status).toMatchObject({ chip: 'recording' });
    expect(await agentRow(agent.id)).toMatchObject({ presence: 'online', hostname: 'shop' });
    const generation = agent.latest?.generation;
    const again = await agent.announce(many(300));
    expect(new Set(again.map(({ outcome }) => outcome))).toEqual(new Set(['unchanged']));
    await settle();
    expect(agent.latest?.generation).toBe(generation);
  });

  it('answers a birth with the registry clock and the hash of the last whole inventory', async () => {
    const { agent } = await atWork(3);
    const beforeMs = Date.now();
    const again = await stack.connect(agent.id);
    await again.birth();
    const [ack] = again.acks;
    const { inventoryHash } = await agentRow(agent.id);
    expect(ack).toMatchObject({ of: 'birth', session: again.session, inventoryHash });
    expect(inventoryHash).toMatch(/^[0-9a-f]{64}$/);
    if (ack?.of === 'birth') expect(Math.abs(ack.atMs - beforeMs)).toBeLessThan(5_000);
  });
});

describe('a tenant switched off', () => {
  it('stops every camera below, whatever the depth, with one new generation', async () => {
    const branch = await stack.addTenant('integrator', stack.integrator, 'Branch');
    const shop = await stack.addTenant('customer', branch, 'Shop');
    const inner = await stack.addTenant('customer', shop, 'Till');
    const working = await Promise.all([1, 101].map((from) => atWork(4, from)));
    for (const { agent, ids } of working) {
      const act = { verb: 'bind' as const, customerId: inner, planId: stack.plan };
      await changeCameras(stack.ctx, actingIn(stack.scope), act, ids);
      await settle();
      await until(() => agent.latest?.cameras.every(({ record }) => record), { what: 'recording' });
    }
    const before = working.map(({ agent }) => agent.latest?.generation as number);
    await disableTenant(stack.ctx, registryActor, stack.scope, branch, { reason: null });
    await until(() => working.every(({ agent }) => agent.latest?.cameras.every(({ record }) => !record)), {
      what: 'all agents to be told',
    });
    await settle();
    for (const [index, { agent }] of working.entries()) {
      expect(agent.latest?.generation).toBe((before[index] as number) + 1);
      expect(agent.latest?.cameras.map(({ reason }) => reason)).toEqual(Array(4).fill('integrator_disabled'));
    }
    const [{ ids }] = working as [(typeof working)[0]];
    const view = await getCamera(stack.ctx.db, stack.scope, ids[0] as CameraId, new Date());
    expect(view.status.sentence).toBe('Off — integrator Branch disabled (stopping)');
    // A customer below that is switched on or off meanwhile changes the reason of nobody.
    await disableTenant(stack.ctx, registryActor, stack.scope, inner, { reason: null });
    await settle();
    expect(working[0]?.agent.latest?.generation).toBe((before[0] as number) + 1);
    await enableTenant(stack.ctx, registryActor, stack.scope, inner, { cameras: 'all' });
    await enableTenant(stack.ctx, registryActor, stack.scope, branch, { cameras: 'all' });
    await until(() => working.every(({ agent }) => agent.latest?.cameras.every(({ record }) => record)), {
      what: 'everything to record again',
    });
  });

  it('tells 16 agents', async () => {
    const working: TestAgent[] = [];
    for (let n = 0; n < 16; n += 1) working.push((await atWork(1, n * 10 + 1)).agent);
    const everyoneRecords = (record: boolean) => () =>
      working.every((agent) => agent.latest?.cameras[0]?.record === record);
    await disableTenant(stack.ctx, registryActor, stack.scope, stack.customer, { reason: null });
    await until(everyoneRecords(false), { what: 'all to be told to stop' });
    await enableTenant(stack.ctx, registryActor, stack.scope, stack.customer, { cameras: 'all' });
    await until(everyoneRecords(true), { what: 'all to be told to go on' });
  });
});

describe('binding', () => {
  const bind = (ids: CameraId[], customerId = stack.customer, planId = stack.plan) =>
    changeCameras(stack.ctx, actingIn(stack.scope), { verb: 'bind', customerId, planId }, ids).then(
      ({ results }) => results.map(({ id, outcome }) => ({ id, outcome })),
    );
  const register = async (count: number) => {
    const agent = await stack.connect(await stack.addAgent());
    await agent.birth();
    return (await agent.announce(many(count))).map(({ cameraId }) => cameraId as CameraId);
  };
  const periods = async () =>
    (await stack.ctx.db.query.entitlements.findMany({ orderBy: (row, { asc }) => [asc(row.id)] })).map(
      ({ customerId, toAt, endReason }) => ({ customerId, open: toAt === null, endReason }),
    );

  it('is told per camera, once, and keeps periods that follow each other', async () => {
    const [id] = (await register(1)) as [CameraId];
    const stranger = 'cam_01ARZ3NDEKTSV4RRFFQ69G5FAV' as CameraId;
    expect(await bind([id, stranger])).toEqual([
      { id, outcome: 'bound' },
      { id: stranger, outcome: 'not_found' },
    ]);
    expect(await bind([id])).toEqual([{ id, outcome: 'unchanged' }]);
    const other = await stack.addTenant('customer', stack.integrator, 'Butcher');
    await bind([id], other);
    await changeCameras(stack.ctx, actingIn(stack.scope), { verb: 'unbind' }, [id]);
    expect(await periods()).toEqual([
      { customerId: stack.customer, open: false, endReason: 'bound_to_another' },
      { customerId: other, open: false, endReason: 'unbound' },
    ]);
    const rows = await stack.ctx.db.query.bindings.findMany({ orderBy: (row, { asc }) => [asc(row.id)] });
    expect(rows).toHaveLength(2);
    expect(rows[0]?.toAt).toEqual(rows[1]?.fromAt);
    await settle();
    expect(await stack.ctx.db.$count(outbox)).toBe(0);
  });

  it('moves the camera to the nearest integrator and takes a copy of the settings (R8, R42)', async () => {
    const [id] = (await register(1)) as [CameraId];
    const branch = await stack.addTenant('integrator', stack.integrator, 'Branch');
    const shop = await stack.addTenant('customer', branch, 'Shop');
    await bind([id], shop, await stack.addPlan(branch));
    expect(await stack.ctx.db.query.cameras.findFirst()).toMatchObject({
      integratorId: branch,
      customerId: shop,
      tenantId: shop,
      retentionDays: 14,
      mode: 'continuous',
    });
  });

  it('refuses a plan of somebody beside, and what is no customer', async () => {
    const ids = await register(1);
    const south = await stack.addTenant('integrator', stack.platform, 'South');
    await expect(bind(ids, stack.customer, await stack.addPlan(south))).rejects.toMatchObject({
      code: 'plan_not_offered',
    });
    await expect(bind(ids, stack.integrator)).rejects.toMatchObject({ code: 'invalid' });
    const blind = { paths: [await stack.pathOf(south)] };
    const act = { verb: 'bind' as const, customerId: stack.customer, planId: stack.plan };
    await expect(changeCameras(stack.ctx, actingIn(blind), act, ids)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('binds the same cameras from both ends at once without a deadlock or a second period', async () => {
    const ids = await register(20);
    await Promise.all([bind(ids), bind([...ids].reverse()), bind(ids)]);
    expect(await periods()).toHaveLength(20);
  });

  it("keeps the integrator's own switch from the customer (R23)", async () => {
    const [id] = (await register(1)) as [CameraId];
    await bind([id]);
    const turn = (enabled: boolean, side: 'integrator' | 'customer') =>
      switchCamera(stack.ctx, registryActor, stack.scope, { id, enabled, side });
    await turn(false, 'integrator');
    await expect(turn(true, 'customer')).rejects.toMatchObject({ code: 'forbidden' });
    await turn(true, 'integrator');
    await turn(false, 'customer');
    await turn(true, 'customer');
    await turn(true, 'customer');
    expect((await periods()).map(({ open, endReason }) => [open, endReason])).toEqual([
      [false, 'camera_off'],
      [false, 'camera_off'],
      [true, null],
    ]);
  });
});

describe('what nobody saw', () => {
  it('sends the state at once to an agent that comes back after a switch', async () => {
    const { agent } = await atWork(2);
    agent.cut();
    await disableTenant(stack.ctx, registryActor, stack.scope, stack.customer, { reason: null });
    const back = await stack.connect(agent.id);
    await back.birth();
    const state = await until(() => back.latest, { what: 'its state' });
    expect(state.cameras.map(({ record }) => record)).toEqual([false, false]);
  });

  it('works off an outbox that a crash left behind, without a hint', async () => {
    const { agent } = await atWork(1);
    await stack.ctx.db.update(cameras).set({ enabled: false, switchedOffBy: 'integrator' });
    await stack.ctx.db.insert(outbox).values({ kind: 'tenant', refs: [stack.platform] });
    await until(() => agent.latest?.cameras[0]?.record === false, { what: 'the sweep' });
    expect(agent.latest?.cameras[0]?.reason).toBe('camera_off');
  });

  it('sends again what an online agent has not applied', async () => {
    const agent = await stack.connect(await stack.addAgent());
    await agent.birth();
    await agent.announce(many(1));
    await until(() => agent.states.filter(({ cameras }) => cameras.length === 1).length >= 2, {
      what: 'the same state twice',
    });
    await agent.apply();
    await settle();
    const { appliedGeneration, generation } = await agentRow(agent.id);
    expect(appliedGeneration).toBe(generation);
  });

  it('passes an agent that is ahead because the database was restored from a backup', async () => {
    const { agent } = await atWork(1);
    const ahead = { epoch: 1, generation: 1_000 };
    const before = agent.latest?.generation;
    await agent.birth({ accepted: ahead, applied: ahead });
    await until(() => agent.latest?.generation !== before, { what: 'another generation' });
    expect(agent.latest?.generation).toBe(1_001);
  });

  it('tells an agent to let go of a camera that another one has now', async () => {
    const { agent, ids } = await atWork(1);
    const fresh = await stack.addAgent();
    await stack.ctx.db.update(cameras).set({ agentId: fresh });
    await stack.ctx.db.insert(outbox).values({ kind: 'agent', refs: [agent.id, fresh] });
    await until(() => agent.latest?.cameras.length === 0, { what: 'the state without it' });
    await agent.send('reported', {
      session: agent.session,
      reportId: 'report-of-the-old',
      sentAtMs: Date.now(),
      applied: { epoch: 1, generation: agent.latest?.generation ?? 0 },
      part: 1,
      parts: 1,
      cameras: [
        { cameraId: ids[0], state: 'recording', reason: null, detail: null, sinceMs: 1, generation: 1 },
      ],
    });
    await until(() => agent.latest?.cameras[0]?.reason === 'released', { what: 'the release' });
    expect(agent.latest?.cameras[0]).toMatchObject({ cameraId: ids[0], record: false });
  });
});

describe('presence', () => {
  const presence = async (id: AgentId) => (await agentRow(id)).presence;

  it('goes offline only when the connection stays away, and ignores the death of an older session', async () => {
    const { agent } = await atWork(1);
    const second = await stack.connect(agent.id);
    await second.birth();
    await second.send('death', { session: agent.session, reason: 'lost' });
    await settle();
    await until(async () => (await stack.absences.sweep(), true));
    expect(await presence(agent.id)).toBe('online');
    await second.send('death', { session: second.session, reason: 'lost' });
    await settle();
    expect(await stack.absences.sweep()).toEqual([]);
    expect(await presence(agent.id)).toBe('online');
    await until(async () => (await stack.absences.sweep()).includes(agent.id), { what: 'offline' });
    expect(await presence(agent.id)).toBe('offline');
  });

  it('is unknown after a start, and online with the first heartbeat', async () => {
    const { agent } = await atWork(1);
    await stack.absences.forgetAll();
    expect(await presence(agent.id)).toBe('unknown');
    const position = { epoch: 1, generation: 1 };
    await agent.send('heartbeat', {
      session: agent.session,
      sentAtMs: Date.now(),
      accepted: position,
      applied: position,
      inventoryHash: null,
      spool: { segments: 3, sizeBytes: 4_000, oldestAtMs: null },
    });
    await until(async () => (await presence(agent.id)) === 'online', { what: 'online' });
    expect(await agentRow(agent.id)).toMatchObject({ spoolSegments: 3, spoolSizeBytes: 4_000 });
  });
});

it('drops whatever is no message, counts it, and goes on', async () => {
  const { agent } = await atWork(1);
  const kinds = ['birth', 'death', 'heartbeat', 'inventory', 'reported', 'event'] as const;
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...kinds),
      fc.oneof(
        fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes)),
        fc.json().map((text) => Buffer.from(text)),
        fc.object({ depthSize: 'small' }).map((value) => Buffer.from(JSON.stringify(value))),
      ),
      async (kind, payload) => {
        sent += 1;
        await agent.client.publishAsync(uplinkTopic(agent.id, kind), payload, { qos: 1 });
      },
    ),
    { numRuns: 300 },
  );
  await until(() => stack.inbox.counts().malformed === sent, { what: 'all of it to be counted' });
  const [result] = await agent.announce(many(1));
  expect(result?.outcome).toBe('unchanged');
  expect(stack.inbox.counts().failed).toBe(0);
});
