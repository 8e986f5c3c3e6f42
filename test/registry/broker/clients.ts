import { newId, type AgentId } from '@gantry/protocol/ids.js';
import { Failure } from '@gantry/registry/errors.js';
import type { VerifyAgentToken } from '@gantry/registry/broker/embedded.js';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { randomBytes } from 'node:crypto';

export const newAgentId = (): AgentId => newId('agent', Date.now(), (bytes) => randomBytes(bytes.length));

/** Stands in for device-signed tokens where the token is not the point: good is `good:` + agent id. */
export const tokenOf = (agentId: AgentId): string => `good:${agentId}`;
export const verifyTestToken: VerifyAgentToken = async (token) => {
  if (!token.startsWith('good:')) throw new Failure('unauthenticated', 'no good token');
  const agentId = token.slice('good:'.length) as AgentId;
  return { agentId, thumbprint: `key of ${agentId}` };
};

/** Connects as an agent does, without reconnecting; rejects when refused. */
export async function connectAgent(
  url: string,
  agentId: AgentId,
  options: IClientOptions = {},
): Promise<MqttClient> {
  const client = mqtt.connect(url, {
    clientId: agentId,
    username: agentId,
    password: tokenOf(agentId),
    reconnectPeriod: 0,
    connectTimeout: 3_000,
    ...options,
  });
  client.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
    client.once('close', () => reject(new Error('closed before it was connected')));
  });
  return client;
}

/** Ends a connection without waiting for a broker that may have ended it first. */
export function cut(client: MqttClient): void {
  client.end(true);
  client.stream.destroy();
}
