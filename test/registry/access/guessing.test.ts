import { request } from 'node:http';
import { createCrowdGate } from '@gantry/registry/access/crowd-gate.js';
import { createFairLine } from '@gantry/registry/access/fair-line.js';
import { createThrottle } from '@gantry/registry/access/throttle.js';
import { readTrustedProxies } from '@gantry/registry/http/client-address.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { until } from '../../support/until.js';

describe('the throttle', () => {
  const clock = { ms: 0, nowMs: () => clock.ms };

  test('lets a few of a thousand tries at once through', async () => {
    const throttle = createThrottle(clock);
    let checked = 0;
    const guess = () =>
      throttle.guard('ana@people.example', '203.0.113.9', async () => {
        checked += 1;
        await Promise.resolve();
        return false;
      });
    const all = await Promise.allSettled(Array.from({ length: 1_000 }, guess));
    expect(checked).toBe(8);
    expect(all.filter(({ status }) => status === 'rejected')).toHaveLength(992);
    clock.ms += 3_600_000;
    await Promise.allSettled(Array.from({ length: 100 }, guess));
    expect(checked).toBe(9);
  });

  test('forgets failures after a success, and a check that broke is no guess', async () => {
    const throttle = createThrottle(clock);
    const broken = () => throttle.guard('a', null, () => Promise.reject(new Error('no database')));
    for (let i = 0; i < 20; i += 1) await expect(broken()).rejects.toThrow('no database');
    for (let i = 0; i < 3; i += 1) await throttle.guard('a', null, async () => false);
    expect(await throttle.guard('a', null, async () => true)).toBe(true);
    for (let i = 0; i < 4; i += 1) expect(await throttle.guard('a', null, async () => false)).toBe(false);
    await expect(throttle.guard('a', null, async () => true)).rejects.toThrow('Too many tries');
  });
});

describe('the gate before crowds', () => {
  const clock = { ms: 0, nowMs: () => clock.ms };
  const refusedOf = (gate: ReturnType<typeof createCrowdGate>, tries: number) => {
    let refused = 0;
    for (let n = 0; n < tries; n += 1) {
      if (gate.isClosedTo('crowd')) continue;
      gate.refused('crowd');
      refused += 1;
    }
    return refused;
  };

  test('looks at twenty of a thousand refused tries, at two in each second after, and at all once they stop', () => {
    const gate = createCrowdGate(clock);
    expect(refusedOf(gate, 1_000)).toBe(20);
    for (let second = 0; second < 5; second += 1) {
      clock.ms += 1_000;
      expect(refusedOf(gate, 1_000)).toBe(2);
    }
    expect(gate.isClosedTo('a guest')).toBe(false);
    clock.ms += 60_000;
    expect(refusedOf(gate, 1_000)).toBe(20);
  });

  test('remembers a bounded number of addresses', () => {
    const gate = createCrowdGate(clock);
    refusedOf(gate, 30);
    for (let n = 0; n < 10_000; n += 1) gate.refused(`address ${n}`);
    expect(gate.isClosedTo('crowd')).toBe(false);
  });
});

test('who waits is taken one of each place after the other, and a place waits behind itself', async () => {
  const line = createFairLine({ inFlight: 1, inFlightEach: 1, waitingEach: 3, waiting: 10 });
  const order: string[] = [];
  const gate = gateOf();
  const first = line.inTurn('crowd', () => gate.promise);
  const crowd = Array.from({ length: 5 }, () => line.inTurn('crowd', async () => order.push('crowd')));
  const guest = line.inTurn('guest', async () => order.push('guest'));
  gate.resolve(undefined);
  const all = await Promise.allSettled([first, ...crowd, guest]);
  expect(order).toEqual(['crowd', 'guest', 'crowd', 'crowd']);
  expect(all.filter(({ status }) => status === 'rejected')).toHaveLength(2);
  await line.inTurn('crowd', async () => order.push('again'));
});

test('a place does one work at a time, and leaves the other turn to whoever comes from elsewhere', async () => {
  const line = createFairLine({ inFlight: 2, inFlightEach: 1, waitingEach: 9, waiting: 9 });
  const gates = [gateOf(), gateOf(), gateOf()];
  const begun: string[] = [];
  const work = (from: string, gate: ReturnType<typeof gateOf> | undefined) =>
    line.inTurn(from, async () => {
      begun.push(from);
      await gate?.promise;
    });
  const all = [work('crowd', gates[0]), work('crowd', gates[1]), work('guest', gates[2])];
  await until(() => begun.length === 2, { what: 'one work of each place' });
  expect(begun).toEqual(['crowd', 'guest']);
  gates[2]?.resolve(undefined);
  await all[2];
  expect(begun).toHaveLength(2);
  gates[0]?.resolve(undefined);
  await until(() => begun.length === 3, { what: 'the next of the crowd' });
  gates[1]?.resolve(undefined);
  await Promise.all(all);
  await work('crowd', undefined);
});

/** A promise that is resolved from outside. */
function gateOf(): { promise: Promise<unknown>; resolve: (value: unknown) => void } {
  let resolve: (value: unknown) => void = () => undefined;
  return { promise: new Promise((done) => (resolve = done)), resolve: (value) => resolve(value) };
}

describe('wrong tries at once', () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startTestRegistry({ config: { trustedProxies: readTrustedProxies(['127.0.0.1']) } });
  });
  afterAll(() => registry.close());

  const crowd = '203.0.113.9';

  const sign = (email: string, password: string, from: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': from };
      const options = { agent: false, method: 'POST', headers, port: registry.port, host: '127.0.0.1' };
      const sent = request({ ...options, path: '/api/v1/sessions' }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
      });
      sent.on('error', reject).end(JSON.stringify({ email, password }));
    });

  test.each([
    ['a thousand at one account', 1_000, 20, () => null],
    ['hundreds at as many accounts', 300, 100, (i: number) => `user${i}@nobody.example`],
  ])(
    '%s neither keep its owner out elsewhere nor take the memory',
    async (_name, tries, checkedAtMost, other) => {
      const user = await registry.createUser((await registry.createIntegrator()).id);
      const owner = (from: string) => sign(user.email, user.password, from);
      const usual = [await owner('198.51.100.1'), await owner('198.51.100.2'), await owner('198.51.100.3')];
      const before = process.memoryUsage.rss();
      const wrong = Array.from({ length: tries }, (_, i) => sign(other(i) ?? user.email, 'wrong', crowd));
      let answered = 0;
      for (const one of wrong) void one.then(() => (answered += 1));
      await until(() => answered > 20, { what: 'the crowd to be under way' });
      const meanwhile = await owner('198.51.100.4');
      const answers = await Promise.all(wrong);
      const grownMiB = (process.memoryUsage.rss() - before) / 1024 / 1024;
      const count = (status: number) => answers.filter((one) => one === status).length;

      expect(usual).toEqual([201, 201, 201]);
      expect(meanwhile).toBe(201);
      expect(count(401)).toBeLessThanOrEqual(checkedAtMost);
      expect(count(401) + count(429) + count(503)).toBe(tries);
      // Where the crowd came from its own account has to wait longer; others there are let in once it is quiet.
      const neighbour = other(0) === null ? await registry.createUser(registry.platformId) : user;
      const there = () => sign(neighbour.email, neighbour.password, crowd);
      await until(async () => (await there()) === 201, {
        timeoutMs: 30_000,
        what: 'the address to be let in again',
      });
      if (other(0) === null) expect(await sign(user.email, user.password, crowd)).toBe(429);
      expect(grownMiB).toBeLessThan(200);
    },
  );
});
