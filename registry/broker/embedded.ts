import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { agentId as agentIdSchema, type AgentId } from '@gantry/protocol/ids.js';
import {
  encodePayload,
  maxPayloadBytes,
  type DownlinkKind,
  type DownlinkMessage,
} from '@gantry/protocol/messages.js';
import { downlinkFilter, downlinkTopic, parseTopic } from '@gantry/protocol/topics.js';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import type { Clock } from '../clock.js';
import { Failure } from '../errors.js';
import type { Log } from '../log.js';
import { authorize } from './authorize.js';
import type { Broker, Uplink, UplinkListener } from './broker.js';
import { GuardedConnection } from './guarded-connection.js';
import { RateGuard, type RateLimit } from './rate-guard.js';

/** Who presents a device-signed token. Rejects with a {@link Failure} when the token is not good. */
export type VerifyAgentToken = (
  token: string,
  from: string,
) => Promise<{ agentId: AgentId; thumbprint: string }>;

export interface EmbeddedBrokerOptions {
  verify: VerifyAgentToken;
  log: Log;
  clock: Clock;
  /** TCP port of the listener; 0 picks a free one. */
  port: number;
  host?: string;
  /** A connection that has not sent CONNECT by then is ended; so is one whose token is not verified by then. */
  connectTimeoutMs?: number;
  /** A client that does not read for so long is ended. */
  drainTimeoutMs?: number;
  /** Successful connects of one agent: two agents with one key take each other's connection over and over. */
  connectsPerAgent?: RateLimit;
  /** Refused connects of one address. */
  refusalsPerAddress?: RateLimit;
  /** Uplinks of one connection that may be in work before reading from it pauses. */
  inWorkPerConnection?: number;
}

export interface EmbeddedBroker extends Broker {
  /** Port of the TCP listener. */
  port: number;
  /** Takes over a byte stream that speaks MQTT, such as a WebSocket's. */
  accept(stream: Duplex, address: string): void;
  /** Agents connected at this moment, and the key each presented. */
  connected(): { agentId: AgentId; thumbprint: string }[];
}

/** MQTT's CONNACK codes 3 and 5 (MQTT 3.1.1 §3.2.2.3). */
const serverUnavailable = 3;
const notAuthorized = 5;

const refusal = (returnCode: number, why: string): AuthenticateError =>
  Object.assign(new Error(why), { returnCode });

/** Topic, packet id and length of a PUBLISH beside its payload; and the ids, token and will of a CONNECT. */
const frameLimits = { packetBytes: maxPayloadBytes + 512, connectBytes: 8 * 1024 };

interface Connected {
  client: Client;
  thumbprint: string;
  listening: boolean;
}

/**
 * Gantry's own broker: aedes with nothing kept. Agents authenticate with client id = user name = agent id and
 * a device-signed token as password. Downlinks go straight to the agent's connection, past aedes' shared
 * emitter, so that an agent that does not read delays no other.
 */
