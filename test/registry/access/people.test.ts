import { letters } from '@gantry/registry/db/schema/operations.js';
import { desc, eq } from '@gantry/registry/db/drizzle.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemOf } from '../../support/api.js';
import { platformSignIn, startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { until } from '../../support/until.js';

const clock = { nowMs: () => Date.now() + clock.aheadMs, aheadMs: 0 };
let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry({ overrides: { clock } });
});
afterAll(() => registry.close());

const password = 'a-good-password';
const chosen = { password: 'chosen-by-myself', again: 'chosen-by-myself' };

const submit = (link: string, fields: Record<string, string> = chosen): Promise<Response> =>
  fetch(link, { method: 'POST', body: new URLSearchParams(fields) });

/** The newest link that was mailed to an address. */
async function mailed(recipient: string, page: string): Promise<string> {
  return until(
    async () => {
      const [letter] = await registry.context.db
        .select()
        .from(letters)
        .where(eq(letters.recipient, recipient))
        .orderBy(desc(letters.id))
        .limit(1);
      return new RegExp(`http\\S+/${page}/\\S+`).exec(letter?.text ?? '')?.[0];
    },
    { what: `a letter to ${recipient}` },
  );
}

test('a mailed link shows a form, sets the password once, and proves the address', async () => {
  const north = await registry.createIntegrator();
  const email = 'ana@activation.example';
  const made = await registry.api.post<{ id: string; link: string | null; activated: boolean }>('/users', {
    tenantId: north.id,
    email,
    name: 'Ana <b>',
  });
  expect(made).toMatchObject({ link: null, activated: false });
  const link = await mailed(email, 'activate');
  for (let i = 0; i < 2; i += 1) {
    const form = await fetch(link);
    expect(form.status).toBe(200);
    expect(form.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await form.text()).toContain('Ana &lt;b&gt;');
  }
  expect((await submit(link, { password: 'short', again: 'short' })).status).toBe(422);
  expect((await submit(link, { ...chosen, again: 'another one' })).status).toBe(422);
  const [one, two] = await Promise.all([submit(link), submit(link)]);
  expect([one.status, two.status].toSorted((a, b) => a - b)).toEqual([200, 404]);
  await registry.as(email, chosen.password);
  expect(await registry.api.get(`/users/${made.id}`)).toMatchObject({
    activated: true,
    emailConfirmed: true,
  });
});

test('a displayed link is known once, is void after a re-send and after a week, and reading it is in the history', async () => {
  const shop = await registry.createCustomer((await registry.createIntegrator()).id);
  const made = await registry.api.post<{ id: string; link: string }>('/users', {
    tenantId: shop.id,
    email: 'ben@activation.example',
    name: 'Ben',
    activation: 'display_link',
  });
  const again = await registry.api.post<{ link: string }>(`/users/${made.id}/activation-links`, {
    delivery: 'display',
  });
  expect((await submit(made.link)).status).toBe(404);
  clock.aheadMs = 8 * 86_400_000;
  expect((await fetch(again.link)).status).toBe(404);
  clock.aheadMs = 0;
  expect((await submit(again.link)).status).toBe(200);
  expect(await registry.api.get(`/users/${made.id}`)).toMatchObject({ emailConfirmed: false });
  const history = await registry.api.get<{ items: { operation: string }[] }>(`/history?target=${made.id}`);
  expect(history.items.map((item) => item.operation)).toEqual([
    'user.activated',
    'user.activationRead',
    'user.created',
  ]);
});

test('a user of a sub-integrator has no access before the address is confirmed (R28)', async () => {
  const north = await registry.createIntegrator();
  const sub = await registry.createIntegrator({ parentId: north.id });
  const user = await registry.createUser(sub.id);
  const api = await registry.as(user.email, user.password);
  expect(await problemOf(api.get('/tenants'))).toMatchObject({ status: 403, code: 'email_not_confirmed' });
  expect(await api.get('/me')).toMatchObject({ restriction: 'email_not_confirmed' });
  const first = await mailed(user.email, 'confirm');
  await api.post('/me/confirmation-letters');
  expect((await submit(first, {})).status).toBe(404);
  expect((await submit(await mailed(user.email, 'confirm'), {})).status).toBe(200);
  await api.get('/tenants');
});

