import { idempotencyKeys } from '@gantry/registry/db/schema/operations.js';
import { sql } from '@gantry/registry/db/drizzle.js';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Api } from '../../support/api.js';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';

/** A retry must not make a second thing, and must get what the first one got (ux.md §8). */
let registry: TestRegistry;
let north: string;
beforeAll(async () => {
  registry = await startTestRegistry();
  north = (await registry.createIntegrator({ name: 'North' })).id;
});
afterAll(() => registry.close());

const send = async (api: Api, path: string, body: unknown, key: string) => {
  const response = await api.fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as { id?: string; joinToken?: string; code?: string };
  return {
    status: response.status,
    replayed: response.headers.get('idempotency-replayed'),
    response,
    answer,
  };
};
const customer = (name: string) => ({ kind: 'customer', parentId: north, name, email: 'a@b.example' });
const named = async (text: string) =>
  (await registry.api.get<{ items: unknown[] }>(`/tenants?text=${text}`)).items.length;

test('a retry makes nothing new and gets the first answer, headers included', async () => {
  const key = randomUUID();
  const first = await send(registry.api, '/tenants', customer('Once'), key);
  const second = await send(registry.api, '/tenants', customer('Once'), key);
  expect([first.status, second.status]).toEqual([201, 201]);
  expect([first.replayed, second.replayed]).toEqual([null, 'true']);
  expect(second.answer).toEqual(first.answer);
  expect(second.response.headers.get('etag')).toBe(first.response.headers.get('etag'));
  expect(await named('Once')).toBe(1);
});

test('of 20 requests with one key at once one is carried out; the others get its answer or are asked to wait', async () => {
  const key = randomUUID();
  const all = await Promise.all(
    Array.from({ length: 20 }, () => send(registry.api, '/tenants', customer('Parallel'), key)),
  );
  const firsts = all.filter(({ status, replayed }) => status === 201 && replayed === null);
  expect(firsts).toHaveLength(1);
  for (const one of all.filter((each) => each.status !== 201)) {
    expect([one.status, one.answer.code]).toEqual([409, 'idempotency_in_progress']);
  }
  expect(await named('Parallel')).toBe(1);
});

test('the same key with another body, or for another route, is refused', async () => {
  const key = randomUUID();
  await send(registry.api, '/tenants', customer('Reused'), key);
  const other = await send(registry.api, '/tenants', customer('Other'), key);
  expect([other.status, other.answer.code]).toEqual([422, 'idempotency_key_reuse']);
  const route = await send(registry.api, '/plans', customer('Reused'), key);
  expect(route.answer.code).toBe('idempotency_key_reuse');
});

test('what was wrong with a request is told again, what may go away is not kept', async () => {
  const key = randomUUID();
  const wrong = await send(registry.api, '/tenants', { kind: 'customer' }, key);
  const again = await send(registry.api, '/tenants', { kind: 'customer' }, key);
  expect([wrong.status, again.status, again.replayed]).toEqual([422, 422, 'true']);
});

test('a secret that is shown once is there for the retry, and in no readable form in the database', async () => {
  const key = randomUUID();
  const body = { integratorId: north, name: 'Sites' };
  const first = await send(registry.api, '/enrolment-tokens', body, key);
  const second = await send(registry.api, '/enrolment-tokens', body, key);
  expect(second.replayed).toBe('true');
  expect(first.answer.joinToken).toMatch(/./);
  expect(second.answer.joinToken).toBe(first.answer.joinToken);
  const { db } = registry.context;
  const kept = JSON.stringify(await db.select().from(idempotencyKeys));
  expect(kept).not.toContain(first.answer.joinToken);
  expect(kept).not.toContain(key);
});

test('keys of two principals have nothing to do with each other', async () => {
  const key = randomUUID();
  const user = await registry.createUser(north);
  const other = await registry.as(user.email, user.password);
  const mine = await send(registry.api, '/tenants', customer('Shared key'), key);
  const theirs = await send(other, '/tenants', customer('Shared key'), key);
  expect([mine.replayed, theirs.replayed]).toEqual([null, null]);
  expect(theirs.answer.id).not.toBe(mine.answer.id);
});

test('after a crash in the middle a retry is told that nobody knows, and is not carried out', async () => {
  const { db } = registry.context;
  const key = randomUUID();
  const first = await send(registry.api, '/tenants', customer('Crashed'), key);
  expect(first.status).toBe(201);
  // As a crash leaves it: taken, never answered.
  await db.execute(sql`update idempotency_keys set status = null, answer = null
    where fingerprint = (select fingerprint from idempotency_keys order by created_at desc limit 1)`);
  const soon = await send(registry.api, '/tenants', customer('Crashed'), key);
  expect(soon.answer.code).toBe('idempotency_in_progress');
  await db.execute(
    sql`update idempotency_keys set created_at = now() - interval '1 hour' where status is null`,
  );
  const late = await send(registry.api, '/tenants', customer('Crashed'), key);
  expect([late.status, late.answer.code]).toEqual([409, 'conflict']);
  expect(await named('Crashed')).toBe(1);
});

test('a day later the key is free again', async () => {
  const { db } = registry.context;
  const key = randomUUID();
  await send(registry.api, '/tenants', customer('Daily'), key);
  await db.execute(sql`update idempotency_keys set created_at = now() - interval '25 hours'`);
  expect((await send(registry.api, '/tenants', customer('Daily'), key)).replayed).toBeNull();
  expect(await named('Daily')).toBe(2);
});

test.each(['short', 'x'.repeat(256), 'with a space in the middle'])('the key %j is refused', async (key) => {
  expect((await send(registry.api, '/tenants', customer('Never'), key)).answer.code).toBe('malformed');
});
