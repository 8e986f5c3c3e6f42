import { hashSecret } from '@gantry/registry/access/secrets.js';
import { cameras } from '@gantry/registry/db/schema/cameras.js';
import { sessions } from '@gantry/registry/db/schema/people.js';
import { roleCameras, roleMembers, roles } from '@gantry/registry/db/schema/roles.js';
import { tenants } from '@gantry/registry/db/schema/tenants.js';
import { eq, sql } from '@gantry/registry/db/drizzle.js';
import { createConnection } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openEventStream, type EventStream } from '../../support/event-stream.js';
import { createApi } from '../../support/api.js';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { until } from '../../support/until.js';
import {
  plantApiKey,
  plantTenant,
  plantUser,
  unknownFixtures,
  type Planted,
} from '../authorization/world.js';

let registry: TestRegistry;
let north: Planted;
let south: Planted;
let bakery: Planted;
let butcher: Planted;
let admin: Record<string, string>;
const open: EventStream[] = [];

/** The clock of the registry, moved by tests. */
const ahead = { ms: 0 };

beforeAll(async () => {
  registry = await startTestRegistry({ overrides: { clock: { nowMs: () => Date.now() + ahead.ms } } });
  const { context, planId } = registry;
  const [root] = await context.db.select().from(tenants).where(eq(tenants.kind, 'platform'));
  const { id, path } = root as typeof tenants.$inferSelect;
  const platform: Planted = { id, kind: 'platform', path, parent: null, fixtures: unknownFixtures };
  north = await plantTenant(context, 'integrator', platform, planId);
  south = await plantTenant(context, 'integrator', platform, planId);
  bakery = await plantTenant(context, 'customer', north, planId);
  butcher = await plantTenant(context, 'customer', north, planId);
  ({ headers: admin } = await plantUser(context, north.id, { owner: true }));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((stream) => stream.close()));
});
afterAll(() => registry.close());

async function listen(headers: Record<string, string>, query = ''): Promise<EventStream> {
  const stream = await openEventStream(registry.url, headers, `/events${query}`);
  open.push(stream);
  return stream;
}

const rename = (camera: string, name: string) =>
  registry.context.db
    .update(cameras)
    .set({ name, version: sql`version + 1` })
    .where(eq(cameras.id, camera as never));
const person = async (tenant: Planted, place: Parameters<typeof plantUser>[2] = {}) =>
  plantUser(registry.context, tenant.id, place);

test('what happens to a camera is heard by those above it, with the camera as it is now, and by nobody else', async () => {
  const integrator = await listen(admin, '?types=camera.*');
  const owner = await listen((await person(bakery)).headers, '?types=camera.*');
  const neighbour = await listen((await person(butcher)).headers);
  const stranger = await listen((await person(south)).headers);
  const program = await listen(await plantApiKey(registry.context, north.id), `?scope=${bakery.id}`);

  expect(integrator.response.headers.get('content-type')).toBe('text/event-stream');
  expect(integrator.response.headers.get('cache-control')).toContain('no-transform');
  await rename(bakery.fixtures.camera, 'Oven');
  for (const stream of [integrator, owner, program]) {
    const event = await stream.next(({ type }) => type === 'camera.changed', 'the new name');
    expect(event).toMatchObject({
      subject: bakery.fixtures.camera,
      tenantId: bakery.id,
      camera: { name: 'Oven', customerId: bakery.id, status: { chip: expect.any(String) } },
    });
    expect(event).not.toHaveProperty('path');
  }
  // A later event of their own ends the wait for those who must not have heard the first.
  await rename(butcher.fixtures.camera, 'Saw');
  await rename(south.fixtures.camera, 'Palm');
  await neighbour.next(({ camera }) => camera?.name === 'Saw', 'their own camera');
  await stranger.next(({ camera }) => camera?.name === 'Palm', 'their own camera');
  const heard = JSON.stringify([neighbour.frames, stranger.frames, program.frames.slice(1)]);
  expect(heard).not.toContain(bakery.id);
  expect(heard).not.toContain('Oven');
  expect(JSON.stringify(stranger.frames)).not.toContain(butcher.id);
});