test('who must change the password can do nothing else, and their other sessions end with it (R28)', async () => {
  const shop = await registry.createCustomer((await registry.createIntegrator()).id);
  await registry.api.patch(
    `/tenants/${shop.id}`,
    { newUsers: { confirmEmail: false, changePassword: true } },
    shop.version,
  );
  const user = await registry.createUser(shop.id);
  const [api, other] = await Promise.all([
    registry.as(user.email, user.password),
    registry.as(user.email, user.password),
  ]);
  expect(await problemOf(api.get('/cameras'))).toMatchObject({ code: 'password_change_required' });
  await api.post('/me/password', { current: user.password, next: 'one of my own' });
  await api.get('/cameras');
  expect(await problemOf(other.get('/me'))).toMatchObject({ status: 401 });
});

test('asking for a new password answers alike for known and unknown addresses', async () => {
  const north = await registry.createIntegrator();
  const user = await registry.createUser(north.id);
  const ask = (email: string) =>
    registry.at().fetch('/password-resets', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email }),
    });
  const [known, unknown] = await Promise.all([ask(user.email), ask('nobody@activation.example')]);
  expect([known.status, await known.text()]).toEqual([unknown.status, await unknown.text()]);
  const session = await registry.as(user.email, user.password);
  expect((await submit(await mailed(user.email, 'reset'))).status).toBe(200);
  expect(await problemOf(session.get('/me'))).toMatchObject({ status: 401 });
  await registry.as(user.email, chosen.password);
});

test('people are changed against their version, switched off with the next request, and removed; the last owner stays (R29, R31)', async () => {
  const shop = await registry.createCustomer((await registry.createIntegrator()).id);
  const owner = await registry.createUser(shop.id, { owner: true });
  const helper = await registry.createUser(shop.id);
  const asOwner = await registry.as(owner.email, owner.password);
  const asHelper = await registry.as(helper.email, helper.password);
  await asOwner.patch(`/users/${helper.id}`, { name: 'Helper' }, 1);
  expect(await problemOf(asOwner.patch(`/users/${helper.id}`, { name: 'Late' }, 1))).toMatchObject({
    code: 'precondition_failed',
  });
  expect(await problemOf(asHelper.patch(`/users/${owner.id}`, { email: 'x@x.example' }, 1))).toMatchObject({
    code: 'forbidden',
  });
  expect(await problemOf(asOwner.patch(`/users/${owner.id}`, { owner: false }, 1))).toMatchObject({
    code: 'conflict',
  });
  expect(await problemOf(asOwner.post(`/users/${owner.id}:disable`))).toMatchObject({ code: 'conflict' });
  await asOwner.post(`/users/${helper.id}:disable`, { reason: 'left' });
  expect(await problemOf(asHelper.get('/me'))).toMatchObject({ status: 401 });
  await registry.api.patch(`/users/${owner.id}`, { owner: false }, 1);
  const gone = await registry.api.fetch(`/users/${helper.id}`, {
    method: 'DELETE',
    headers: { 'if-match': '"3"' },
  });
  expect(gone.status).toBe(204);
  expect(await problemOf(registry.api.get(`/users/${helper.id}`))).toMatchObject({ status: 404 });
});

test('a person with a place elsewhere can be invited, and is nobody’s to change as a whole', async () => {
  const [north, south] = await Promise.all([registry.createIntegrator(), registry.createIntegrator()]);
  const guest = await registry.createUser(south.id);
  const admin = await registry.createUser(north.id, { owner: true });
  const api = await registry.as(admin.email, admin.password);
  await api.post('/users/memberships', { tenantId: north.id, email: guest.email.toUpperCase() });
  expect(await problemOf(api.patch(`/users/${guest.id}`, { email: 'mine@x.example' }, 1))).toMatchObject({
    code: 'forbidden',
  });
  expect(await problemOf(api.post(`/users/${guest.id}:disable`))).toMatchObject({ code: 'forbidden' });
  await api.fetch(`/users/${guest.id}`, { method: 'DELETE', headers: { 'if-match': '"1"' } });
  await registry.as(guest.email, guest.password);
});

