import { decodeJoinToken, enrolAudience, agentAudience, type EnrolAnswer } from '@gantry/protocol/enrol.js';
import { createPackageSigner } from '@gantry/registry/access/package-signature.js';
import { agentCredentials, agents, enrolmentTokens } from '@gantry/registry/db/schema/agents.js';
import { loadOrMakeKey, type DeviceKey } from '@gantry/agent/identity/key.js';
import { signJwt } from '@gantry/agent/identity/jwt.js';
import { eq } from '@gantry/registry/db/drizzle.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemOf } from '../../support/api.js';
import { startTestRegistry, type Fields, type Tenant, type TestRegistry } from '../../support/registry.js';

const clock = { nowMs: () => Date.now() + clock.aheadMs, aheadMs: 0 };
let registry: TestRegistry;
let north: Tenant;
let folder: string;
beforeAll(async () => {
  registry = await startTestRegistry({ overrides: { clock } });
  north = await registry.createIntegrator({ name: 'North' });
  folder = await mkdtemp(join(tmpdir(), 'gantry-keys-'));
});
afterAll(async () => {
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

let keys = 0;
async function newKey(): Promise<DeviceKey> {
  keys += 1;
  return (await loadOrMakeKey(join(folder, `key-${keys}.json`))).key;
}

const sign = (
  key: DeviceKey,
  audience: string,
  subject: string,
  o: { issuedMs?: number; lifeSeconds?: number } = {},
) =>
  signJwt(key, {
    audience,
    subject,
    issuedAtSeconds: Math.floor((o.issuedMs ?? clock.nowMs()) / 1_000),
    lifeSeconds: o.lifeSeconds ?? 300,
    tokenId: `${Math.random()}`,
  });

async function invite(fields: Fields = {}): Promise<{ id: string; secret: string }> {
  const { id, joinToken } = await registry.createEnrolmentToken(north.id, fields);
  const decoded = decodeJoinToken(joinToken);
  expect(decoded?.u).toBe(registry.url);
  return { id, secret: decoded?.k ?? '' };
}

async function enrol(
  token: { id: string; secret: string },
  key: DeviceKey,
  more: Fields = {},
): Promise<EnrolAnswer> {
  return registry.at().post<EnrolAnswer>('/enrol', {
    token: token.secret,
    publicKey: key.publicKey,
    proof: await sign(key, enrolAudience, token.id),
    hostname: 'warehouse-01',
    agentVersion: '0.1.0',
    ...more,
  });
}

test('an agent enrols under the integrator of its token, and hears the same however often it asks (R34, R39)', async () => {
  const token = await invite();
  const key = await newKey();
  const answer = await enrol(token, key);
  expect(answer).toMatchObject({ agentName: 'warehouse-01', integratorName: 'North' });
  expect(answer.mqttUrl).toBe(`mqtt://127.0.0.1:${registry.mqttPort}`);
  const { sealingKey } = registry.context.secondFactor;
  expect(answer.packageKey).toBe(createPackageSigner(sealingKey).publicKey);
  const again = await Promise.all([enrol(token, key), enrol(token, key), enrol(token, key)]);
  for (const other of again) expect({ ...other, atMs: 0 }).toEqual({ ...answer, atMs: 0 });
  const [row] = await registry.context.db
    .select()
    .from(enrolmentTokens)
    .where(eq(enrolmentTokens.id, token.id as never));
  expect(row?.uses).toBe(1);
  // The secret is not kept, so nobody who reads the database can enrol.
  expect(JSON.stringify(row)).not.toContain(token.secret.split('.')[1]);
});

test('another key finds the token used up, and the winner is still answered', async () => {
  const token = await invite();
  const first = await newKey();
  await enrol(token, first);
  expect(await problemOf(enrol(token, await newKey()))).toMatchObject({ status: 409, code: 'conflict' });
  await enrol(token, first);
});

test('of many agents that race for a token with three uses exactly three get in', async () => {
  const token = await invite({ maxUses: 3 });
  const outcomes = await Promise.allSettled(
    (await Promise.all(Array.from({ length: 12 }, newKey))).map((key) => enrol(token, key)),
  );
  expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(3);
});

test('one agent that asks many times at once becomes one agent', async () => {
  const token = await invite({ maxUses: 10 });
  const key = await newKey();
  const answers = await Promise.all(Array.from({ length: 10 }, () => enrol(token, key)));
  expect(new Set(answers.map((answer) => answer.agentId)).size).toBe(1);
  const two = await Promise.all([invite(), invite()]);
  const other = await newKey();
  const outcomes = await Promise.allSettled(two.map((one) => enrol(one, other)));
  expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
});

test('tokens that were revoked, have expired or are unknown are refused with a reason', async () => {
  const revoked = await invite();
  await registry.api.delete(`/enrolment-tokens/${revoked.id}`);
  const refused = await problemOf(enrol(revoked, await newKey()));
  expect(refused).toMatchObject({ status: 403, detail: expect.stringContaining('revoked') });

  const short = await invite({ expiresInHours: 1 });
  clock.aheadMs = 2 * 3_600_000;
  const late = await problemOf(enrol(short, await newKey()));
  clock.aheadMs = 0;
  expect(late).toMatchObject({ status: 403, detail: expect.stringContaining('expired') });

  const good = await invite();
  const wrong = { ...good, secret: `${good.id}.not-the-secret` };
  expect(await problemOf(enrol(wrong, await newKey()))).toMatchObject({ status: 401 });
  expect(await problemOf(enrol({ ...good, secret: 'nonsense' }, await newKey()))).toMatchObject({
    status: 401,
  });
  const strange = enrol(good, await newKey(), {
    publicKey: { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'B'.repeat(43) },
  });
  expect(await problemOf(strange)).toMatchObject({ status: 401 });
  expect(await problemOf(enrol(good, await newKey(), { extra: 1 }))).toMatchObject({ status: 422 });
});

test('only who holds the key enrols it: proofs of another key, audience, token or time are refused', async () => {
  const token = await invite();
  const [key, other] = [await newKey(), await newKey()];
  const proofs = await Promise.all([
    sign(other, enrolAudience, token.id),
    sign(key, agentAudience, token.id),
    sign(key, enrolAudience, 'tok_01ZZZZZZZZZZZZZZZZZZZZZZZZ'),
    sign(key, enrolAudience, token.id, { issuedMs: Date.now() - 400_000 }),
    sign(key, enrolAudience, token.id, { issuedMs: Date.now() + 120_000 }),
    sign(key, enrolAudience, token.id, { lifeSeconds: 3_600 }),
    Promise.resolve('not.a.jwt'),
  ]);
  for (const proof of proofs) {
    expect(await problemOf(enrol(token, key, { proof }))).toMatchObject({ status: 401 });
  }
  // A clock that is a little off is no reason.
  await enrol(token, key, {
    proof: await sign(key, enrolAudience, token.id, { issuedMs: Date.now() + 20_000 }),
  });
});

test('an enrolled agent is known by the tokens it signs, until its credential is revoked', async () => {
  const key = await newKey();
  const { agentId } = await enrol(await invite(), key);
  const asAgent = async () => registry.at(await sign(key, agentAudience, agentId));
  expect(await problemOf((await asAgent()).get('/tenants'))).toMatchObject({ code: 'forbidden' });
  const stranger = registry.at(await sign(await newKey(), agentAudience, agentId));
  expect(await problemOf(stranger.get('/tenants'))).toMatchObject({ code: 'unauthenticated' });
  await registry.context.db
    .update(agentCredentials)
    .set({ state: 'revoked' })
    .where(eq(agentCredentials.thumbprint, key.thumbprint));
  expect(await problemOf((await asAgent()).get('/tenants'))).toMatchObject({ code: 'unauthenticated' });
});

test('a token may carry the customer and plan for new cameras, if both fit', async () => {
  const shop = await registry.createCustomer(north.id);
  const autoBind = { customerId: shop.id, planId: registry.planId };
  const { agentId } = await enrol(await invite({ autoBind }), await newKey());
  const [agent] = await registry.context.db.select().from(agents).where(eq(agents.id, agentId));
  expect(agent).toMatchObject({ autoBindCustomerId: shop.id, autoBindPlanId: registry.planId });

  const south = await registry.createIntegrator();
  const foreign = await registry.createCustomer(south.id);
  const refused = invite({ autoBind: { ...autoBind, customerId: foreign.id } });
  expect(await problemOf(refused)).toMatchObject({ errors: [{ pointer: '/autoBind/customerId' }] });
  const own = await registry.api.post<{ id: string }>('/plans', {
    tenantId: south.id,
    name: 'S',
    retentionDays: 7,
  });
  const notOffered = invite({ autoBind: { ...autoBind, planId: own.id } });
  expect(await problemOf(notOffered)).toMatchObject({ code: 'plan_not_offered' });
});

test('agents do not enrol under customers, nor under an integrator that is switched off', async () => {
  const shop = await registry.createCustomer(north.id);
  const wrong = registry.createEnrolmentToken(shop.id);
  expect(await problemOf(wrong)).toMatchObject({
    errors: [{ pointer: '/integratorId', code: 'wrong_kind' }],
  });
  const token = await invite();
  await registry.api.post(`/tenants/${north.id}:disable`);
  expect(await problemOf(enrol(token, await newKey()))).toMatchObject({ code: 'account_disabled' });
  await registry.api.post(`/tenants/${north.id}:enable`);
});
