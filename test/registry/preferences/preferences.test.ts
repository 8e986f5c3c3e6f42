import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApi, problemOf, type Api } from '../../support/api.js';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { tenants } from '@gantry/registry/db/schema/tenants.js';
import { eq } from '@gantry/registry/db/drizzle.js';
import {
  plantApiKey,
  plantTenant,
  plantUser,
  unknownFixtures,
  type Planted,
} from '../authorization/world.js';

let registry: TestRegistry;
let bakery: Planted;
let butcher: Planted;
let api: Api;
beforeAll(async () => {
  registry = await startTestRegistry();
  const { context, planId, url } = registry;
  const [root] = await context.db.select().from(tenants).where(eq(tenants.kind, 'platform'));
  const { id, path } = root as typeof tenants.$inferSelect;
  const platform: Planted = { id, kind: 'platform', path, parent: null, fixtures: unknownFixtures };
  const north = await plantTenant(context, 'integrator', platform, planId);
  bakery = await plantTenant(context, 'customer', north, planId);
  butcher = await plantTenant(context, 'customer', north, planId);
  api = createApi(url, (await plantUser(context, bakery.id, {})).headers);
});
afterAll(() => registry.close());

const path = '/me/preferences';

test('whoever never chose has what the browser has; what is chosen stays, the rest is left alone', async () => {
  expect(await api.get(path)).toEqual({
    language: null,
    theme: 'auto',
    timeZone: null,
    views: [],
    lists: [],
    home: null,
    version: 0,
  });
  const view = { name: 'Offline', page: 'cameras', search: '?state=offline' };
  expect(await api.patch(path, { theme: 'dark', views: [view] }, 0)).toMatchObject({
    theme: 'dark',
    version: 1,
  });
  expect(await api.patch(path, { language: 'de' }, 1)).toMatchObject({
    language: 'de',
    theme: 'dark',
    views: [view],
    version: 2,
  });
  expect(await api.patch(path, { views: [] }, 2)).toMatchObject({ language: 'de', views: [], version: 3 });
});

test('two tabs do not overwrite each other', async () => {
  const { version } = await api.get<{ version: number }>(path);
  await api.patch(path, { theme: 'light' }, version);
  expect(await problemOf(api.patch(path, { theme: 'dark' }, version))).toMatchObject({ status: 412 });
  expect(await problemOf(api.patch(path, { theme: 'dark' }))).toMatchObject({ status: 428 });
});

test('the home page keeps the order of its cameras and leaves out what may not be seen (R54)', async () => {
  const { version } = await api.get<{ version: number }>(path);
  const home = { columns: 2, cameras: [butcher.fixtures.camera, bakery.fixtures.camera] };
  const shown = await api.patch(path, { home }, version);
  expect(shown['home']).toEqual({ columns: 2, cameras: [bakery.fixtures.camera] });
});

test.each([
  [{ theme: 'pink' }],
  [{ timeZone: 'Mars/Olympus' }],
  [{ colour: 'red' }],
  [{ home: { columns: 0, cameras: [] } }],
  [{ views: Array.from({ length: 51 }, () => ({ name: 'x', page: 'x', search: '' })) }],
])('%j is refused', async (body) => {
  expect(await problemOf(api.patch(path, body, 0))).toMatchObject({ status: 422 });
});

test('a program has no preferences', async () => {
  const program = createApi(registry.url, await plantApiKey(registry.context, bakery.id));
  expect((await program.fetch(path)).status).toBe(403);
});