export async function startEmbeddedBroker(options: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
  const { verify, log, clock, connectTimeoutMs = 10_000, inWorkPerConnection = 32 } = options;
  const connects = new RateGuard(options.connectsPerAgent ?? { burst: 20, perSecond: 0.5 });
  const refusals = new RateGuard(options.refusalsPerAddress ?? { burst: 60, perSecond: 2 });
  const listeners = new Set<UplinkListener>();
  const agents = new Map<AgentId, Connected>();
  const addresses = new WeakMap<object, string>();
  const thumbprints = new WeakMap<Client, string>();
  const inWork = new WeakMap<object, number>();
  const open = new Set<Duplex>();

  const aedes = await Aedes.createBroker({
    connectTimeout: connectTimeoutMs,
    drainTimeout: Math.min(options.drainTimeoutMs ?? 5_000, 5_000),
    maxInflightInbound: 1,
    queueLimit: 16,
    maxTopicLevels: 6,
    // Every hook calls back at once: aedes holds a slot of its emitter until then.
    preConnect: (client, packet, callback) => {
      const address = addresses.get(client.conn) ?? '';
      const agent = agentIdSchema.safeParse(packet.clientId);
      if (!agent.success) return callback(new Error('the client id is no agent id'), false);
      if (!refusals.allows(address, clock.nowMs())) {
        return callback(new Error('too many refused connects from this address'), false);
      }
      if (packet.will) {
        const verdict = authorize(agent.data, 'publish', packet.will.topic, packet.will);
        if (!verdict.allowed) return callback(new Error(`last will: ${verdict.why}`), false);
      }
      // Sessions are never kept, whatever the client asks: a stored filter would outlive its check.
      packet.clean = true;
      callback(null, true);
    },
    authenticate: (client, username, password, done) => void answer(client, username, password, done),
    authorizePublish: (client, packet, callback) => {
      const verdict =
        client === null
          ? ({ allowed: false, why: 'nobody published this' } as const)
          : authorize(client.id as AgentId, 'publish', packet.topic, packet);
      callback(verdict.allowed ? null : new Error(verdict.why));
    },
    // Denied by an error, which ends the connection: a denial by `null` leaves the filter behind (design §6).
    authorizeSubscribe: (client, subscription, callback) => {
      const verdict = authorize(client.id as AgentId, 'subscribe', subscription.topic);
      if (verdict.allowed) callback(null, subscription);
      else callback(new Error(verdict.why));
    },
    authorizeForward: (client, packet) =>
      authorize(client.id as AgentId, 'forward', packet.topic).allowed ? packet : null,
    published: (packet, client, callback) => {
      callback();
      // aedes publishes its own $SYS messages with no client, whatever the types say.
      if ((client as Client | null) !== null) take(client, packet.topic, packet.payload);
    },
  });

  async function answer(
    client: Client,
    username: string | undefined,
    password: Buffer | undefined,
    done: (error: AuthenticateError | null, success: boolean) => void,
  ): Promise<void> {
    try {
      thumbprints.set(client, await admit(client, username, password));
    } catch (error) {
      refusals.take(addresses.get(client.conn) ?? '', clock.nowMs());
      const known = error instanceof Failure && !error.retryable;
      if (!known) log.warn({ err: error, agentId: client.id }, 'could not check an agent');
      done(refusal(known ? notAuthorized : serverUnavailable, 'refused'), false);
      return;
    }
    done(null, true);
  }

  async function admit(
    client: Client,
    username: string | undefined,
    password: Buffer | undefined,
  ): Promise<string> {
    if (username !== client.id || password === undefined) {
      throw new Failure('unauthenticated', 'user name and client id must both be the agent id');
    }
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), connectTimeoutMs);
    try {
      const verified = await Promise.race([
        verify(password.toString('utf8'), addresses.get(client.conn) ?? ''),
        once(timeout.signal, 'abort').then(() => {
          throw new Failure('unavailable', 'the token could not be checked in time');
        }),
      ]);
      if (verified.agentId !== client.id) {
        throw new Failure('unauthenticated', 'the token belongs to another agent');
      }
      if (!connects.take(client.id, clock.nowMs())) {
        throw new Failure('rate_limited', 'this agent connects too often: do two machines share its key?');
      }
      return verified.thumbprint;
    } finally {
      clearTimeout(timer);
    }
  }

  function take(client: Client, topic: string, payload: string | Buffer): void {
    const parsed = parseTopic(topic);
    if (parsed?.direction !== 'up' || parsed.agentId !== client.id) return;
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    const connection = client.conn;
    const before = inWork.get(connection) ?? 0;
    inWork.set(connection, before + 1);
    if (before + 1 === inWorkPerConnection && connection instanceof GuardedConnection) connection.hold();
    void deliver({ agentId: parsed.agentId, kind: parsed.kind, payload: bytes }).finally(() => {
      const after = (inWork.get(connection) ?? 1) - 1;
      inWork.set(connection, after);
      if (after === inWorkPerConnection - 1 && connection instanceof GuardedConnection) connection.release();
    });
  }

  async function deliver(uplink: Uplink): Promise<void> {
    try {
      await Promise.all([...listeners].map((listener) => listener(uplink)));
    } catch (error) {
      log.error({ err: error, agentId: uplink.agentId, kind: uplink.kind }, 'an uplink was not dealt with');
    }
  }

  aedes.on('client', (client) => {
    const thumbprint = thumbprints.get(client) ?? '';
    agents.set(client.id as AgentId, { client, thumbprint, listening: false });
  });
  aedes.on('subscribe', (subscriptions, client) => {
    const agent = agents.get(client.id as AgentId);
    const filter = downlinkFilter(client.id as AgentId);
    if (agent?.client === client && subscriptions.some(({ topic }) => topic === filter)) {
      agent.listening = true;
    }
  });
  aedes.on('unsubscribe', (_topics, client) => {
    const agent = agents.get(client.id as AgentId);
    if (agent?.client === client) agent.listening = false;
  });
  aedes.on('clientDisconnect', (client) => {
    if (agents.get(client.id as AgentId)?.client === client) agents.delete(client.id as AgentId);
  });
  const ended = (client: Client, error: Error) =>
    log.debug({ agentId: client.id, why: error.message }, 'an MQTT connection ended');
  aedes.on('clientError', ended);
  aedes.on('connectionError', ended);
  (aedes as NodeJS.EventEmitter).on('error', (error: unknown) => log.error({ err: error }, 'MQTT broker'));

  const accept = (stream: Duplex, address: string): void => {
    const connection = new GuardedConnection(stream, frameLimits);
    addresses.set(connection, address);
    open.add(connection);
    connection.once('close', () => open.delete(connection));
    aedes.handle(connection);
  };
  const server: Server = createServer((socket: Socket) => {
    socket.setNoDelay(true);
    accept(socket, socket.remoteAddress ?? '');
  });
  try {
    server.listen(options.port, options.host);
    await once(server, 'listening');
  } catch (error) {
    // Its timers would keep the process alive that could not start.
    await new Promise<void>((resolve) => aedes.close(resolve));
    throw error;
  }
  server.on('error', (error) => log.error({ err: error }, 'MQTT listener'));

  const heldBy = (agentId: AgentId) => {
    const agent = agents.get(agentId);
    return agent === undefined || !agent.listening || agent.client.closed ? null : agent;
  };
  return {
    port: (server.address() as AddressInfo).port,
    accept,
    connected: () => [...agents].map(([agentId, { thumbprint }]) => ({ agentId, thumbprint })),
    publish: <Kind extends DownlinkKind>(agentId: AgentId, kind: Kind, message: DownlinkMessage<Kind>) =>
      new Promise<void>((resolve, reject) => {
        const payload = Buffer.from(encodePayload(message));
        const agent = heldBy(agentId);
        if (agent === null) return resolve();
        agent.client.publish(
          { cmd: 'publish', topic: downlinkTopic(agentId, kind), payload, qos: 0, retain: false, dup: false },
          (error) => (error ? reject(error) : resolve()),
        );
      }),
    holds: (agentId) => heldBy(agentId) !== null,
    onUplink: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    kick: (agentId) => agents.get(agentId)?.client.close(),
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      await new Promise<void>((resolve) => aedes.close(resolve));
      listeners.clear();
      // Connections that never authenticated are unknown to aedes.
      for (const stream of open) stream.destroy();
      await closed;
    },
  };
}
