import { problemCodes } from '@gantry/protocol/errors.js';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { declareRoutes, describeRegistry } from '@gantry/registry/http/describe.js';
import { isOwnOrigin } from '@gantry/registry/http/origin.js';
import { listen } from '@gantry/registry/http/server.js';
import { documentPath, routingPath } from '@gantry/registry/http/verbs.js';
import { packageRoot } from '@gantry/registry/paths.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problemOf } from '../../support/api.js';
import { startTestRegistry, type Tenant, type TestRegistry } from '../../support/registry.js';

let registry: TestRegistry;
let north: Tenant;
beforeAll(async () => {
  registry = await startTestRegistry();
  north = await registry.createIntegrator({ name: 'North' });
});
afterAll(() => registry.close());

describe('bad input is answered by a problem, and the registry goes on', () => {
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    registry.api.fetch(path, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });

  test.each([
    ['no JSON', '/tenants', '{"kind":', 400, 'malformed'],
    ['another shape', '/tenants', '[]', 422, 'invalid'],
    ['a body over 1 MiB', '/tenants', JSON.stringify({ name: 'x'.repeat(1_100_000) }), 413, 'too_large'],
    ['a body of 10 MB', '/tenants', JSON.stringify({ name: 'x'.repeat(10_000_000) }), 413, 'too_large'],
    [
      'a NUL in a text',
      '/sessions',
      JSON.stringify({ email: 'a\u0000b@c.example', password: 'x' }),
      400,
      'malformed',
    ],
    ['an unknown path', '/nothing-here', '{}', 404, 'not_found'],
    ['a malformed id', '/tenants/ten_1:disable', '{}', 404, 'not_found'],
    ['an unknown verb', '/tenants/ten_1:explode', '{}', 404, 'not_found'],
  ])('%s', async (_name, path, body, status, code) => {
    const response = await post(path, body);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const problem = (await response.json()) as Record<string, unknown>;
    expect(problem).toMatchObject({ status, code, requestId: response.headers.get('x-request-id') });
    expect(response.status).toBe(status);
    await registry.api.get('/health');
  });

  test('a body over the limit that does not announce its size', async () => {
    const chunk = new TextEncoder().encode('x'.repeat(65_536));
    let sent = 0;
    const body = new ReadableStream({
      pull: (controller) => {
        if (sent++ < 40) controller.enqueue(chunk);
        else controller.close();
      },
    });
    const init = { method: 'POST', body, duplex: 'half', headers: { 'content-type': 'application/json' } };
    const response = await registry.api.fetch('/tenants', init as RequestInit).catch(() => null);
    // The client may see the connection end before it reads the answer.
    expect([413, undefined]).toContain(response?.status);
    await registry.api.get('/health');
  });

  test('bytes that are no HTTP', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(registry.port, '127.0.0.1', () =>
        socket.end('\u0016\u0003\u0001 hello\r\n\r\n'),
      );
      let text = '';
      socket.on('data', (bytes) => (text += bytes.toString('latin1')));
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });
    expect(answer).toContain('400 Bad Request');
    await registry.api.get('/health');
  });

  test('an upgrade to nothing we speak', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const request = 'GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
      const socket = connect(registry.port, '127.0.0.1', () => socket.write(request));
      let text = '';
      socket.on('data', (bytes) => (text += bytes.toString('latin1')));
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });
    expect(answer).toContain('404 Not Found');
  });
});

test('an address that is none of this machine’s is told with what to change', async () => {
  const elsewhere = listen(declareRoutes(), { host: '203.0.113.7', port: 0 });
  await expect(elsewhere).rejects.toThrow(
    'This machine has no address 203.0.113.7 to listen on. Choose another --host.',
  );
});

test('another site cannot act with somebody’s cookie, our own page and programs can', async () => {
  const create = (origin: string | null) =>
    registry.api.fetch('/tenants', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(origin === null ? {} : { origin }) },
      body: JSON.stringify({ kind: 'integrator', name: 'By origin', email: 'x@x.example' }),
    });
  expect((await create('https://evil.example')).status).toBe(403);
  expect((await create('null')).status).toBe(403);
  expect((await create(registry.url)).status).toBe(201);
  expect((await create(null)).status).toBe(201);
});

test.each([
  ['POST', undefined, true],
  ['GET', 'https://evil.example', true],
  ['POST', 'https://cams.example.com', true],
  ['POST', 'http://10.0.0.5:7070', true],
  ['POST', 'https://cams.example.com.evil.example', false],
  ['DELETE', 'null', false],
])('%s from %s is our own: %s', (method, origin, expected) => {
  const request = { method, origin, host: '10.0.0.5:7070' };
  expect(isOwnOrigin(request, 'https://cams.example.com')).toBe(expected);
});

test('answers forbid framing, sniffing and foreign scripts, and are not cached', async () => {
  const { headers } = await registry.api.fetch('/me');
  expect(headers.get('content-security-policy')).toContain("script-src 'self'");
  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-powered-by')).toBeNull();
});

test('a bearer token that does not count is never replaced by a cookie', async () => {
  const both = registry.api.fetch('/me', { headers: { authorization: 'Bearer key_nonsense' } });
  expect((await both).status).toBe(401);
  const basic = registry.api.fetch('/me', { headers: { authorization: 'Basic YTpi' } });
  expect((await basic).status).toBe(401);
});

// That every other route refuses who brings no credentials is asked by authorization/matrix.test.ts.

