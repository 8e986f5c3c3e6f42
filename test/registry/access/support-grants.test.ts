import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemOf, type Api } from '../../support/api.js';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { describeFootage, record } from '../recordings/footage.js';
import { openShop, type Shop } from '../recordings/site.js';
import { enrolled, putSegment } from '../recordings/uploads.js';

const clock = { nowMs: () => Date.now() + clock.aheadMs, aheadMs: 0 };
const hourMs = 3_600_000;
let registry: TestRegistry;
let shop: Shop;
beforeAll(async () => {
  registry = await startTestRegistry({ overrides: { clock } });
  shop = await openShop(registry.context.db);
  const tokens = await enrolled(registry.context.db, shop.agentId);
  const recorded = describeFootage(await record({ seconds: 2 }), {
    cameraId: shop.cameraId,
    startedAtMs: Date.now() - 600_000,
  });
  for (const segment of recorded) await putSegment(registry.url, tokens, segment);
});
afterAll(() => registry.close());

const from = new Date(Date.now() - hourMs).toISOString();
const watch = (api: Api) =>
  api.post<{ url: string }>(`/cameras/${shop.cameraId}/playback`, { from, to: new Date().toISOString() });

interface Grant {
  id: string;
  grantedTo: string;
  expiresAt: string;
  revokedAt: string | null;
}

test('the customer lets its integrator watch for a while, sees every watching, and ends it with the next request (R32)', async () => {
  const signIn = async (tenantId: string, fields: object = {}) => {
    const user = await registry.createUser(tenantId, { ...fields });
    return registry.as(user.email, user.password);
  };
  const installer = await signIn(shop.integratorId, { name: 'Ida', owner: true });
  // Before the hand-over the installer sees what it installs.
  await watch(installer);
  const owner = await signIn(shop.bakery, { name: 'Otto', owner: true });
  const admin = await signIn(shop.bakery);
  expect(await problemOf(watch(installer))).toMatchObject({ status: 403, code: 'forbidden' });

  const wish = { customerId: shop.bakery, hours: 2 };
  for (const api of [installer, admin, registry.api]) {
    expect(await problemOf(api.post('/support-grants', wish))).toMatchObject({ code: 'forbidden' });
  }
  const wrong = { ...wish, grantedTo: shop.butcher };
  expect(await problemOf(owner.post('/support-grants', wrong))).toMatchObject({
    errors: [{ pointer: '/grantedTo' }],
  });
  const grant = await owner.post<Grant>('/support-grants', wish);
  expect(grant).toMatchObject({ grantedTo: shop.integratorId, revokedAt: null });

  const { url } = await watch(installer);
  await watch(installer);
  expect((await fetch(url)).status).toBe(200);
  const told = await owner.get<{ items: { operation: string; sentence: string }[] }>(
    `/history?operation=camera.watchedUnderGrant&target=${shop.cameraId}`,
  );
  expect(told.items.map(({ sentence }) => sentence)).toEqual([
    expect.stringMatching(/^Ida watched Front door from .* under a support grant$/),
    expect.stringMatching(/^Ida watched/),
  ]);
  const lists = [owner, installer].map((api) => api.get<{ items: Grant[] }>('/support-grants'));
  for (const { items } of await Promise.all(lists)) expect(items.map(({ id }) => id)).toEqual([grant.id]);
  const stranger = await signIn(shop.butcher, { owner: true });
  expect(await stranger.get('/support-grants')).toMatchObject({ items: [] });
  expect(await problemOf(stranger.delete(`/support-grants/${grant.id}`))).toMatchObject({ status: 404 });

  await owner.delete(`/support-grants/${grant.id}`);
  expect((await fetch(url)).status).toBe(403);
  expect(await problemOf(watch(installer))).toMatchObject({ code: 'forbidden' });
  expect(await problemOf(owner.delete(`/support-grants/${grant.id}`))).toMatchObject({ status: 404 });

  const short = await owner.post<Grant>('/support-grants', { ...wish, hours: 1 });
  await watch(installer);
  const later = await registry.createUser(shop.integratorId);
  clock.aheadMs = hourMs + 1_000;
  // The sessions slept through that hour; who signs in again still finds the grant expired.
  const again = await registry.as(later.email, later.password);
  expect(await problemOf(watch(again))).toMatchObject({ code: 'forbidden' });
  expect(Date.parse(short.expiresAt)).toBeLessThan(clock.nowMs());
});
