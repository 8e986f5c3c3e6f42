import { encodePayload, type DownlinkKind, type DownlinkMessage } from '@gantry/protocol/messages.js';
import { allUplinksFilter, downlinkTopic, parseTopic } from '@gantry/protocol/topics.js';
import type { AgentId } from '@gantry/protocol/ids.js';
import mqtt from 'mqtt';
import type { Log } from '../log.js';
import type { Broker, Uplink, UplinkListener } from './broker.js';

export interface ExternalBrokerOptions {
  /** `mqtt://user:password@host:port`, also `mqtts`, `ws`, `wss`. */
  url: string;
  /** Unique among the registry processes on that broker. */
  clientId: string;
  log: Log;
  /** How long the first connection may take. */
  startTimeoutMs?: number;
  /** Uplinks that may be in work before reading from the broker pauses. */
  inWork?: number;
}

/**
 * The registry as an ordinary client of an MQTT 3.1.1 broker. Who may connect there and speak as which agent
 * is that broker's matter ({@link ./acl.ts}); ending an agent's connection is too, so that `kick` only stops
 * taking its messages.
 */
export async function connectExternalBroker(options: ExternalBrokerOptions): Promise<Broker> {
  const { log, startTimeoutMs = 10_000, inWork = 1_000 } = options;
  const place = new URL(options.url).host;
  const listeners = new Set<UplinkListener>();
  const kicked = new Set<AgentId>();
  const waiting: (() => void)[] = [];
  let working = 0;

  const client = mqtt.connect(options.url, {
    clientId: options.clientId,
    clean: true,
    keepalive: 30,
    reconnectPeriod: 1_000,
    connectTimeout: startTimeoutMs,
    // Nothing is kept for a broker that is away: anti-entropy sends what is right when it is back.
    queueQoSZero: false,
    resubscribe: false,
  });
  // mqtt.js acknowledges a message, and reads the next, when this calls back.
  client.handleMessage = (packet, done) => {
    take(packet.topic, Buffer.from(packet.payload));
    if (working < inWork) done();
    else waiting.push(() => done());
  };

  function take(topic: string, payload: Uint8Array): void {
    const parsed = parseTopic(topic);
    if (parsed?.direction !== 'up' || kicked.has(parsed.agentId)) return;
    working += 1;
    void deliver({ agentId: parsed.agentId, kind: parsed.kind, payload }).finally(() => {
      working -= 1;
      waiting.shift()?.();
    });
  }

  async function deliver(uplink: Uplink): Promise<void> {
    try {
      await Promise.all([...listeners].map((listener) => listener(uplink)));
    } catch (error) {
      log.error({ err: error, agentId: uplink.agentId, kind: uplink.kind }, 'an uplink was not dealt with');
    }
  }

  await new Promise<void>((resolve, reject) => {
    let lastError: Error | null = null;
    const timer = setTimeout(() => {
      const why = lastError === null ? '' : `: ${lastError.message}`;
      client.end(true, () =>
        reject(new Error(`no MQTT broker answers at ${place} within ${startTimeoutMs} ms${why}`)),
      );
    }, startTimeoutMs);
    client.on('error', (error) => {
      lastError = error;
      log.warn({ err: error, broker: place }, 'MQTT broker');
    });
    client.on('close', () => log.debug({ broker: place }, 'the connection to the MQTT broker closed'));
    client.on('connect', () => {
      client.subscribe(allUplinksFilter, { qos: 1 }, (error, granted) => {
        if (error !== null || granted?.some(({ qos }) => qos === 128)) {
          lastError = new Error(`it refuses the subscription ${allUplinksFilter}`);
          log.error({ err: error, broker: place }, `the MQTT broker refuses ${allUplinksFilter}`);
          return;
        }
        clearTimeout(timer);
        resolve();
      });
    });
  });

  return {
    publish: <Kind extends DownlinkKind>(agentId: AgentId, kind: Kind, message: DownlinkMessage<Kind>) =>
      new Promise<void>((resolve, reject) => {
        const payload = Buffer.from(encodePayload(message));
        if (!client.connected) return resolve();
        client.publish(downlinkTopic(agentId, kind), payload, { qos: 0, retain: false }, (error) =>
          error ? reject(error) : resolve(),
        );
      }),
    holds: () => client.connected,
    onUplink: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    kick: (agentId) => void kicked.add(agentId),
    close: async () => {
      listeners.clear();
      await client.endAsync(true);
    },
  };
}