test('a camera that goes to another customer leaves the one and comes to the other, and neither learns of the other', async () => {
  const { context, planId, url } = registry;
  const [from, to] = [
    await plantTenant(context, 'customer', north, planId),
    await plantTenant(context, 'customer', north, planId),
  ];
  const former = await listen((await person(from)).headers);
  const next = await listen((await person(to)).headers);
  const integrator = await listen(admin, '?types=camera.bound,camera.unbound,history.entry');
  const api = createApi(url, admin);
  const id = from.fixtures.camera;
  await api.post('/cameras:bind', { ids: [id], customerId: to.id, planId });
  const left = await former.next(({ type }) => type === 'camera.unbound', 'the camera to leave');
  expect(left).toMatchObject({ subject: id, camera: null, data: { customerId: from.id } });
  const came = await next.next(({ type }) => type === 'camera.bound', 'the camera to come');
  expect(came).toMatchObject({ subject: id, data: { customerId: to.id }, camera: { customerId: to.id } });
  expect(JSON.stringify(former.frames)).not.toContain(to.id);
  expect(JSON.stringify(next.frames.filter(({ data }) => !data.includes('history.entry')))).not.toContain(
    from.id,
  );
  await integrator.next(({ type }) => type === 'history.entry', 'the entry');
  expect(integrator.items.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['camera.unbound', 'camera.bound', 'history.entry']),
  );
});

test('guards hear of cameras alone, and of those their roles show them', async () => {
  const { db, newId } = registry.context;
  const guard = await person(bakery, { family: 'guard' });
  const role = newId('role');
  await db.insert(roles).values({ id: role, tenantId: bakery.id, name: 'Door', family: 'guard' });
  await db.insert(roleMembers).values({ roleId: role, userId: guard.userId as never });
  const second = { ...bakery, fixtures: { ...bakery.fixtures } };
  const [row] = await db
    .select()
    .from(cameras)
    .where(eq(cameras.id, bakery.fixtures.camera as never));
  second.fixtures.camera = newId('camera');
  await db.insert(cameras).values({
    ...(row as typeof cameras.$inferSelect),
    id: second.fixtures.camera as never,
    localId: 'second',
  });
  await db
    .insert(roleCameras)
    .values({ roleId: role, cameraId: second.fixtures.camera as never, permissions: ['view'] });
  const stream = await listen(guard.headers);
  await rename(bakery.fixtures.camera, 'Hidden');
  await createApi(registry.url, admin).post(`/cameras/${second.fixtures.camera}:disable`);
  await rename(second.fixtures.camera, 'Shown');
  await stream.next(({ camera }) => camera?.name === 'Shown', 'the camera of the role');
  expect(new Set(stream.items.map(({ subject }) => subject))).toEqual(new Set([second.fixtures.camera]));
  expect(stream.items.map(({ type }) => type.split('.')[0])).not.toContain('history');
});

test('whoever comes back is told what was missed; whoever was away too long begins anew', async () => {
  const first = await listen(admin, '?types=camera.*');
  await rename(bakery.fixtures.camera, 'Before');
  await first.next(({ camera }) => camera?.name === 'Before', 'the event before the break');
  const { lastId } = first;
  await first.close();
  await rename(butcher.fixtures.camera, 'While away');
  const back = await listen({ ...admin, 'last-event-id': lastId as string }, '?types=camera.*');
  await back.next(({ camera }) => camera?.name === 'While away', 'what was missed');
  expect(JSON.stringify(back.frames)).not.toContain('Before');
  expect(back.frames.every(({ event }) => event === 'message')).toBe(true);

  for (const place of ['1.1', '999999999999.1', 'nonsense']) {
    const lost = await listen(admin, `?after=${place}`);
    await until(() => lost.frames[0]?.event === 'reset', { what: `reset after ${place}` });
    await rename(butcher.fixtures.camera, `After ${place}`);
    await lost.next(({ camera }) => camera?.name === `After ${place}`, 'what happens after the reset');
  }
});

test('of many states of one camera within one batch the last is told', async () => {
  const stream = await listen(admin, '?types=camera.recording.reported');
  await registry.context.db.transaction(async (tx) => {
    for (let n = 0; n < 20; n += 1) {
      await tx
        .update(cameras)
        .set({ reportedState: n % 2 === 0 ? 'recording' : 'stopped', reportedReason: null })
        .where(eq(cameras.id, bakery.fixtures.camera as never));
    }
  });
  const event = await stream.next(() => true, 'the report');
  expect(event.data['state']).toBe('stopped');
  expect(stream.items).toHaveLength(1);
});

