import { afterAll, beforeAll, expect, test } from 'vitest';
import { platformSignIn, startTestRegistry, type TestRegistry } from '../../support/registry.js';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry({ config: { publicUrl: 'https://cams.example.com' } });
});
afterAll(() => registry.close());

const sign = (headers: Record<string, string> = {}) =>
  registry.at().fetch('/sessions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(platformSignIn),
  });

test('behind https the cookie is bound to host, path and https, and gone after signing out', async () => {
  const made = (await sign()).headers.get('set-cookie') ?? '';
  expect(made).toMatch(/^__Host-gantry_session=[\w-]{43};/);
  const flags = made
    .split('; ')
    .slice(1)
    .map((flag) => flag.split('=')[0]);
  expect(flags).toEqual(expect.arrayContaining(['Path', 'Secure', 'HttpOnly', 'SameSite', 'Expires']));
  expect(flags).not.toContain('Domain');
  const cookie = made.split(';')[0] as string;
  const out = await registry.at().fetch('/sessions/current', { method: 'DELETE', headers: { cookie } });
  expect(out.headers.get('set-cookie')).toMatch(/^__Host-gantry_session=; Max-Age=0;.*Secure/);
  expect((await registry.at().fetch('/me', { headers: { cookie } })).status).toBe(401);
  expect(out.headers.get('strict-transport-security')).toBe('max-age=31536000');
});

test('the name that plain http uses counts for nothing there', async () => {
  const cookie = ((await sign()).headers.get('set-cookie') ?? '').split(';')[0] as string;
  const renamed = cookie.replace('__Host-', '');
  expect((await registry.at().fetch('/me', { headers: { cookie: renamed } })).status).toBe(401);
  expect((await registry.at().fetch('/me', { headers: { cookie } })).status).toBe(200);
});

test('neither signing in nor any change is taken from a page of another site', async () => {
  expect((await sign({ origin: 'https://evil.example' })).status).toBe(403);
  expect((await sign({ origin: 'https://cams.example.com' })).status).toBe(201);
  const cookie = ((await sign()).headers.get('set-cookie') ?? '').split(';')[0] as string;
  for (const [method, path] of [
    ['DELETE', '/sessions/others'],
    ['POST', '/me/recovery-codes'],
    ['PATCH', '/users/none'],
    ['PUT', '/tenants/none/modules'],
  ] as const) {
    const answer = await registry
      .at()
      .fetch(path, { method, headers: { cookie, origin: 'https://evil.example' } });
    expect([path, answer.status]).toEqual([path, 403]);
  }
});
