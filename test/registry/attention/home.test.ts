import { agents } from '@gantry/registry/db/schema/agents.js';
import { cameras } from '@gantry/registry/db/schema/cameras.js';
import { tenants } from '@gantry/registry/db/schema/tenants.js';
import { eq, sql } from '@gantry/registry/db/drizzle.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApi, type Api } from '../../support/api.js';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { plantTenant, plantUser, unknownFixtures, type Planted } from '../authorization/world.js';

interface Home {
  cameras: { total: number; expected: number; byState: Record<string, number> };
  attention: { total: number; items: { kind: string; sentence: string; cameras: number; action: string }[] };
  waiting: { kind: string; id: string; name: string }[];
  newest: { id: string }[];
  steps: { step: string; done: boolean }[] | null;
}

let registry: TestRegistry;
let platform: Planted;
let north: Planted;
let bakery: Planted;
let api: Api;

beforeAll(async () => {
  registry = await startTestRegistry();
  const { context, planId, url } = registry;
  const [root] = await context.db.select().from(tenants).where(eq(tenants.kind, 'platform'));
  const { id, path } = root as typeof tenants.$inferSelect;
  platform = { id, kind: 'platform', path, parent: null, fixtures: unknownFixtures };
  north = await plantTenant(context, 'integrator', platform, planId);
  bakery = await plantTenant(context, 'customer', north, planId);
  api = createApi(url, (await plantUser(context, north.id, { owner: true })).headers);
});
afterAll(() => registry.close());

const homeOf = (tenant: Planted, as: Api = api) => as.get<Home>(`/tenants/${tenant.id}/home`);

/** More cameras like the one there is. */
async function more(tenant: Planted, columns: Partial<typeof cameras.$inferInsert>[]): Promise<string[]> {
  const { db, newId } = registry.context;
  const [row] = await db
    .select()
    .from(cameras)
    .where(eq(cameras.id, tenant.fixtures.camera as never));
  const made = columns.map((own) => {
    const id = newId('camera');
    return { ...(row as typeof cameras.$inferSelect), id, localId: id, ...own };
  });
  await db.insert(cameras).values(made);
  return made.map(({ id }) => id);
}

test('an agent that was let in and never heard waits; a box that asks is for the platform to see', async () => {
  expect((await homeOf(north)).waiting).toMatchObject([{ kind: 'agent', id: north.fixtures.agent }]);
  await registry.context.db.execute(sql`
    insert into claims (id, thumbprint, public_key, user_code, state, hostname, agent_version, expires_at)
    values ('clm_1', 'print', '{}', 'BCDF-GHJK', 'pending', 'shed', '1', now() + interval '10 minutes')`);
  const seen = await homeOf(platform, registry.api);
  expect(seen.waiting).toEqual(
    expect.arrayContaining([expect.objectContaining({ kind: 'claim', name: 'shed' })]),
  );
  const ofNorth = await homeOf(north);
  expect(ofNorth.waiting.map(({ kind }) => kind)).toEqual(['agent']);
  expect(JSON.stringify(seen)).not.toContain('BCDF');
});

test('the numbers, one line per root cause, the newest cameras and the first steps', async () => {
  const { db } = registry.context;
  await db
    .update(agents)
    .set({ presence: 'online', lastHeardAt: new Date() })
    .where(eq(agents.id, north.fixtures.agent as never));
  const silent = { reportedState: 'parked', reportedDetail: 'no space left' } as const;
  await more(bakery, [
    { reportedState: 'recording' },
    { reportedState: 'recording' },
    silent,
    silent,
    { ...silent, reportedDetail: 'the stream is not known' },
    { access: 'needs_login', accessReason: '401' },
    { enabled: false, switchedOffBy: 'customer', reportedState: 'stopped' },
    { missingSince: new Date() },
  ]);
  const home = await homeOf(north);
  expect(home.cameras).toEqual({
    total: 10,
    expected: 8,
    byState: { recording: 2, not_recording: 3, waiting: 2, offline: 1, disabled: 1, unassigned: 1 },
  });
  expect(home.attention.items.map(({ kind, cameras: count }) => [kind, count])).toEqual([
    ['not_recording', 2],
    ['not_recording', 1],
    ['camera_missing', 1],
    ['needs_login', 1],
    ['inbox', 1],
  ]);
  expect(home.attention.items[0]?.sentence).toMatch(/^2 cameras of Box .* do not record: no space left$/);
  expect(home.newest).toHaveLength(6);
  expect(home.steps).toEqual([
    { step: 'add_agent', done: true },
    { step: 'create_customer', done: true },
    { step: 'bind_camera', done: true },
  ]);

  await db
    .update(agents)
    .set({ presence: 'offline' })
    .where(eq(agents.id, north.fixtures.agent as never));
  const gone = await homeOf(north);
  expect(gone.attention.items.map(({ kind, cameras: count }) => [kind, count])).toEqual([
    ['agent_offline', 10],
    ['inbox', 1],
  ]);
  expect((await homeOf(bakery)).attention.items).toMatchObject([{ kind: 'agent_offline', cameras: 9 }]);
});

test('a new integrator sees what to do first; who only watches sees no work', async () => {
  const { context, url } = registry;
  const fresh = await registry.createIntegrator();
  const steps = (await registry.api.get<Home>(`/tenants/${fresh.id}/home`)).steps;
  expect(steps?.map(({ done }) => done)).toEqual([false, false, false]);
  const guard = createApi(url, (await plantUser(context, bakery.id, { family: 'guard' })).headers);
  const home = await homeOf(bakery, guard);
  expect(home).toMatchObject({ attention: { total: 0 }, waiting: [], steps: null });
  expect(home.cameras.total).toBe(9);
});