test('a problem’s type is the path of a page that explains it', async () => {
  const { type } = await problemOf(registry.api.get('/tenants/ten_1'));
  expect(type).toBe('/problems/not_found');
  for (const code of problemCodes) {
    const page = await fetch(`${registry.url}/problems/${code}`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8']);
    expect(await page.text()).toContain(`<code>${code}</code>`);
  }
  expect((await fetch(`${registry.url}/problems/constructor`)).status).toBe(404);
});

test('a request keeps the number its caller gave it, and gets one otherwise', async () => {
  const given = await registry.api.fetch('/health', { headers: { 'x-request-id': 'shop-4711.a' } });
  expect(given.headers.get('x-request-id')).toBe('shop-4711.a');
  const odd = await registry.api.fetch('/health', { headers: { 'x-request-id': '<script>' } });
  expect(odd.headers.get('x-request-id')).toMatch(/^[\w-]{12}$/);
});

test('who asks is looked at before what version is changed', async () => {
  const init = { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: '{"name":"New"}' };
  const path = '/cameras/cam_01ZZZZZZZZZZZZZZZZZZZZZZZZ';
  expect((await registry.at().fetch(path, init)).status).toBe(401);
  expect((await registry.api.fetch(path, init)).status).toBe(428);
});

test('a verb after a colon finds the route that is declared with a slash, and back', () => {
  expect(routingPath('/api/v1/tenants/ten_1:disable')).toBe('/api/v1/tenants/ten_1/disable');
  expect(routingPath('/api/v1/cameras:bind')).toBe('/api/v1/cameras/bind');
  expect(routingPath('/api/v1/tenants/ten_1:other')).toBe('/api/v1/tenants/ten_1:other');
  for (const path of ['/tenants/{id}/disable', '/cameras/bind']) {
    expect(routingPath(documentPath(path))).toBe(path);
  }
});

test('the OpenAPI document in the repository is the one the code makes', () => {
  const kept: unknown = JSON.parse(readFileSync(`${packageRoot}/openapi.json`, 'utf8'));
  // Compared as JSON: what is absent there is absent here.
  expect(JSON.parse(JSON.stringify(describeRegistry()))).toEqual(kept);
});

test('the document is served, and names verbs after a colon', async () => {
  const document = await registry
    .at()
    .get<{ openapi: string; paths: Record<string, unknown> }>('/openapi.json');
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths)).toContain('/api/v1/tenants/{id}:disable');
});

test('a plan is offered to the subtree of who made it', async () => {
  const made = await registry.api.post<{ id: string }>('/plans', {
    tenantId: north.id,
    name: 'Long',
    retentionDays: 90,
  });
  const south = await registry.createIntegrator();
  const see = async (tenant: Tenant) => {
    const user = await registry.createUser(tenant.id);
    const page = await (
      await registry.as(user.email, user.password)
    ).get<{ items: { id: string }[] }>('/plans');
    return page.items.map((plan) => plan.id);
  };
  expect(await see(await registry.createCustomer(north.id))).toEqual([registry.planId, made.id]);
  expect(await see(south)).toEqual([registry.planId]);
  const shop = await registry.createCustomer(north.id);
  const wrong = registry.api.post('/plans', { tenantId: shop.id, name: 'X', retentionDays: 1 });
  expect(await problemOf(wrong)).toMatchObject({ errors: [{ pointer: '/tenantId', code: 'wrong_kind' }] });
});

test('a plan is changed by who read it last, and removed only while nothing has it', async () => {
  const made = await registry.api.post<{ id: string; version: number }>('/plans', {
    tenantId: north.id,
    name: 'Short',
    retentionDays: 3,
  });
  const headers = (version: number) => ({ 'if-match': `"${version}"`, 'content-type': 'application/json' });
  const change = (version: number, body: object) =>
    registry.api.fetch(`/plans/${made.id}`, {
      method: 'PATCH',
      headers: headers(version),
      body: JSON.stringify(body),
    });
  const changed = await change(1, { name: 'Shorter', retentionDays: 2 });
  expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"2"']);
  expect(await changed.json()).toMatchObject({ name: 'Shorter', retentionDays: 2, version: 2 });
  expect((await change(1, { name: 'Stale' })).status).toBe(412);
  // What is so already is no change.
  expect((await change(2, { name: 'Shorter' })).headers.get('etag')).toBe('"2"');
  const history = await registry.api.get<{ items: object[] }>(`/history?target=${made.id}`);
  expect(history.items).toMatchObject([
    { operation: 'plan.changed', before: { name: 'Short' }, after: { name: 'Shorter', retentionDays: 2 } },
    { operation: 'plan.created' },
  ]);

  const shop = await registry.createCustomer(north.id);
  const token = await registry.api.post<{ id: string }>('/enrolment-tokens', {
    integratorId: north.id,
    name: 'Van',
    autoBind: { customerId: shop.id, planId: made.id },
  });
  const remove = (version: number) =>
    registry.api.fetch(`/plans/${made.id}`, { method: 'DELETE', headers: headers(version) });
  const refused = await remove(2);
  expect(await refused.json()).toMatchObject({
    code: 'conflict',
    detail: 'The plan Shorter is in use by the rule of one enrolment token. Give them another one first.',
  });
  await registry.api.fetch(`/enrolment-tokens/${token.id}`, { method: 'DELETE' });
  expect((await remove(1)).status).toBe(412);
  expect((await remove(2)).status).toBe(204);
  expect((await remove(2)).status).toBe(404);
});
