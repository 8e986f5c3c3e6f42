import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApi, problemOf, type Api } from '../../support/api.js';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { createAuthenticator, type SoftwareAuthenticator } from './software-authenticator.js';

let registry: TestRegistry;
beforeAll(async () => {
  // The host that browsers bind passkeys to; nothing else of it matters here.
  registry = await startTestRegistry({ config: { publicUrl: origin } });
});
afterAll(() => registry.close());

const origin = 'https://cams.example.com';
type Creation = { challenge: string; options: { challenge: string; rp: { id: string } } };
type Step = { challenge: string; methods: string[]; passkey: { challenge: string; rpId: string } };

const begin = (me: Api) => me.post<Creation>('/me/passkey-options');
const add = async (me: Api, { challenge }: Creation, credential: unknown) =>
  me.post<{ id: string; recoveryCodes: string[] | null }>('/me/passkeys', {
    challenge,
    name: 'Phone',
    credential,
  });

async function personWithPasskey(): Promise<{
  email: string;
  password: string;
  me: Api;
  device: SoftwareAuthenticator;
}> {
  const user = await registry.createUser((await registry.createIntegrator()).id);
  const me = await registry.as(user.email, user.password);
  const device = await createAuthenticator(origin);
  const begun = await begin(me);
  const { recoveryCodes } = await add(me, begun, await device.create(begun.options));
  expect(recoveryCodes).toHaveLength(10);
  return { ...user, me, device };
}

async function firstStep(person: { email: string; password: string }): Promise<Step> {
  const answer = await registry
    .at()
    .fetch('/sessions', jsonPost({ email: person.email, password: person.password }));
  expect(answer.status).toBe(202);
  return (await answer.json()) as Step;
}
const jsonPost = (body: unknown) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const secondStep = ({ challenge }: Step, passkey: unknown) =>
  registry.at().fetch('/sessions/second-factor', jsonPost({ challenge, passkey }));

test('a passkey is added, demanded at sign-in from then on, and lets its owner in', async () => {
  const person = await personWithPasskey();
  const step = await firstStep(person);
  expect(step).toMatchObject({ methods: ['passkey', 'recoveryCode'], passkey: { rpId: 'cams.example.com' } });
  const done = await secondStep(step, await person.device.get(step.passkey));
  expect(done.status).toBe(201);
  const cookie = (done.headers.get('set-cookie') ?? '').split(';')[0] as string;
  const signedIn = createApi(registry.url, { cookie });
  const { passkeys } = await signedIn.get<{ passkeys: { name: string; lastUsedAt: string | null }[] }>(
    '/me/second-factors',
  );
  expect(passkeys).toEqual([expect.objectContaining({ name: 'Phone', lastUsedAt: expect.any(String) })]);
});

test('a passkey made for another page, another request or another registry is not added', async () => {
  const user = await registry.createUser((await registry.createIntegrator()).id);
  const me = await registry.as(user.email, user.password);
  const device = await createAuthenticator(origin);
  const phished = await createAuthenticator('https://cams.example.com.evil.example');
  const first = await begin(me);
  const other = await begin(me);
  const wrong = [
    await phished.create(first.options),
    await device.create(other.options),
    await device.create({ ...first.options, rp: { id: 'evil.example' } }),
    { id: 'nothing', type: 'public-key' },
  ];
  for (const credential of wrong) {
    expect(await problemOf(add(me, first, credential))).toMatchObject({ status: 422, code: 'invalid' });
  }
  const stranger = await registry.createUser((await registry.createIntegrator()).id);
  const them = await registry.as(stranger.email, stranger.password);
  const right = await device.create(first.options);
  expect(await problemOf(add(them, first, right))).toMatchObject({ status: 401 });
  await add(me, first, right);
  expect(await problemOf(add(me, first, right))).toMatchObject({ status: 401 });
});

test('at sign-in another origin, another challenge, another device and a counter that goes back are refused', async () => {
  const person = await personWithPasskey();
  const { device } = person;
  const phished = await createAuthenticator('https://evil.example');
  const step = await firstStep(person);
  const other = await firstStep(person);
  const good = await device.get(step.passkey, 5);
  expect((await secondStep(step, await phished.get(step.passkey))).status).toBe(401);
  expect((await secondStep(step, await device.get(other.passkey))).status).toBe(401);
  expect((await secondStep(step, { ...(await phished.get(step.passkey)), id: good['id'] })).status).toBe(401);
  expect((await secondStep(step, good)).status).toBe(201);
  expect((await secondStep(step, good)).status).toBe(401);
  // A copy of the device counts from where it was copied.
  const again = await firstStep(person);
  expect((await secondStep(again, await device.get(again.passkey, 4))).status).toBe(401);
  expect((await secondStep(again, await device.get(again.passkey, 6))).status).toBe(201);
});
