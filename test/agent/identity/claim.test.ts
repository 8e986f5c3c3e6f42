import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId, type AgentId } from '@gantry/protocol/ids.js';
import { fingerprintWords } from '@gantry/protocol/claim.js';
import { HttpUnreachable, type HttpRequest } from '@gantry/agent/http.js';
import { claim, type ShownClaim } from '@gantry/agent/identity/claim.js';
import { readEnrolment } from '@gantry/agent/identity/enrolment.js';
import { loadOrMakeKey } from '@gantry/agent/identity/key.js';
import { createRegistryClock } from '@gantry/agent/identity/registry-clock.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

type Said = 'pending' | 'expired' | 'rejected' | 'approved' | 'unreachable';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-claim-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const bytes = (buffer: Uint8Array) => buffer.fill(7);
const agentId: AgentId = newId('agent', 0, bytes);
const claimId = newId('claim', 0, bytes);

/** Runs a claim against a registry that says these things in turn. */
async function run(says: Said[]) {
  const { key } = await loadOrMakeKey(join(folder, 'key.json'));
  const asked: string[] = [];
  const pausesMs: number[] = [];
  const shown: ShownClaim[] = [];
  const problems: string[] = [];
  let codes = 0;
  let nowMs = 0;
  const clock = {
    wallMs: () => nowMs,
    monotonicMs: () => nowMs,
    sleep: async (durationMs: number) => {
      pausesMs.push(durationMs);
      nowMs += durationMs;
    },
  };
  const answer = (status: number, body: object) => ({
    status,
    dateMs: null,
    body: new TextEncoder().encode(JSON.stringify(body)),
  });
  const exchange = async ({ url }: HttpRequest) => {
    asked.push(new URL(url).pathname);
    if (url.endsWith('/claims')) {
      codes += 1;
      return answer(201, {
        claimId,
        userCode: `CODE-${codes}`,
        verificationUrl: `https://cams.example/e/CODE-${codes}`,
        words: ['not', 'this', 'box'],
        expiresAtMs: nowMs + 600_000,
        intervalSeconds: 5,
        atMs: nowMs,
      });
    }
    const state = says.shift() ?? 'approved';
    if (state === 'unreachable') throw new HttpUnreachable('ECONNREFUSED');
    if (state === 'pending') return answer(200, { state, expiresAtMs: 600_000, intervalSeconds: 5 });
    if (state !== 'approved') return answer(200, { state });
    const enrolment = {
      agentId,
      agentName: 'Gate',
      integratorName: 'North',
      mqttUrl: 'mqtt://127.0.0.1:1',
      atMs: nowMs,
    };
    return answer(200, { state, enrolment });
  };
  const path = join(folder, 'enrolment.json');
  const ended = claim({
    registryUrl: 'https://cams.example/',
    key,
    path,
    exchange,
    clock,
    hostname: 'box',
    agentVersion: '0',
    random: () => 1,
    registryClock: createRegistryClock(clock),
    newTokenId: () => 'id',
    onClaim: (one) => shown.push(one),
    onFailure: (error) => problems.push(error.message),
    signal: new AbortController().signal,
  });
  const outcome = await ended.catch((error: Error) => error);
  return { outcome, asked, pausesMs, shown, problems, stored: await readEnrolment(path), key };
}

describe('a box that waits to be let in', () => {
  it('shows the words of its own key, whatever the registry says, and keeps the enrolment', async () => {
    const { shown, stored, pausesMs, key } = await run(['pending', 'pending', 'approved']);
    expect(shown).toMatchObject([{ userCode: 'CODE-1', words: fingerprintWords(key.thumbprint) }]);
    expect(pausesMs).toEqual([5_000, 5_000]);
    expect(stored).toMatchObject({
      kind: 'value',
      value: { agentId, registryUrl: 'https://cams.example', thumbprint: key.thumbprint },
    });
  });

  it('shows a new code when the old one has expired', async () => {
    const { shown, asked } = await run(['pending', 'expired', 'approved']);
    expect(shown.map(({ userCode }) => userCode)).toEqual(['CODE-1', 'CODE-2']);
    expect(asked.filter((path) => path === '/api/v1/claims')).toHaveLength(2);
  });

  it('waits longer and longer for a registry that is away, with the same code', async () => {
    const { shown, pausesMs, problems, stored } = await run(['unreachable', 'unreachable', 'unreachable']);
    expect(pausesMs).toEqual([1_000, 2_000, 4_000]);
    expect(problems[0]).toContain('cannot be reached');
    expect(shown).toHaveLength(1);
    expect(stored.kind).toBe('value');
  });

  it('ends when it is turned away', async () => {
    const { outcome, stored } = await run(['pending', 'rejected']);
    expect(outcome).toMatchObject({ name: 'EnrolError', kind: 'denied' });
    expect(stored).toEqual({ kind: 'absent' });
  });
});
