import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import type { Broker } from './broker.js';
import { startEmbeddedBroker, type EmbeddedBroker, type VerifyAgentToken } from './embedded.js';
import { connectExternalBroker } from './external.js';
import { createMqttUpgrades, type MqttUpgrades } from './websocket.js';

export interface BrokerConfig {
  /** An outside broker; null for the broker in this process. */
  mqttUrl: string | null;
  /** TCP port of the broker in this process. */
  mqttPort: number;
  mqttHost?: string;
}

export type StartedBroker =
  | { kind: 'embedded'; broker: EmbeddedBroker; upgrades: MqttUpgrades; close(): Promise<void> }
  | { kind: 'external'; broker: Broker; close(): Promise<void> };

/** Starts the broker the configuration asks for. Rejects when the port is taken or the broker unreachable. */
export async function startBroker(
  config: BrokerConfig,
  parts: { verify: VerifyAgentToken; log: Log; clock: Clock; random: (sizeBytes: number) => Uint8Array },
): Promise<StartedBroker> {
  if (config.mqttUrl !== null) {
    const clientId = `gantry-registry-${Buffer.from(parts.random(6)).toString('hex')}`;
    const broker = await connectExternalBroker({ url: config.mqttUrl, clientId, log: parts.log });
    return { kind: 'external', broker, close: () => broker.close() };
  }
  const broker = await startEmbeddedBroker({
    verify: parts.verify,
    log: parts.log,
    clock: parts.clock,
    port: config.mqttPort,
    ...(config.mqttHost === undefined ? {} : { host: config.mqttHost }),
  });
  const upgrades = createMqttUpgrades((stream, address) => broker.accept(stream, address));
  const close = async (): Promise<void> => {
    upgrades.close();
    await broker.close();
  };
  return { kind: 'embedded', broker, upgrades, close };
}
