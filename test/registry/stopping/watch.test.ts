import { cameras } from '@gantry/registry/db/schema/cameras.js';
import { tenants } from '@gantry/registry/db/schema/tenants.js';
import { eq, sql } from '@gantry/registry/db/drizzle.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApi, type Api } from '../../support/api.js';
import { openEventStream, type EventStream } from '../../support/event-stream.js';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { until } from '../../support/until.js';
import { plantTenant, plantUser, unknownFixtures, type Planted } from '../authorization/world.js';

let registry: TestRegistry;
let north: Planted;
let api: Api;
let stream: EventStream;

beforeAll(async () => {
  registry = await startTestRegistry();
  const { context, planId, url } = registry;
  const [root] = await context.db.select().from(tenants).where(eq(tenants.kind, 'platform'));
  const { id, path } = root as typeof tenants.$inferSelect;
  const platform: Planted = { id, kind: 'platform', path, parent: null, fixtures: unknownFixtures };
  north = await plantTenant(context, 'integrator', platform, planId);
  const { headers } = await plantUser(context, north.id, { owner: true });
  api = createApi(url, headers);
  stream = await openEventStream(url, headers, '/events?types=tenant.*,camera.stop.*');
});
afterAll(async () => {
  await stream.close();
  await registry.close();
});

/** A customer with cameras that record. */
async function shop(count: number): Promise<{ id: string; cameras: string[] }> {
  const { context, planId } = registry;
  const planted = await plantTenant(context, 'customer', north, planId);
  const [row] = await context.db
    .update(cameras)
    .set({ reportedState: 'recording' })
    .where(eq(cameras.id, planted.fixtures.camera as never))
    .returning();
  const more = Array.from({ length: count - 1 }, (_none, n) => ({
    ...(row as typeof cameras.$inferSelect),
    id: context.newId('camera'),
    localId: `${planted.id}-${n}`,
  }));
  await context.db.insert(cameras).values(more);
  return { id: planted.id, cameras: [planted.fixtures.camera, ...more.map((camera) => camera.id)] };
}

const report = (ids: readonly string[], state: 'stopped' | 'recording') =>
  registry.context.db.execute(sql`
    update cameras set reported_state = ${state} where id = any(${sql.param(ids)}::text[])`);

const told = (tenantId: string, fits: (data: Record<string, unknown>) => boolean, what: string) =>
  stream.next(
    ({ type, subject, data }) => type === 'tenant.stopping' && subject === tenantId && fits(data),
    what,
  );

test('a switch-off is one event; the numbers count down until the last camera has confirmed', async () => {
  const { id, cameras: ids } = await shop(40);
  const { rows: before } = await registry.context.db.execute<{ n: number }>(
    sql`select count(*)::int as n from events where type like 'camera.%'`,
  );
  await api.post(`/tenants/${id}:disable`, { reason: 'contract ended' });
  const off = await stream.next(
    ({ type, subject }) => type === 'tenant.disabled' && subject === id,
    'the switch',
  );
  expect(off.data).toMatchObject({ kind: 'customer', reason: 'contract ended' });
  await told(id, ({ unwanted, stopped }) => unwanted === 40 && stopped === 0, 'the numbers at the beginning');
  const { rows: after } = await registry.context.db.execute<{ n: number }>(
    sql`select count(*)::int as n from events where type like 'camera.%'`,
  );
  expect(after).toEqual(before);

  await report(ids.slice(0, 39), 'stopped');
  await told(id, ({ stopped }) => stopped === 39, 'the number going on');
  const shown = await api.get(`/tenants/${id}/stopping`);
  expect(shown).toMatchObject({ active: false, cameras: 40, unwanted: 40, stopped: 39, overdue: false });
  expect(shown['stragglers']).toMatchObject([{ cameras: 1, sentence: expect.stringContaining('Box') }]);

  await report(ids.slice(39), 'stopped');
  await told(id, ({ stopped }) => stopped === 40, 'the last one');

  await api.post(`/tenants/${id}:enable`);
  await report(ids.slice(0, 12), 'recording');
  expect(await api.get(`/tenants/${id}/stopping`)).toMatchObject({ active: true, wanted: 40, recording: 12 });
});

test('a stop that is not confirmed within 30 s is told once, with who is late (R19)', async () => {
  const { id } = await shop(2);
  await api.post(`/tenants/${id}:disable`);
  await told(id, ({ overdue }) => overdue === false, 'the numbers at the beginning');
  await registry.context.db.execute(
    sql`update tenants set disabled_at = disabled_at - interval '31 seconds' where id = ${id}`,
  );
  registry.context.changes.hint('tenant', { tenantId: id });
  const alarm = await stream.next(
    ({ type, subject }) => type === 'tenant.stop.unconfirmed' && subject === id,
    'the alarm',
  );
  expect(alarm.data).toMatchObject({ unwanted: 2, stopped: 0, overdue: true });
  registry.context.changes.hint('tenant', { tenantId: id });
  await told(id, ({ overdue }) => overdue === true, 'the numbers that are overdue');
  expect(stream.items.filter(({ type }) => type === 'tenant.stop.unconfirmed')).toHaveLength(1);
});

test('a camera that was switched off alone and goes on recording is told of once, too', async () => {
  const { cameras: ids } = await shop(2);
  const [id] = ids as [string, string];
  const { db } = registry.context;
  await db.execute(sql`insert into entitlements (camera_id, customer_id, from_at)
    select id, customer_id, now() - interval '1 hour' from cameras where id = ${id}`);
  await api.post(`/cameras/${id}:disable`);
  await db.execute(
    sql`update entitlements set to_at = to_at - interval '31 seconds' where camera_id = ${id}`,
  );
  const late = () =>
    stream.items.filter(({ type, subject }) => type === 'camera.stop.unconfirmed' && subject === id);
  registry.context.changes.hint('tenant', { tenantId: north.id });
  await until(() => late().length === 1, { what: 'the alarm' });
  expect(late()[0]).toMatchObject({ camera: { status: { sentence: expect.stringContaining('stop') } } });
  const { rows } = await db.execute(
    sql`select from events where type = 'camera.stop.unconfirmed' and subject = ${id}`,
  );
  expect(rows).toHaveLength(1);
});
