import type { InventoryCamera } from '@gantry/protocol/camera.js';
import { agentId as agentIdSchema, type AgentId, type CameraId } from '@gantry/protocol/ids.js';
import { agents } from '@gantry/registry/db/schema/agents.js';
import { entitlements } from '@gantry/registry/db/schema/cameras.js';
import { endDrained } from '@gantry/registry/enrolment/replace.js';
import { encodeSegmentHeader, segmentHeader } from '@gantry/protocol/segment.js';
import { eq, sql } from '@gantry/registry/db/drizzle.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { problemOf } from '../../support/api.js';
import { startTestRegistry, type Tenant, type TestRegistry } from '../../support/registry.js';
import { until } from '../../support/until.js';
import { aCamera } from '../cameras/site.js';
import { TestAgent } from '../desired/stack.js';
import { describeFootage, record, type Footage } from '../recordings/footage.js';
import { newBox, type Box } from './box.js';

let registry: TestRegistry;
let north: Tenant;
let bakery: Tenant;
let footage: Footage;
const connected: TestAgent[] = [];

beforeAll(async () => {
  [registry, footage] = await Promise.all([startTestRegistry(), record({ seconds: 2 })]);
  north = await registry.createIntegrator({ name: 'North' });
  bakery = await registry.createCustomer(north.id, { name: 'Bakery' });
});
afterEach(() => connected.splice(0).forEach((agent) => agent.cut()));
afterAll(() => registry.close());

interface LetIn {
  box: Box;
  id: AgentId;
}
async function letIn(name: string, integrator = north): Promise<LetIn> {
  const box = await newBox();
  const { userCode } = await box.ask(registry.at());
  const approval = { integratorId: integrator.id, name };
  const { id } = await registry.api.post<{ id: string }>(`/claims/${userCode}:approve`, approval);
  return { box, id: agentIdSchema.parse(id) };
}
async function connect({ box, id }: LetIn, boot = 'boot-1234', bootCount = 1): Promise<TestAgent> {
  const url = `mqtt://127.0.0.1:${registry.mqttPort}`;
  const agent = await TestAgent.connect(url, id, await box.bearer(id));
  connected.push(agent);
  await agent.birth({ bootId: boot, bootCount });
  return agent;
}
async function registered(agent: TestAgent, entries: InventoryCamera[]): Promise<CameraId[]> {
  return (await agent.announce(entries)).map(({ cameraId }) => cameraId as CameraId);
}
const bind = (ids: CameraId[]) =>
  registry.api.post('/cameras:bind', { ids, customerId: bakery.id, planId: registry.planId });
const shown = (id: string) => registry.api.get<{ conflict: string | null }>(`/agents/${id}`);

interface HandOver {
  rule: { customer: { name: string } } | null;
  customers: { id: string; name: string }[];
  hasMore: boolean;
  plans: { id: string }[];
  waiting: string[];
}

describe('the cameras of a box that is set up', () => {
  it('may be given to customers of its integrator and below, and only to the one it was enrolled for', async () => {
    const own = await registry.createIntegrator({ name: 'Own' });
    const below = await registry.createIntegrator({ name: 'Below', parentId: own.id });
    const cafe = await registry.createCustomer(own.id, { name: 'Cafe' });
    await registry.createCustomer(below.id, { name: 'Diner' });
    const open = await letIn('Open', own);
    const [id] = await registered(await connect(open), [aCamera(991)]);
    const choice = await registry.api.get<HandOver>(`/agents/${open.id}/hand-over`);
    expect(choice).toMatchObject({ rule: null, hasMore: false, waiting: [id] });
    expect(choice.customers.map(({ name }) => name)).toEqual(['Cafe', 'Diner']);
    expect(choice.plans.map((plan) => plan.id)).toContain(registry.planId);
    const found = await registry.api.get<HandOver>(`/agents/${open.id}/hand-over?text=din`);
    expect(found.customers.map(({ name }) => name)).toEqual(['Diner']);

    const box = await newBox();
    const { userCode } = await box.ask(registry.at());
    const autoBind = { customerId: cafe.id, planId: registry.planId };
    const approval = { integratorId: own.id, name: 'Ruled', autoBind };
    const ruled = await registry.api.post<{ id: string }>(`/claims/${userCode}:approve`, approval);
    const agent = await connect({ box, id: agentIdSchema.parse(ruled.id) });
    await registered(agent, [aCamera(992)]);
    const [customer, plan] = [{ id: cafe.id }, { id: registry.planId }];
    expect(await registry.api.get(`/agents/${ruled.id}/hand-over?text=din`)).toMatchObject({
      rule: { customer: { name: 'Cafe' } },
      customers: [customer],
      plans: [plan],
      waiting: [],
    });
  });
});

