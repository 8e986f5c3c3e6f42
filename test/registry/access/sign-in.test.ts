import { waitAfterMs } from '@gantry/registry/access/throttle.js';
import { sessions, users } from '@gantry/registry/db/schema/people.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemOf, type ApiProblem } from '../../support/api.js';
import { platformSignIn, startTestRegistry, type TestRegistry } from '../../support/registry.js';

const clock = { nowMs: () => Date.now() + clock.aheadMs, aheadMs: 0 };
let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry({ overrides: { clock } });
});
afterAll(() => registry.close());

const minute = 60_000;

test('a person signs in, is told who they are, and signs out', async () => {
  const north = await registry.createIntegrator({ name: 'North' });
  const ana = await registry.createUser(north.id, { name: 'Ana', owner: true });
  const api = await registry.as(ana.email.toUpperCase(), ana.password);
  expect(await api.get('/me')).toMatchObject({
    kind: 'user',
    user: { name: 'Ana', email: ana.email },
    memberships: [
      { tenant: { id: north.id, name: 'North', kind: 'integrator' }, family: 'admin', owner: true },
    ],
  });
  await api.delete('/sessions/current');
  expect(await problemOf(api.get('/me'))).toMatchObject({ status: 401 });
});

test('the cookie is unreadable for scripts and its secret is not in the database', async () => {
  const response = await registry.at().fetch('/sessions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(platformSignIn),
  });
  const cookie = response.headers.get('set-cookie') as string;
  expect(cookie).toMatch(/^gantry_session=[\w-]{43};.*HttpOnly.*SameSite=Lax/);
  const rows = JSON.stringify(await registry.context.db.select().from(sessions));
  expect(rows).not.toContain(cookie.slice('gantry_session='.length, 60).split(';')[0]);
  const people = JSON.stringify(await registry.context.db.select().from(users));
  expect(people).not.toContain(platformSignIn.password);
});

test('switching a customer off locks its people and keys out with their next request, and on lets them in (R15, R20)', async () => {
  const north = await registry.createIntegrator();
  const shop = await registry.createCustomer(north.id);
  const inner = await registry.createCustomer(shop.id);
  const people = await Promise.all([registry.createUser(shop.id), registry.createUser(inner.id)]);
  const apis = await Promise.all(people.map((user) => registry.as(user.email, user.password)));
  const made = await registry.api.post<{ key: string }>('/api-keys', { tenantId: shop.id, name: 'Robot' });
  const robot = registry.at(made.key);
  const above = await registry.createUser(north.id);
  const integrator = await registry.as(above.email, above.password);
  for (const api of [...apis, robot]) await api.get('/me');

  await registry.api.post(`/tenants/${shop.id}:disable`);
  for (const api of [...apis, robot]) {
    expect(await problemOf(api.get('/me'))).toMatchObject({ status: 403, code: 'account_disabled' });
    expect(await problemOf(api.get('/tenants'))).toMatchObject({ status: 403, code: 'account_disabled' });
  }
  const [first] = people;
  expect(await problemOf(registry.as(first?.email ?? '', first?.password ?? ''))).toMatchObject({
    code: 'account_disabled',
  });
  expect(await problemOf(registry.as(first?.email ?? '', 'not the password'))).toMatchObject({
    code: 'unauthenticated',
  });
  expect(await integrator.get(`/tenants/${shop.id}`)).toMatchObject({ status: 'disabled' });

  await registry.api.post(`/tenants/${shop.id}:enable`);
  for (const api of [...apis, robot]) await api.get('/me');
});

test('who belongs to two tenants keeps the one that is on', async () => {
  const north = await registry.createIntegrator();
  const [one, two] = await Promise.all([
    registry.createCustomer(north.id),
    registry.createCustomer(north.id),
  ]);
  const ana = await registry.createUser(one.id);
  const { memberships } = await import('@gantry/registry/db/schema/people.js');
  await registry.context.db
    .insert(memberships)
    .values({ userId: ana.id as never, tenantId: two.id as never, family: 'admin' });
  const api = await registry.as(ana.email, ana.password);
  await registry.api.post(`/tenants/${one.id}:disable`);
  const seen = await api.get<{ items: { id: string }[] }>('/tenants');
  expect(seen.items.map((item) => item.id)).toEqual([two.id]);
});