test('whoever is switched off, signs out or expires hears bye at once, and nothing after', async () => {
  const { context, planId, url } = registry;
  const shop = await plantTenant(context, 'customer', north, planId);
  const staff = await person(shop);
  const key = await plantApiKey(context, shop.id);
  const [ofPerson, ofKey] = [await listen(staff.headers), await listen(key)];
  await createApi(url, admin).post(`/tenants/${shop.id}:disable`);
  await until(() => ofPerson.ended && ofKey.ended, { what: 'both streams to end' });
  for (const stream of [ofPerson, ofKey]) {
    expect(stream.frames.at(-1)).toEqual({ event: 'bye', data: '{"code":"account_disabled"}' });
  }

  const leaver = await person(bakery);
  const stream = await listen(leaver.headers);
  const token = leaver.headers['cookie']?.split('=')[1] as string;
  await context.db.delete(sessions).where(eq(sessions.tokenHash, hashSecret(token)));
  await until(() => stream.ended, { what: 'the stream of who signed out to end' });
  expect(stream.frames.at(-1)).toEqual({ event: 'bye', data: '{"code":"unauthenticated"}' });
});

test('who may hear something else from now on comes back for it', async () => {
  const { db } = registry.context;
  const clerk = await person(bakery);
  const stream = await listen(clerk.headers);
  await db.execute(sql`insert into module_restrictions (tenant_id, module) values (${bakery.id}, 'history')`);
  await until(() => stream.ended, { what: 'the stream to end' });
  expect(stream.frames.some(({ event }) => event === 'bye')).toBe(false);
  const again = await listen(clerk.headers);
  await createApi(registry.url, admin).post(`/cameras/${bakery.fixtures.camera}:disable`);
  await again.next(({ type }) => type === 'camera.recording.desired', 'the switch');
  await createApi(registry.url, admin).post(`/cameras/${bakery.fixtures.camera}:enable`);
  await until(() => again.items.filter(({ type }) => type === 'camera.recording.desired').length === 2);
  expect(again.items.map(({ type }) => type)).not.toContain('history.entry');
});

test('nothing to tell: a heartbeat every 15 s, which moves the place on', async () => {
  const stream = await listen((await person(south)).headers);
  await rename(bakery.fixtures.camera, `Not for South ${Date.now()}`);
  ahead.ms += 16_000;
  await until(() => stream.comments.includes('still here'), { what: 'the heartbeat' });
  expect(stream.lastId).toMatch(/^\d+\.\d+$/);
  expect(stream.frames).toEqual([]);
});

test('a stream that is not read costs a bounded buffer; read again, it begins anew', async () => {
  const { db } = registry.context;
  const place = await plantTenant(registry.context, 'customer', north, registry.planId);
  const { headers } = await person(place);
  const { hostname, port } = new URL(registry.url);
  const socket = createConnection(Number(port), hostname);
  socket.write(
    `GET /api/v1/events HTTP/1.1\r\nHost: ${hostname}:${port}\r\nCookie: ${headers['cookie']}\r\n\r\n`,
  );
  await new Promise((resolve) => socket.once('data', resolve));
  socket.pause();
  // Each row is a story of its own and big: sockets and kernel buffers are full long before the end.
  const big = 'x'.repeat(4_000);
  for (let n = 0; n < 6; n += 1) {
    await db.execute(sql`
      insert into events (type, tenant_id, subject, data)
      select 'tenant.stopping', ${place.id}, ${`${n}-`} || i, jsonb_build_object('big', ${big}::text)
      from generate_series(1, 1500) i`);
    const probe = await listen(admin, `?scope=${place.id}&types=camera.*`);
    await rename(place.fixtures.camera, `Turn ${n}`);
    await probe.next(({ camera }) => camera?.name === `Turn ${n}`, 'a turn');
    await probe.close();
  }
  const text = { read: '' };
  socket.on('data', (chunk) => (text.read += chunk.toString('latin1')));
  socket.resume();
  await until(() => text.read.includes('event: reset'), { what: 'the reset', timeoutMs: 60_000 });
  await rename(place.fixtures.camera, 'After all');
  await until(() => text.read.includes('After all'), { what: 'what happens after the reset' });
  socket.destroy();
});

test('one sign-in has twenty streams at most, and a closed one makes room', async () => {
  const { headers } = await person(bakery);
  const streams = await Promise.all(Array.from({ length: 20 }, () => listen(headers)));
  await expect(listen(headers)).rejects.toThrow('429');
  await streams[0]?.close();
  await until(
    () =>
      listen(headers).then(
        () => true,
        () => false,
      ),
    { what: 'room for another stream' },
  );
});

test('a pattern that names nothing is refused with those that do, a foreign scope is not found', async () => {
  await expect(listen(admin, '?types=cameras.*')).rejects.toThrow(/422.*camera\.registered/s);
  await expect(listen(admin, `?scope=${south.id}`)).rejects.toThrow('404');
  await expect(listen({})).rejects.toThrow('401');
});
