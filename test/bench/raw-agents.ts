import { createDeviceTokens } from '@gantry/agent/identity/device-token.js';
import { thumbprintOf } from '@gantry/agent/identity/jwt.js';
import { openConnection, type Connection, type Incoming } from '@gantry/agent/uplink/mqtt-connection.js';
import { publicKey } from '@gantry/protocol/enrol.js';
import type { AgentId, TenantId } from '@gantry/protocol/ids.js';
import { protocolVersion, type Desired } from '@gantry/protocol/messages.js';
import type { Database } from '@gantry/registry/db/database.js';
import { agentCredentials, agents } from '@gantry/registry/db/schema/agents.js';
import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { mint } from './rows.js';

/** An agent that is nothing but its connection: it takes a desired state, says it is applied, and writes down when. */
export interface RawAgent {
  id: AgentId;
  /** The last desired state and the moment it had arrived, `performance.now()`. */
  latest(): { desired: Desired; atMs: number } | null;
  /** A token for HTTP. */
  bearer(): Promise<string>;
  close(): Promise<void>;
}

export interface AgentKey {
  id: AgentId;
  publicKey: ReturnType<typeof publicKey.parse>;
  privateKey: KeyObject;
  thumbprint: string;
}

/** Agents as enrolment leaves them: a row and an active credential each. */
export async function enrolAgents(db: Database, count: number, integratorId: TenantId): Promise<AgentKey[]> {
  const made: AgentKey[] = [];
  for (let i = 0; i < count; i += 1) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { kty, crv, x, y } = privateKey.export({ format: 'jwk' });
    const key = publicKey.parse({ kty, crv, x, y });
    made.push({ id: mint('agent'), publicKey: key, privateKey, thumbprint: await thumbprintOf(key) });
  }
  await db
    .insert(agents)
    .values(made.map(({ id }, i) => ({ id, integratorId, name: `Box ${i}`, hostname: `box-${i}` })));
  await db.insert(agentCredentials).values(
    made.map(({ id: agentId, thumbprint, publicKey: key }) => ({
      thumbprint,
      agentId,
      publicKey: key,
      state: 'active' as const,
    })),
  );
  return made;
}

export const tokensOf = (key: AgentKey) =>
  createDeviceTokens({
    key,
    agentId: key.id,
    registryNowMs: () => Date.now(),
    newTokenId: () => randomBytes(8).toString('hex'),
  });

/** Connects with the agent's own MQTT connection and is born; `onDesired` is called after each whole state. */
export async function connectRawAgent(o: {
  key: AgentKey;
  mqttUrl: string;
  onDesired: () => void;
}): Promise<RawAgent> {
  const { key, mqttUrl } = o;
  const session = randomBytes(8).toString('hex');
  const tokens = tokensOf(key);
  let latest: { desired: Desired; atMs: number } | null = null;
  let connection: Connection | null = null;

  const report = ({ epoch, generation, cameras }: Desired): void =>
    connection?.publish('reported', {
      session,
      reportId: randomBytes(8).toString('hex'),
      sentAtMs: Date.now(),
      applied: { epoch, generation },
      part: 1,
      parts: 1,
      cameras: cameras.map(({ cameraId, record }) => ({
        cameraId,
        state: record ? ('recording' as const) : ('stopped' as const),
        reason: record ? null : 'desired_off',
        detail: null,
        sinceMs: Date.now(),
        generation,
      })),
    });
  const take = (incoming: Incoming): void => {
    if (incoming.kind === 'malformed') throw new Error(`${incoming.topic}: ${incoming.why}`);
    if (incoming.kind !== 'desired') return;
    latest = { desired: incoming.message, atMs: performance.now() };
    report(incoming.message);
    o.onDesired();
  };

  connection = await openConnection({
    url: mqttUrl,
    agentId: key.id,
    password: await tokens.fresh(),
    will: { session, reason: 'lost' },
    keepaliveSeconds: 30,
    connectTimeoutMs: 20_000,
    onMessage: take,
  });
  connection.publish('birth', {
    session,
    bootId: session,
    sentAtMs: Date.now(),
    protocolVersion,
    agentVersion: 'bench',
    hostname: 'box',
    platform: 'bench',
    accepted: { epoch: 0, generation: 0 },
    applied: { epoch: 0, generation: 0 },
    inventoryHash: null,
  });
  const open = connection;
  return {
    id: key.id,
    latest: () => latest,
    bearer: () => tokens.current(),
    close: () => open.stop({ session, reason: 'stopped' }),
  };
}
