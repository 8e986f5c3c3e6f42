import { fingerprintWords, readUserCode } from '@gantry/protocol/claim.js';
import type { ClaimPollAnswer } from '@gantry/protocol/claim.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemOf, type Api } from '../../support/api.js';
import { platformSignIn, startTestRegistry, type Tenant, type TestRegistry } from '../../support/registry.js';
import { newBox } from './box.js';

let registry: TestRegistry;
let north: Tenant;
let aheadMs = 0;
const nowMs = () => Date.now() + aheadMs;

beforeAll(async () => {
  registry = await startTestRegistry({ overrides: { clock: { nowMs } } });
  north = await registry.createIntegrator({ name: 'North Security' });
});

afterAll(() => registry.close());

const approved = (answer: ClaimPollAnswer) => {
  if (answer.state !== 'approved') throw new Error(`the claim is ${answer.state}`);
  return answer.enrolment;
};

describe('a box without a token', () => {
  it('asks for a code, is let in by an integrator, and is an agent that may connect', async () => {
    const box = await newBox(nowMs);
    const claim = await box.ask(registry.at());
    expect(claim.verificationUrl).toBe(`${registry.url}/e/${claim.userCode}`);
    expect(claim.words).toEqual(fingerprintWords(box.thumbprint));
    expect(claim.expiresAtMs - claim.atMs).toBeLessThanOrEqual(600_000);
    expect(claim.expiresAtMs - claim.atMs).toBeGreaterThan(590_000);
    expect(await box.poll(registry.at(), claim.claimId)).toMatchObject({ state: 'pending' });

    const typed = claim.userCode.toLowerCase().replaceAll('-', ' ');
    expect(await registry.api.get(`/claims/${encodeURIComponent(typed)}`)).toMatchObject({
      hostname: 'warehouse-01',
      ip: '127.0.0.1',
      state: 'pending',
      words: claim.words,
    });
    const agent = await registry.api.post(`/claims/${claim.userCode}:approve`, {
      integratorId: north.id,
      name: 'Warehouse',
    });
    const enrolment = approved(await box.poll(registry.at(), claim.claimId));
    expect(enrolment).toMatchObject({
      agentId: agent.id,
      agentName: 'Warehouse',
      integratorName: 'North Security',
      approvedBy: expect.stringMatching(/./),
    });
    expect(approved(await box.poll(registry.at(), claim.claimId)).agentId).toBe(agent.id);
    expect(await registry.api.get(`/agents/${enrolment.agentId}`)).toMatchObject({ name: 'Warehouse' });
    const upload = await registry
      .at(await box.bearer(enrolment.agentId))
      .fetch('/agent/cameras/cam_01JD8YAB2C0000000000000000/snapshot', { method: 'PUT' });
    expect(upload.status).not.toBe(401);
  });

  it('gets the same code after a crash, a new one when the old has expired, and none of another key', async () => {
    const [box, other] = [await newBox(nowMs), await newBox(nowMs)];
    const first = await box.ask(registry.at());
    expect(await box.ask(registry.at())).toMatchObject({
      claimId: first.claimId,
      userCode: first.userCode,
      expiresAtMs: first.expiresAtMs,
    });
    expect((await other.ask(registry.at())).userCode).not.toBe(first.userCode);
    const stranger = { proof: await other.proof(first.claimId) };
    expect(await problemOf(registry.at().post(`/claims/${first.claimId}:poll`, stranger))).toMatchObject({
      code: 'unauthenticated',
    });

    aheadMs += 600_001;
    expect(await box.poll(registry.at(), first.claimId)).toEqual({ state: 'expired' });
    const late = registry.api.post(`/claims/${first.userCode}:approve`, { integratorId: north.id });
    expect(await problemOf(late)).toMatchObject({ code: 'forbidden' });
    const second = await box.ask(registry.at());
    expect(second.claimId).toBe(first.claimId);
    expect(second.userCode).not.toBe(first.userCode);
    expect(await problemOf(registry.api.get(`/claims/${first.userCode}`))).toMatchObject({
      code: 'not_found',
    });
  });

  it('is turned away, says so, and may ask again with another code', async () => {
    const box = await newBox(nowMs);
    const claim = await box.ask(registry.at());
    await registry.api.post(`/claims/${claim.userCode}:reject`);
    await registry.api.post(`/claims/${claim.userCode}:reject`);
    expect(await box.poll(registry.at(), claim.claimId)).toEqual({ state: 'rejected' });
    const late = registry.api.post(`/claims/${claim.userCode}:approve`, { integratorId: north.id });
    expect(await problemOf(late)).toMatchObject({ code: 'conflict' });
    expect((await box.ask(registry.at())).userCode).not.toBe(claim.userCode);
  });

  it('proves its key: a proof for something else, or of another key, is refused', async () => {
    const [box, other] = [await newBox(nowMs), await newBox(nowMs)];
    const body = { publicKey: box.publicKey, hostname: 'x', agentVersion: '0' };
    for (const proof of [
      await other.proof(box.thumbprint),
      await box.proof('clm_00000000000000000000000000'),
    ]) {
      expect(await problemOf(registry.at().post('/claims', { ...body, proof }))).toMatchObject({
        code: 'unauthenticated',
      });
    }
  });
});