describe('an agent that is replaced (R43)', () => {
  it('leaves cameras, ids and footage to the new one, and hands in what it had recorded, nothing else', async () => {
    const [old, fresh] = await Promise.all([letIn('Warehouse'), letIn('spare')]);
    const before = await connect(old);
    const url = aCamera(903, { kind: 'generic', keys: [{ kind: 'url', value: 'a'.repeat(64) }] });
    const ids = await registered(before, [aCamera(901), aCamera(902), url]);
    await bind(ids);
    const earlier = new Date(Date.now() - 600_000);
    await registry.context.db
      .update(entitlements)
      .set({ fromAt: earlier })
      .where(eq(entitlements.cameraId, ids[0] as CameraId));
    await registry.context.db.execute(sql`update tenant_activity set from_at = from_at - interval '1 hour'`);

    const after = await connect(fresh);
    // The ONVIF cameras are seen to be another agent's; the RTSP address becomes a camera of its own.
    expect((await after.announce([aCamera(901), url])).map(({ outcome }) => outcome)).toEqual([
      'bound_elsewhere',
      'registered',
    ]);
    const answer = await registry.api.post(`/agents/${old.id}:replace`, { byAgentId: fresh.id });
    expect(answer).toMatchObject({ replacedById: fresh.id, cameras: 3, ending: 'replaced' });
    expect(await registry.api.post(`/agents/${old.id}:replace`, { byAgentId: fresh.id })).toMatchObject({
      cameras: 0,
    });
    expect(await shown(fresh.id)).toMatchObject({ name: 'Warehouse', cameras: 3, ending: null });
    expect(await shown(old.id)).toMatchObject({ ending: 'replaced', replacedById: fresh.id, cameras: 0 });

    expect(await registered(after, [aCamera(901), aCamera(902), url])).toEqual(ids);
    await until(() => after.latest?.cameras.filter((camera) => camera.record).length === 3, {
      what: 'its wishes',
    });
    expect((await before.announce([aCamera(901)])).map(({ outcome }) => outcome)).toEqual([
      'bound_elsewhere',
    ]);
    // What is absent from its desired state it keeps, and says so.
    await before.send('reported', {
      session: before.session,
      reportId: 'report-of-the-old-one',
      sentAtMs: Date.now(),
      applied: { epoch: 0, generation: 0 },
      part: 1,
      parts: 1,
      cameras: ids.map((cameraId) => ({
        cameraId,
        state: 'recording',
        reason: null,
        detail: null,
        sinceMs: Date.now(),
        generation: 1,
      })),
    });
    await until(() => before.latest?.cameras.some((camera) => camera.reason === 'released'), {
      what: 'the word to let go',
    });

    const put = async (startedAtMs: number) => {
      const [segment] = describeFootage(footage, { cameraId: ids[0] as CameraId, startedAtMs });
      if (!segment) throw new Error('no footage');
      const { status } = await registry
        .at(await old.box.bearer(old.id))
        .fetch(`/agent/segments/${segment.meta.id}`, {
          method: 'PUT',
          headers: { 'content-type': 'video/mp4', [segmentHeader]: encodeSegmentHeader(segment.meta) },
          body: new Uint8Array(segment.bytes),
        });
      return status;
    };
    expect(await put(Date.now() - 300_000)).toBe(201);
    expect(await put(Date.now() + 60_000)).toBe(404);

    await registry.context.db
      .update(agents)
      .set({ endedAt: sql`clock_timestamp() - interval '1 minute'` })
      .where(eq(agents.id, old.id));
    await before.apply();
    const { epoch, generation } = before.latest ?? { epoch: 0, generation: 0 };
    await before.send('heartbeat', {
      session: before.session,
      sentAtMs: Date.now(),
      accepted: { epoch, generation },
      applied: { epoch, generation },
      inventoryHash: null,
      spool: { segments: 0, sizeBytes: 0, oldestAtMs: null },
    });
    await until(async () => (await endDrained(registry.context)) === 1, { what: 'the end of its key' });
    expect(await put(Date.now() - 300_000)).toBe(401);
    expect(await shown(old.id)).toMatchObject({ ending: 'replaced', drainUntil: null });
  });

  it('is refused where it would mix up two sites', async () => {
    const south = await registry.createIntegrator({ name: 'South' });
    const [old, foreign] = [await letIn('one'), await letIn('two', south)];
    const replace = (byAgentId: string) =>
      problemOf(registry.api.post(`/agents/${old.id}:replace`, { byAgentId }));
    expect(await replace(foreign.id)).toMatchObject({
      code: 'conflict',
      detail: expect.stringMatching(/Offer it/) as string,
    });
    expect(await replace(old.id)).toMatchObject({ code: 'conflict' });
    await registry.api.post(`/agents/${foreign.id}:revoke`);
    expect((await replace(foreign.id)).detail).toMatch(/ended itself/);
  });
});

