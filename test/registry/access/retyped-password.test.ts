import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemOf, type Api } from '../../support/api.js';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';

const clock = { nowMs: () => Date.now() + clock.aheadMs, aheadMs: 0 };
let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry({ overrides: { clock } });
});
afterAll(() => registry.close());

async function withApp(me: Api): Promise<void> {
  const { secret } = await me.post<{ secret: string }>('/me/totp');
  const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: clock.nowMs() });
  await me.post('/me/totp/confirmation', { code });
}

test('a session that was left open neither removes a second factor nor takes the account to another address', async () => {
  const user = await registry.createUser((await registry.createIntegrator()).id, { owner: true });
  const me = await registry.as(user.email, user.password);
  await withApp(me);
  clock.aheadMs += 11 * 60_000;

  const closed: (() => Promise<unknown>)[] = [
    () => me.delete('/me/totp'),
    () => me.delete('/me/passkeys/none'),
    () => me.post('/me/recovery-codes'),
    () => me.patch(`/users/${user.id}`, { email: 'thief@people.example' }, 1),
  ];
  for (const act of closed) {
    expect(await problemOf(act())).toMatchObject({ status: 403, code: 'password_required' });
  }
  await me.patch(`/users/${user.id}`, { name: 'Still me' }, 1);

  const wrong = me.post('/me/password/confirmation', { password: 'guessed' });
  expect(await problemOf(wrong)).toMatchObject({ status: 422, errors: [{ pointer: '/password' }] });
  await me.post('/me/password/confirmation', { password: user.password });
  expect(await me.post<{ recoveryCodes: string[] }>('/me/recovery-codes')).toMatchObject({
    recoveryCodes: expect.arrayContaining([expect.any(String)]),
  });
  await me.delete('/me/totp');
  await me.patch(`/users/${user.id}`, { email: 'moved@people.example' }, 2);
  expect(await me.get('/me')).toMatchObject({ user: { email: 'moved@people.example' } });
});

test('the password cannot be guessed through an open session', async () => {
  const user = await registry.createUser((await registry.createIntegrator()).id);
  const me = await registry.as(user.email, user.password);
  const answers = [];
  for (let i = 0; i < 6; i += 1) {
    answers.push((await problemOf(me.post('/me/password/confirmation', { password: 'guessed' }))).status);
  }
  expect(answers).toEqual([422, 422, 422, 422, 429, 429]);
});

test('who lost every second factor gets in again once an administrator above took them away, and is told so', async () => {
  const north = await registry.createIntegrator();
  const [lost, owner] = [
    await registry.createUser(north.id),
    await registry.createUser(north.id, { owner: true }),
  ];
  const me = await registry.as(lost.email, lost.password);
  await withApp(me);
  const sign = () =>
    registry.at().fetch('/sessions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: lost.email, password: lost.password }),
    });
  expect((await sign()).status).toBe(202);
  await (await registry.as(owner.email, owner.password)).delete(`/users/${lost.id}/second-factor`);
  expect(await problemOf(me.get('/me'))).toMatchObject({ status: 401 });
  expect((await sign()).status).toBe(201);
  const { items } = await registry.api.get<{ items: { operation: string }[] }>(`/history?target=${lost.id}`);
  expect(items.map(({ operation }) => operation)).toContain('user.secondFactorReset');
});

test('the platform’s own people need a second factor after the grace, too', async () => {
  const user = await registry.createUser(registry.platformId);
  await registry.as(user.email, user.password);
  clock.aheadMs += 15 * 86_400_000;
  const late = await registry.as(user.email, user.password);
  expect(await problemOf(late.get('/tenants'))).toMatchObject({ code: 'second_factor_required' });
  await withApp(late);
  await late.get('/tenants');
  await late.delete('/me/totp');
  expect(await problemOf(late.get('/tenants'))).toMatchObject({ code: 'second_factor_required' });
});