describe('the list of boxes that wait', () => {
  const codes = async (api: Api) =>
    (await api.get<{ items: { userCode: string; words: string[] }[] }>('/claims')).items.map(
      ({ userCode }) => userCode,
    );

  it('shows all to the platform, to others what they opened by its code, also with its next code (R3)', async () => {
    const south = await registry.createIntegrator();
    const [own, colleague, foreign] = await Promise.all(
      [north, north, south].map(async ({ id }) => {
        const user = await registry.createUser(id);
        return registry.as(user.email, user.password);
      }),
    );
    if (own === undefined || colleague === undefined || foreign === undefined)
      throw new Error('three people');
    const box = await newBox(nowMs);
    const { userCode } = await box.ask(registry.at());
    expect(await codes(registry.api)).toContain(userCode);
    expect(await codes(own)).toEqual([]);
    await own.get(`/claims/${userCode}`);
    expect([await codes(own), await codes(colleague), await codes(foreign)]).toEqual([
      [userCode],
      [userCode],
      [],
    ]);
    // The platform looks, and takes it from nobody's list.
    await registry.api.get(`/claims/${userCode}`);
    expect(await codes(own)).toEqual([userCode]);

    aheadMs += 600_001;
    expect(await codes(own)).toEqual([]);
    const { userCode: renewed } = await box.ask(registry.at());
    expect(await codes(own)).toEqual([renewed]);
    await own.post(`/claims/${renewed}:reject`);
    await box.ask(registry.at());
    expect(await codes(own)).toEqual([]);
  });
});

