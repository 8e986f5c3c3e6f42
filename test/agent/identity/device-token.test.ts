import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDeviceTokens } from '@gantry/agent/identity/device-token.js';
import { loadOrMakeKey, type DeviceKey } from '@gantry/agent/identity/key.js';
import { agentId } from '@gantry/protocol/ids.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder: string;
let key: DeviceKey;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-token-'));
  key = (await loadOrMakeKey(join(folder, 'key.json'))).key;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const agent = agentId.parse('agt_01HZZZZZZZZZZZZZZZZZZZZZZZ');
const claimsOf = (token: string) =>
  token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>);

describe('a device token', () => {
  let nowMs = 1_800_000_000_000;
  let serial = 0;
  const tokens = () =>
    createDeviceTokens({
      key,
      agentId: agent,
      registryNowMs: () => nowMs,
      newTokenId: () => `id-${(serial += 1)}`,
    });

  it('names agent, audience and key, and lives for 300 seconds of the registry clock', async () => {
    const [head, claims] = claimsOf(await tokens().current());
    expect(head).toEqual({ alg: 'ES256', typ: 'JWT', kid: key.thumbprint });
    expect(claims).toMatchObject({ aud: 'gantry-registry', sub: agent });
    const { iat, exp } = claims as { iat: number; exp: number };
    expect(exp - iat).toBe(300);
    expect(nowMs / 1_000 - iat).toBe(5);
  });

  it('is signed once for many requests and anew a minute before its end', async () => {
    const held = tokens();
    const first = await held.current();
    nowMs += 230_000;
    expect(await held.current()).toBe(first);
    nowMs += 10_000;
    expect(await held.current()).not.toBe(first);
  });

  it('is signed anew when the registry turns out to be behind', async () => {
    const held = tokens();
    const first = await held.current();
    nowMs -= 3_600_000;
    expect(await held.current()).not.toBe(first);
  });

  it('is another for each MQTT connection', async () => {
    const held = tokens();
    expect(await held.fresh()).not.toBe(await held.fresh());
  });
});
