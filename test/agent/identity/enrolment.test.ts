import { mkdtemp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@gantry/agent/clock.js';
import { exchange } from '@gantry/agent/http.js';
import { enrol, readEnrolment } from '@gantry/agent/identity/enrolment.js';
import { loadOrMakeKey } from '@gantry/agent/identity/key.js';
import { createRegistryClock } from '@gantry/agent/identity/registry-clock.js';
import { decodeJoinToken, type JoinToken } from '@gantry/protocol/enrol.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSmallRegistry, type SmallRegistry } from '../support/small-registry.js';

let folder: string;
let registry: SmallRegistry;
const keyPath = () => join(folder, 'key.json');
const enrolmentPath = () => join(folder, 'enrolment.json');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-enrol-'));
  registry = await startSmallRegistry();
});
afterEach(async () => {
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

/** What each start of an agent does until it is enrolled. */
async function attempt(wallAheadMs = 0) {
  const clock = { ...systemClock, wallMs: () => Date.now() + wallAheadMs };
  const { key } = await loadOrMakeKey(keyPath());
  return enrol({
    join: decodeJoinToken(registry.joinToken) as JoinToken,
    key,
    path: enrolmentPath(),
    hostname: 'box',
    agentVersion: '1',
    exchange,
    clock,
    registryClock: createRegistryClock(clock),
    newTokenId: randomUUID,
  });
}

describe('enrolment', () => {
  it.each(['cut before the request', 'cut before the answer'] as const)(
    'is safe to repeat when the connection is %s: one key, one box',
    async (fault) => {
      registry.enrolFaults = [fault];
      await expect(attempt()).rejects.toMatchObject({ kind: 'unreachable' });
      expect((await readEnrolment(enrolmentPath())).kind).toBe('absent');
      const made = await attempt();
      expect(new Set(registry.enrolments.map(({ thumbprintX }) => thumbprintX)).size).toBe(1);
      expect(await readEnrolment(enrolmentPath())).toEqual({ kind: 'value', value: made });
    },
  );

  it('survives a crash after the answer and before it was stored: the same box comes again', async () => {
    await mkdir(enrolmentPath());
    await expect(attempt()).rejects.toThrow(/EISDIR|directory/);
    await rm(enrolmentPath(), { recursive: true });
    const made = await attempt();
    expect(registry.enrolments.map(({ agentId }) => agentId)).toEqual([made.agentId, made.agentId]);
  });

  it('says what the registry said when it refuses, and that trying again is no use', async () => {
    registry.enrolFaults = ['refuse the token'];
    await expect(attempt()).rejects.toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('used up') as string,
    });
  });

  it('tells a web server that is no registry apart', async () => {
    const join2: JoinToken = { u: `${registry.url}/elsewhere`, k: 'tok_1.x' };
    const { key } = await loadOrMakeKey(keyPath());
    await expect(
      enrol({
        join: join2,
        key,
        path: enrolmentPath(),
        hostname: 'box',
        agentVersion: '1',
        exchange: async () => ({ status: 200, dateMs: null, body: Buffer.from('<html>') }),
        clock: systemClock,
        registryClock: createRegistryClock(systemClock),
        newTokenId: randomUUID,
      }),
    ).rejects.toMatchObject({ kind: 'unexpected' });
  });

  it.each([-86_400_000, 86_400_000])('works on a box whose clock is wrong by %i ms', async (wallAheadMs) => {
    expect((await attempt(wallAheadMs)).agentName).toBe('Warehouse');
  });
});

describe('the key', () => {
  it('is made once, for this user only', async () => {
    const first = await loadOrMakeKey(keyPath());
    const second = await loadOrMakeKey(keyPath());
    expect([first.made, second.made]).toEqual([true, false]);
    expect(second.key.thumbprint).toBe(first.key.thumbprint);
    expect((await stat(keyPath())).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(keyPath(), 'utf8'))).toMatchObject({ kty: 'EC', crv: 'P-256' });
  });

  it('is never replaced when its file is damaged', async () => {
    await writeFile(keyPath(), '{"kty":"EC"');
    await expect(loadOrMakeKey(keyPath())).rejects.toThrow(/damaged .*Restore the file/);
    expect(await readFile(keyPath(), 'utf8')).toBe('{"kty":"EC"');
  });
});