describe('a code that several want', () => {
  it('is used once: of two who approve at once one wins, and the winner may ask again (R39)', async () => {
    const box = await newBox(nowMs);
    const { userCode } = await box.ask(registry.at());
    const south = await registry.createIntegrator({ name: 'South' });
    const people = await Promise.all(
      [north, south].map(async ({ id }) => {
        const user = await registry.createUser(id);
        return { id, api: await registry.as(user.email, user.password) };
      }),
    );
    const approve = ({ id, api }: (typeof people)[number]) =>
      api.post<{ id: string }>(`/claims/${userCode}:approve`, { integratorId: id }).then(
        (agent) => agent.id,
        () => null,
      );
    const first = await Promise.all(people.map(approve));
    expect(first.filter((id) => id !== null)).toHaveLength(1);
    expect(await Promise.all(people.map(approve))).toEqual(first);
  });

  it('is not approved for an integrator that the approver cannot see, nor by a guard or nobody', async () => {
    const box = await newBox(nowMs);
    const { userCode } = await box.ask(registry.at());
    const south = await registry.createIntegrator();
    const user = await registry.createUser(south.id);
    const foreign = (await registry.as(user.email, user.password)).post(`/claims/${userCode}:approve`, {
      integratorId: north.id,
    });
    expect((await problemOf(foreign)).status).toBe(404);
    expect((await problemOf(registry.at().get(`/claims/${userCode}`))).status).toBe(401);
  });

  it('costs those who guess their tries, and nothing else: the code stays good', async () => {
    const box = await newBox(nowMs);
    const { userCode } = await box.ask(registry.at());
    const guesser = await registry.createUser(north.id);
    const api = await registry.as(guesser.email, guesser.password);
    for (let tries = 0; tries < 10; tries += 1) {
      expect(await problemOf(api.get(`/claims/AAAA-BBBB-${1000 + tries}`))).toMatchObject({
        code: 'not_found',
      });
    }
    const limited = await api.fetch(`/claims/${userCode}`);
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(500);
    aheadMs += 601_000;
    await box.ask(registry.at());
    const { userCode: renewed } = await box.ask(registry.at());
    expect(await api.get(`/claims/${renewed}`)).toMatchObject({ state: 'pending' });
  });

  it('is given to 60 boxes of one address in ten minutes, not to more', async () => {
    aheadMs += 601_000;
    const box = await newBox(nowMs);
    for (let asked = 0; asked < 60; asked += 1) await box.ask(registry.at());
    expect(await problemOf(box.ask(registry.at()))).toMatchObject({ code: 'rate_limited' });
    aheadMs += 601_000;
    expect(readUserCode((await box.ask(registry.at())).userCode)).not.toBeNull();
  });
});

describe('the page a QR code leads to', () => {
  let person: Api;
  beforeAll(async () => {
    // The clock ran ahead: earlier sessions have ended.
    person = await registry.as(platformSignIn.email, platformSignIn.password);
  });
  const page = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${registry.url}${path}`, { redirect: 'manual', ...init });
    return { response, text: await response.text() };
  };
  const form = (fields: Record<string, string>, origin: string): RequestInit => ({
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { ...person.headers, origin },
  });

  it('asks to sign in and to come back, shows the box as text, and lets it in without a script', async () => {
    const box = await newBox(nowMs);
    const claim = await box.ask(registry.at(), '<script>alert(1)</script>');
    const path = `/e/${claim.userCode}`;
    const stranger = await page(path);
    expect(stranger.response.status).toBe(401);
    expect(stranger.text).toContain(`/login?next=${encodeURIComponent(path)}`);
    expect(stranger.text).not.toContain('alert(1)');

    const shown = await page(path, { headers: person.headers });
    expect(shown.response.headers.get('content-security-policy')).toMatch(
      /default-src 'none'.*script-src 'self'/,
    );
    expect(shown.text).toContain(claim.words.join(' '));
    expect(shown.text).toContain('&lt;script&gt;');
    expect(shown.text).not.toContain('<script');
    expect(shown.text).toContain('North Security');
    expect((await page(path.toUpperCase())).response.headers.get('location')).toBe(path);

    const fields = { decision: 'approve', integratorId: north.id, name: 'Gate' };
    const foreign = await page(path, form(fields, 'https://evil.example'));
    expect(foreign.response.status).toBe(403);
    expect(await box.poll(registry.at(), claim.claimId)).toMatchObject({ state: 'pending' });
    const done = await page(path, form(fields, registry.url));
    expect(done.response.status).toBe(303);
    expect(done.response.headers.get('location')).toMatch(/^\/setup\/agt_/);
    expect(approved(await box.poll(registry.at(), claim.claimId)).agentName).toBe('Gate');
    expect((await page(path, { headers: person.headers })).text).toContain('was approved');
  });

  it('turns a box away', async () => {
    const box = await newBox(nowMs);
    const claim = await box.ask(registry.at());
    await page(`/e/${claim.userCode}`, form({ decision: 'reject' }, registry.url));
    expect(await box.poll(registry.at(), claim.claimId)).toEqual({ state: 'rejected' });
  });
});
