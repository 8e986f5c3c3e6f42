import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApi, problemOf, type Api } from '../../support/api.js';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { until } from '../../support/until.js';

const clock = { nowMs: () => Date.now() + clock.aheadMs, aheadMs: 0 };
let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry({ overrides: { clock } });
});
afterAll(() => registry.close());

const codeOf = (secret: string): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: clock.nowMs() });

async function post(
  path: string,
  body: unknown,
): Promise<{ status: number; body: Record<string, unknown>; api: Api }> {
  const answer = await registry.at().fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] as string;
  return {
    status: answer.status,
    body: (await answer.json()) as Record<string, unknown>,
    api: createApi(registry.url, { cookie }),
  };
}

test('with an app set up the password opens the second step only; a code is good once, a recovery code too', async () => {
  const user = await registry.createUser((await registry.createIntegrator()).id);
  const me = await registry.as(user.email, user.password);
  const { secret, uri } = await me.post<{ secret: string; uri: string }>('/me/totp');
  expect(uri).toContain('otpauth://totp/');
  expect(await problemOf(me.post('/me/totp/confirmation', { code: '000000' }))).toMatchObject({
    status: 422,
  });
  const { recoveryCodes } = await me.post<{ recoveryCodes: string[] }>('/me/totp/confirmation', {
    code: codeOf(secret),
  });
  expect(recoveryCodes).toHaveLength(10);

  const used = codeOf(secret);
  clock.aheadMs += 30_000;
  const first = await post(
    '/sessions',
    user.email === '' ? {} : { email: user.email, password: user.password },
  );
  expect(first.status).toBe(202);
  expect(first.body).toMatchObject({ methods: ['totp', 'recoveryCode'], passkey: null });
  expect(await problemOf(first.api.get('/me'))).toMatchObject({ status: 401 });
  const { challenge } = first.body;
  expect((await post('/sessions/second-factor', { challenge, totp: used })).status).toBe(401);
  const done = await post('/sessions/second-factor', { challenge, totp: codeOf(secret) });
  expect(done.status).toBe(201);
  await done.api.get('/tenants');
  expect((await post('/sessions/second-factor', { challenge, totp: codeOf(secret) })).status).toBe(401);

  const [code] = recoveryCodes;
  for (const expected of [201, 401]) {
    const again = await post('/sessions', { email: user.email, password: user.password });
    const answer = await post('/sessions/second-factor', {
      challenge: again.body['challenge'],
      recoveryCode: code?.toUpperCase(),
    });
    expect(answer.status).toBe(expected);
  }
});

test('codes cannot be guessed: wrong ones are counted per account, whatever the challenge', async () => {
  const user = await registry.createUser((await registry.createIntegrator()).id);
  const me = await registry.as(user.email, user.password);
  const { secret } = await me.post<{ secret: string }>('/me/totp');
  await me.post('/me/totp/confirmation', { code: codeOf(secret) });
  const answers = [];
  for (let i = 0; i < 8; i += 1) {
    const { body } = await post('/sessions', { email: user.email, password: user.password });
    answers.push(
      (await post('/sessions/second-factor', { challenge: body['challenge'], recoveryCode: 'wrong-wrong' }))
        .status,
    );
  }
  expect(answers.slice(0, 4)).toEqual([401, 401, 401, 401]);
  expect(answers.at(-1)).toBe(429);
});

test('people of integrators need a second factor two weeks after their first sign-in; customers do not', async () => {
  const north = await registry.createIntegrator();
  const shop = await registry.createCustomer(north.id);
  const [installer, baker] = [await registry.createUser(north.id), await registry.createUser(shop.id)];
  await registry.as(installer.email, installer.password);
  await registry.as(baker.email, baker.password);
  clock.aheadMs += 15 * 86_400_000;
  const [late, fine] = [
    await registry.as(installer.email, installer.password),
    await registry.as(baker.email, baker.password),
  ];
  await fine.get('/tenants');
  expect(await problemOf(late.get('/tenants'))).toMatchObject({ code: 'second_factor_required' });
  const { secret } = await late.post<{ secret: string }>('/me/totp');
  await late.post('/me/totp/confirmation', { code: codeOf(secret) });
  await until(async () => (await late.fetch('/tenants')).status === 200, { what: 'access' });
});
