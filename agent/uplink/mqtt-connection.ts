import { connect, type MqttClient } from 'mqtt';
import type { AgentId } from '@gantry/protocol/ids.js';
import {
  decodePayload,
  downlinkMessages,
  encodePayload,
  type Death,
  type DownlinkKind,
  type DownlinkMessage,
  type UplinkKind,
  type UplinkMessage,
} from '@gantry/protocol/messages.js';
import { downlinkFilter, parseTopic, uplinkTopic } from '@gantry/protocol/topics.js';
import { proxyAgent } from '../proxy.js';

/** A downlink message as it came: its kind with its parsed content, or why it is none. */
export type Incoming =
  | { [Kind in DownlinkKind]: { kind: Kind; message: DownlinkMessage<Kind> } }[DownlinkKind]
  | { kind: 'malformed'; topic: string; why: string };

export interface Connection {
  publish<Kind extends UplinkKind>(kind: Kind, message: UplinkMessage<Kind>): void;
  /** Resolves, with the reason, when the connection is gone. */
  readonly closed: Promise<string>;
  /** Says goodbye (`stopped`) and closes; gives up on politeness after a second. */
  stop(goodbye: Death): Promise<void>;
  /** Closes at once; the broker publishes the last will. */
  drop(): void;
}

export class ConnectFailed extends Error {
  override readonly name = 'ConnectFailed';
  /** `denied`: the broker does not accept the agent's token or subscription; `unreachable`: it did not answer. */
  readonly kind: 'denied' | 'unreachable';
  constructor(kind: 'denied' | 'unreachable', message: string) {
    super(message);
    this.kind = kind;
  }
}

export interface ConnectionOptions {
  url: string;
  agentId: AgentId;
  /** The device token. */
  password: string;
  will: Death;
  keepaliveSeconds: number;
  connectTimeoutMs: number;
  /** For MQTT over WebSocket; plain MQTT goes by no proxy. */
  proxy?: string | undefined;
  onMessage: (incoming: Incoming) => void;
}

/**
 * Opens one MQTT 3.1.1 connection: CONNECT with a clean session and the last will → SUBSCRIBE → SUBACK.
 * Resolves when the subscription stands, so that no answer to what is published next is missed.
 * Rejects with {@link ConnectFailed}; never reconnects by itself.
 */
export function openConnection(o: ConnectionOptions): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const client = connect(o.url, {
      protocolVersion: 4,
      clean: true,
      clientId: o.agentId,
      username: o.agentId,
      password: o.password,
      keepalive: o.keepaliveSeconds,
      connectTimeout: o.connectTimeoutMs,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      timerVariant: 'native',
      ...(o.proxy === undefined
        ? {}
        : { wsOptions: { agent: proxyAgent(o.proxy, o.url.startsWith('wss:')) } }),
      will: {
        topic: uplinkTopic(o.agentId, 'death'),
        payload: Buffer.from(encodePayload(o.will)),
        qos: 1,
        retain: false,
      },
    });
    let lastError = 'the connection was closed';
    let refusal: ConnectFailed | null = null;
    const closed = new Promise<string>((resolveClosed) => {
      client.on('close', () => {
        client.end(true);
        resolveClosed(lastError);
        reject(refusal ?? new ConnectFailed('unreachable', `${displayUrl(o.url)}: ${lastError}`));
      });
    });
    client.on('error', (error) => {
      lastError = describe(error);
      const code = 'code' in error ? error.code : undefined;
      // CONNACK 4 and 5: bad user name or password, not authorised [MQTT-3.2.2-4].
      if (code === 4 || code === 5)
        refusal = new ConnectFailed('denied', 'The registry does not accept this box.');
      if (!client.connected) client.end(true);
    });
    client.on('message', (topic, payload) => o.onMessage(decode(o.agentId, topic, payload)));
    client.on('connect', () => {
      client.subscribe(downlinkFilter(o.agentId), { qos: 1 }, (error, granted) => {
        if (!error && granted?.every(({ qos }) => qos < 128))
          return resolve(connectionOf(client, o.agentId, closed));
        refusal = new ConnectFailed(
          'denied',
          `The registry refuses the subscription: ${error?.message ?? 'SUBACK 128'}.`,
        );
        client.end(true);
      });
    });
  });
}

function connectionOf(client: MqttClient, agent: AgentId, closed: Promise<string>): Connection {
  const publish: Connection['publish'] = (kind, message) => {
    if (client.connected)
      client.publish(uplinkTopic(agent, kind), Buffer.from(encodePayload(message)), { qos: 0 });
  };
  return {
    publish,
    closed,
    async stop(goodbye) {
      publish('death', goodbye);
      const hurry = setTimeout(() => client.end(true), 1_000);
      client.end(false);
      await closed;
      clearTimeout(hurry);
    },
    drop: () => void client.end(true),
  };
}

function decode(agent: AgentId, topic: string, payload: Uint8Array): Incoming {
  const parsed = parseTopic(topic);
  if (parsed?.direction !== 'down' || parsed.agentId !== agent) {
    return { kind: 'malformed', topic, why: 'no topic of this agent' };
  }
  const decoded = decodePayload<DownlinkMessage<DownlinkKind>>(downlinkMessages[parsed.kind], payload);
  if (!decoded.ok) return { kind: 'malformed', topic, why: decoded.why };
  return { kind: parsed.kind, message: decoded.message } as Incoming;
}

/** Without user name, password and query: for logs. */
function displayUrl(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

function describe(error: Error): string {
  const inner = error instanceof AggregateError ? (error.errors[0] as Error | undefined) : undefined;
  return inner?.message || error.message || error.name;
}