test('sessions end after half an hour without a request, and after twelve hours whatever happens', async () => {
  const api = await registry.as(platformSignIn.email, platformSignIn.password);
  try {
    for (let passed = 0; passed < 12 * 60 - 25; passed += 25) {
      await api.get('/me');
      clock.aheadMs += 25 * minute;
    }
    await api.get('/me');
    clock.aheadMs += 25 * minute;
    expect(await problemOf(api.get('/me'))).toMatchObject({ status: 401 });
    const idle = await registry.as(platformSignIn.email, platformSignIn.password);
    clock.aheadMs += 31 * minute;
    expect(await problemOf(idle.get('/me'))).toMatchObject({ status: 401 });
  } finally {
    clock.aheadMs = 0;
  }
});

test('who guesses passwords waits longer each time, is told how long, and does not lock the owner out elsewhere', async () => {
  const north = await registry.createIntegrator();
  const ana = await registry.createUser(north.id);
  for (let i = 0; i < 4; i += 1) {
    expect(await problemOf(registry.as(ana.email, 'wrong'))).toMatchObject({ code: 'unauthenticated' });
  }
  const refused = await registry.as(ana.email, ana.password).catch((error: unknown) => error as ApiProblem);
  expect(refused).toMatchObject({ status: 429, problem: { code: 'rate_limited' } });
  expect((refused as ApiProblem).headers.get('retry-after')).toBe('1');
  clock.aheadMs += 1_100;
  await registry.as(ana.email, ana.password);
  clock.aheadMs = 0;
});

test.each([
  [0, 0],
  [3, 0],
  [4, 1_000],
  [5, 2_000],
  [10, 64_000],
  [40, 900_000],
])('after %i wrong tries the wait is %i ms', (failures, expected) => {
  expect(waitAfterMs(failures)).toBe(expected);
});

test('an unknown address reads exactly like a wrong password', async () => {
  const unknown = await problemOf(registry.as('nobody@nowhere.example', 'whatever'));
  const wrong = await problemOf(registry.as(platformSignIn.email, 'whatever'));
  expect({ ...unknown, requestId: '' }).toEqual({ ...wrong, requestId: '' });
});

test('an e-mail address belongs to one person, whatever its case', async () => {
  const north = await registry.createIntegrator();
  const ana = await registry.createUser(north.id);
  const again = registry.createUser(north.id, { email: ana.email.toUpperCase() });
  expect(await problemOf(again)).toMatchObject({ status: 409, errors: [{ pointer: '/email' }] });
});

test('a guard watches and changes nothing; an administrator who is no owner makes no owners (R29)', async () => {
  const north = await registry.createIntegrator();
  const shop = await registry.createCustomer(north.id);
  const guard = await registry.createUser(shop.id, { family: 'guard' });
  const asGuard = await registry.as(guard.email, guard.password);
  await asGuard.get('/tenants');
  const create = { kind: 'customer', parentId: shop.id, name: 'X', email: 'x@x.example' };
  expect(await problemOf(asGuard.post('/tenants', create))).toMatchObject({ code: 'forbidden' });
  expect(await problemOf(asGuard.get('/users'))).toMatchObject({ code: 'forbidden' });

  const admin = await registry.createUser(shop.id);
  const asAdmin = await registry.as(admin.email, admin.password);
  const owner = { tenantId: shop.id, email: 'o@x.example', name: 'O', password: 'long enough', owner: true };
  expect(await problemOf(asAdmin.post('/users', owner))).toMatchObject({ code: 'forbidden' });
  await asAdmin.post('/users', { ...owner, owner: false });
});

test('an API key sees its subtree only, and counts no more once it is revoked', async () => {
  const north = await registry.createIntegrator();
  const south = await registry.createIntegrator();
  const made = await registry.api.post<{ id: string; key: string }>('/api-keys', {
    tenantId: north.id,
    name: 'Sync',
  });
  const robot = registry.at(made.key);
  await robot.get(`/tenants/${north.id}`);
  expect(await problemOf(robot.get(`/tenants/${south.id}`))).toMatchObject({ status: 404 });
  expect(await problemOf(registry.at(`${made.id}.wrong`).get('/me'))).toMatchObject({ status: 401 });
  await registry.api.delete(`/api-keys/${made.id}`);
  expect(await problemOf(robot.get('/me'))).toMatchObject({ status: 401 });
});