describe('a camera whose hardware is replaced (R43)', () => {
  it('keeps its id, its customer and its name, and takes the keys of the new device', async () => {
    const agent = await connect(await letIn('yard'));
    const [old, fresh] = await registered(agent, [aCamera(911), aCamera(912)]);
    if (!old || !fresh) throw new Error('not registered');
    await bind([old]);
    expect(await registry.api.post(`/cameras/${old}:replace`, { byCameraId: fresh })).toEqual({ id: old });
    expect(await registry.api.get(`/cameras/${old}`)).toMatchObject({
      name: 'Camera 911',
      customer: { id: bakery.id },
    });
    expect((await problemOf(registry.api.get(`/cameras/${fresh}`))).status).toBe(404);
    const [again] = await agent.announce([aCamera(912)]);
    expect(again).toMatchObject({ cameraId: old });
    const wish = () => agent.latest?.cameras.find((camera) => camera.cameraId === old);
    await until(() => wish()?.localId === 'onvif-912' && wish()?.record, {
      what: 'the new device to be recorded',
    });
  });

  it('takes the old device, while that stays plugged in, for no new camera until somebody says so', async () => {
    const agent = await connect(await letIn('gate'));
    const url = (number: number) => ({ kind: 'url' as const, value: String(number).repeat(64).slice(0, 64) });
    const generic = (number: number) => aCamera(number, { kind: 'generic', keys: [url(number)] });
    const before = await registered(agent, [aCamera(913), generic(5)]);
    const after = await registered(agent, [aCamera(913), generic(5), aCamera(914), generic(6)]);
    const [old, place] = before as [CameraId, CameraId];
    await bind([old]);
    await registry.api.post(`/cameras/${old}:replace`, { byCameraId: after[2] });
    await registry.api.post(`/cameras/${place}:replace`, { byCameraId: after[3] });
    const all = [aCamera(913), generic(5), aCamera(914), generic(6)];
    const told = await agent.announce(all);
    // An address is no hardware: what answers at the old one is a camera that nobody knows yet.
    expect(told.map(({ outcome }) => outcome)).toEqual([
      'bound_elsewhere',
      'registered',
      'unchanged',
      'unchanged',
    ]);
    expect(told[0]).toMatchObject({
      cameraId: null,
      detail: expect.stringMatching(/^Replaced, still on the network: Camera 913/),
    });
    await agent.announce(all.map((camera) => ({ ...camera, firmware: 'another' })));
    const { items } = await registry.api.get<{ items: { operation: string; sentence: string }[] }>(
      `/history?limit=200`,
    );
    const seen = items.filter(({ operation }) => operation === 'camera.replacedSeen');
    expect(seen.map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(/replaced at Camera 913 is still on the network, at /),
    ]);

    const forgotten = () => registry.api.post(`/cameras/${old}:forgetReplaced`, {});
    expect(await forgotten()).toEqual({ id: old, forgotten: true });
    expect(await forgotten()).toEqual({ id: old, forgotten: false });
    const [back] = await agent.announce([aCamera(913)]);
    expect(back).toMatchObject({ outcome: 'registered' });
    await bind([back?.cameraId as CameraId]);
    const refused = problemOf(registry.api.post(`/cameras/${old}:replace`, { byCameraId: back?.cameraId }));
    expect((await refused).code).toBe('conflict');
  });
});