test('a planted cookie is not adopted, and the session before ends at sign-in', async () => {
  const sign = (cookie: string) =>
    registry.at().fetch('/sessions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify(platformSignIn),
    });
  const cookieOf = (answer: Response) => (answer.headers.get('set-cookie') ?? '').split(';')[0] as string;
  const planted = `gantry_session=${'A'.repeat(43)}`;
  const first = cookieOf(await sign(planted));
  expect(first).not.toBe(planted);
  const second = cookieOf(await sign(first));
  const me = (cookie: string) => registry.at().fetch('/me', { headers: { cookie } });
  expect([(await me(planted)).status, (await me(first)).status, (await me(second)).status]).toEqual([
    401, 401, 200,
  ]);
});

test('people see where they are signed in, and end one session or all others', async () => {
  const user = await registry.createUser((await registry.createIntegrator()).id);
  const apis = [];
  for (let i = 0; i < 3; i += 1) apis.push(await registry.as(user.email, user.password));
  const [here, there, elsewhere] = apis;
  const { items } = await here!.get<{ items: { id: string; current: boolean }[] }>('/sessions');
  expect(items).toHaveLength(3);
  await there!.delete(`/sessions/${items.find((item) => item.current)?.id}`);
  expect(await problemOf(here!.get('/me'))).toMatchObject({ status: 401 });
  await there!.delete('/sessions/others');
  expect(await problemOf(elsewhere!.get('/me'))).toMatchObject({ status: 401 });
  await there!.get('/me');
});

test('after a thousand wrong tries the right password works once the wait is over', async () => {
  const user = await registry.createUser((await registry.createIntegrator()).id);
  const guess = () => problemOf(registry.as(user.email, 'wrong'));
  const answers = await Promise.all(Array.from({ length: 1_000 }, guess));
  expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(980);
  clock.aheadMs = 16 * 60_000;
  await registry.as(user.email, user.password);
  clock.aheadMs = 0;
});

test('roles limit people to cameras of their own; nobody hands on more than they have (R30)', async () => {
  const shop = await registry.createCustomer((await registry.createIntegrator()).id);
  const role = await registry.api.post<{ id: string }>('/roles', {
    tenantId: shop.id,
    name: 'Watchers',
    family: 'admin',
    allCameras: ['view'],
  });
  const limited = await registry.createUser(shop.id, { roleIds: [role.id] });
  const api = await registry.as(limited.email, limited.password);
  const more = { tenantId: shop.id, name: 'More', family: 'admin', allCameras: ['configure'] };
  expect(await problemOf(api.post('/roles', more))).toMatchObject({ code: 'forbidden' });
  await api.post('/roles', { ...more, allCameras: ['view'] });
  const full = { tenantId: shop.id, email: 'full@roles.example', name: 'Full', password };
  expect(await problemOf(api.post('/users', full))).toMatchObject({ code: 'forbidden' });
  await api.post('/users', { ...full, roleIds: [role.id] });
  expect(await problemOf(api.post('/api-keys', { tenantId: shop.id, name: 'K' }))).toMatchObject({
    code: 'forbidden',
  });
  const held = await registry.api.fetch(`/roles/${role.id}`, {
    method: 'DELETE',
    headers: { 'if-match': '"1"' },
  });
  expect(held.status).toBe(409);
});

test('an API key for one module reads, and changes nothing else (R33)', async () => {
  const north = await registry.createIntegrator();
  const { key } = await registry.api.post<{ key: string }>('/api-keys', {
    tenantId: north.id,
    name: 'History only',
    modules: ['history'],
  });
  const robot = registry.at(key);
  await robot.get('/history');
  expect(await problemOf(robot.get('/users'))).toMatchObject({ code: 'forbidden' });
  expect(await problemOf(robot.post(`/tenants/${north.id}:disable`))).toMatchObject({ status: 403 });
});
