import { readTrustedProxies } from '@gantry/registry/http/client-address.js';
import { isNamed } from '@gantry/registry/http/conditional.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry({ config: { trustedProxies: readTrustedProxies(['127.0.0.1']) } });
});
afterAll(() => registry.close());

const send = (method: string, body: string) => ({
  method,
  body,
  headers: { 'content-type': 'application/json' },
});

test.each([
  ['a body of another shape', 'POST', '/users', '{"nothing":1}'],
  ['a body that is no JSON', 'POST', '/users', '{'],
  ['an id that is none', 'GET', '/users/none', null],
  ['a query that is none', 'GET', '/users?limit=none', null],
])('who brings no credentials hears 401 before what is wrong with %s', async (_name, method, path, body) => {
  const answer = await registry.at().fetch(path, body === null ? {} : send(method, body));
  expect(answer.status).toBe(401);
  const known = await registry.api.fetch(path, body === null ? {} : send(method, body));
  expect([400, 404, 422]).toContain(known.status);
});

test('open routes tell a stranger what is wrong with the body', async () => {
  expect((await registry.at().fetch('/sessions', send('POST', '{}'))).status).toBe(422);
});

test('a GET with the ETag one has answers 304 without a body, and anew as soon as the answer changed', async () => {
  const shop = await registry.createCustomer((await registry.createIntegrator()).id);
  const path = `/tenants/${shop.id}`;
  const tag = async () => (await registry.api.fetch(path)).headers.get('etag') as string;
  const first = await tag();
  const again = await registry.api.fetch(path, { headers: { 'if-none-match': `"0", W/${first}` } });
  expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', first]);
  expect(again.headers.get('content-type')).toBeNull();

  // The version of the customer stays: what is shown of it follows from its integrator.
  const { parentId } = await registry.api.get<{ parentId: string }>(path);
  await registry.api.post(`/tenants/${parentId}:disable`);
  const off = await registry.api.fetch(path, { headers: { 'if-none-match': first } });
  expect([off.status, ((await off.json()) as { effective: object }).effective]).toMatchObject([
    200,
    { active: false },
  ]);
  const change = await registry.api.fetch(path, {
    ...send('PATCH', '{"phone":"1"}'),
    headers: { 'content-type': 'application/json', 'if-match': await tag() },
  });
  expect(change.status).toBe(200);
});

test.each([
  ['"1"', '"1"', true],
  ['"1"', 'W/"1"', true],
  ['"1"', '"0", "1"', true],
  ['"1"', '*', true],
  ['"1"', '"10"', false],
  ['"1"', undefined, false],
])('%s is named by %s: %s', (tag, list, expected) => {
  expect(isNamed(tag, list)).toBe(expected);
});

test('a trusted proxy tells where somebody signs in from', async () => {
  const user = await registry.createUser((await registry.createIntegrator()).id);
  await registry.at().fetch('/sessions', {
    ...send('POST', JSON.stringify({ email: user.email, password: user.password })),
    headers: { 'content-type': 'application/json', 'x-forwarded-for': '1.2.3.4, 203.0.113.9' },
  });
  const me = await registry.as(user.email, user.password);
  const { items } = await me.get<{ items: { ip: string }[] }>('/sessions');
  expect(items.map(({ ip }) => ip).toSorted()).toEqual(['127.0.0.1', '203.0.113.9']);
});