describe('an agent that goes to another integrator (R44)', () => {
  it('is offered and accepted, with the cameras nobody is bound to', async () => {
    const east = await registry.createIntegrator({ name: 'East' });
    const user = await registry.createUser(east.id);
    const theirs = await registry.as(user.email, user.password);
    const box = await letIn('site');
    const agent = await connect(box);
    const [bound, free] = await registered(agent, [aCamera(921), aCamera(922)]);
    await bind([bound as CameraId]);

    expect((await problemOf(theirs.post(`/agent-offers/${box.id}:accept`))).status).toBe(404);
    expect(await registry.api.post(`/agents/${box.id}:offer`, { integratorId: east.id })).toMatchObject({
      offeredToId: east.id,
      integratorId: north.id,
    });
    const { items } = await theirs.get<{ items: object[] }>('/agent-offers');
    expect(items).toMatchObject([{ id: box.id, name: 'site', from: 'North', cameras: 1 }]);
    await theirs.post(`/agent-offers/${box.id}:decline`);
    expect(await theirs.get('/agent-offers')).toEqual({ items: [] });

    await registry.api.post(`/agents/${box.id}:offer`, { integratorId: east.id });
    await registry.api.post(`/agents/${box.id}:withdraw`);
    expect((await problemOf(theirs.post(`/agent-offers/${box.id}:accept`))).status).toBe(404);
    await registry.api.post(`/agents/${box.id}:offer`, { integratorId: east.id });
    expect(await theirs.post(`/agent-offers/${box.id}:accept`)).toMatchObject({ integratorId: east.id });
    expect(await theirs.get(`/cameras/${free}`)).toMatchObject({ id: free });
    expect((await problemOf(theirs.get(`/cameras/${bound}`))).status).toBe(404);
    expect(await registry.api.get(`/cameras/${bound}`)).toMatchObject({ customer: { id: bakery.id } });
    expect((await agent.announce([aCamera(921), aCamera(922)])).map(({ cameraId }) => cameraId)).toEqual([
      bound,
      free,
    ]);
  });
});

describe('a key that two machines use', () => {
  it('is a conflict when they throw each other out in turns, and when one counts fewer starts', async () => {
    const box = await letIn('copied');
    await connect(box, 'boot-aaaa', 4);
    await connect(box, 'boot-bbbb', 5);
    expect((await shown(box.id)).conflict).toBeNull();
    await connect(box, 'boot-aaaa', 5);
    expect((await shown(box.id)).conflict).toMatch(/Two machines/);
    expect(await registry.api.post(`/agents/${box.id}:settle`)).toMatchObject({ conflict: null });
    await connect(box, 'boot-cccc', 9);
    await connect(box, 'boot-dddd', 3);
    expect((await shown(box.id)).conflict).toMatch(/fewer starts/);
  });

  it('is refused and shown when its agent was replaced and a copy of that is started', async () => {
    const [old, fresh] = await Promise.all([letIn('replaced'), letIn('in its place')]);
    await registry.api.post(`/agents/${old.id}:replace`, { byAgentId: fresh.id });
    await registry.context.db
      .update(agents)
      .set({ drainUntil: new Date(0) })
      .where(eq(agents.id, old.id));
    await endDrained(registry.context);
    expect((await shown(old.id)).conflict).toBeNull();
    await expect(connect(old)).rejects.toThrow(/refused|not authorized|closed/i);
    const token = await old.box.bearer(old.id);
    const put = registry.at(token).fetch('/agent/segments/seg_01JD8YAB2C0000000000000000', { method: 'PUT' });
    expect((await put).status).toBe(401);
    expect((await problemOf(old.box.ask(registry.at()))).code).toBe('forbidden');
    expect((await shown(old.id)).conflict).toMatch(/was replaced, and its key is still used/);
    expect((await shown(fresh.id)).conflict).toBeNull();
  });

  it('leaves a trace once an hour after it was reported stolen, wherever it is used', async () => {
    const box = await letIn('stolen');
    await registry.api.post(`/agents/${box.id}:reportStolen`);
    const use = async () =>
      (
        await registry
          .at(await box.box.bearer(box.id))
          .fetch('/agent/segments/seg_01JD8YAB2C0000000000000000', { method: 'PUT' })
      ).status;
    expect([await use(), await use()]).toEqual([401, 401]);
    await expect(connect(box)).rejects.toThrow(/refused|not authorized|closed/i);
    const { items } = await registry.api.get<{
      items: { operation: string; sentence: string; target: { id: string } }[];
    }>(`/history?limit=100&tenant=${north.id}`);
    const seen = items.filter(
      ({ operation, target }) => operation === 'agent.stolenSeen' && target.id === box.id,
    );
    expect(seen.map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(/^The stolen agent stolen tried to connect from (::ffff:)?127\.0\.0\.1$/),
    ]);
  });
});
