import type { AgentId } from '@gantry/protocol/ids.js';
import { downlinkFilter, uplinkTopic } from '@gantry/protocol/topics.js';
import type { Uplink } from '@gantry/registry/broker/broker.js';
import { startEmbeddedBroker, type EmbeddedBroker } from '@gantry/registry/broker/embedded.js';
import { createMqttUpgrades } from '@gantry/registry/broker/websocket.js';
import { systemClock } from '@gantry/registry/clock.js';
import { createLog } from '@gantry/registry/log.js';
import fc from 'fast-check';
import type { IClientOptions, MqttClient } from 'mqtt';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { connectAgent, cut, newAgentId, tokenOf, verifyTestToken } from './clients.js';

/** Regression tests of what aedes gets wrong when it is asked the wrong way (design §6). */
describe('the embedded broker', () => {
  let broker: EmbeddedBroker;
  let url: string;
  const uplinks: Uplink[] = [];
  const clients: MqttClient[] = [];
  const sockets: Socket[] = [];
  let work: () => Promise<void> = () => Promise.resolve();

  const agent = async (agentId: AgentId, options: IClientOptions = {}): Promise<MqttClient> => {
    const client = await connectAgent(url, agentId, options);
    clients.push(client);
    return client;
  };
  const raw = async (): Promise<Socket> => {
    const socket = connect(broker.port, '127.0.0.1').on('error', () => undefined);
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  };
  const isConnected = (agentId: AgentId) => broker.connected().some((one) => one.agentId === agentId);
  /** Resolves when the broker ends the connection. */
  const closed = (client: MqttClient) =>
    new Promise<void>((resolve) => client.once('close', () => resolve()));

  beforeAll(async () => {
    broker = await startEmbeddedBroker({
      verify: (token, from) =>
        token === 'slow' ? new Promise(() => undefined) : verifyTestToken(token, from),
      log: createLog('silent'),
      clock: systemClock,
      port: 0,
      host: '127.0.0.1',
      connectTimeoutMs: 400,
      drainTimeoutMs: 500,
      connectsPerAgent: { burst: 5, perSecond: 0.001 },
      refusalsPerAddress: { burst: 10_000, perSecond: 1 },
    });
    url = `mqtt://127.0.0.1:${broker.port}`;
    broker.onUplink(async (uplink) => {
      uplinks.push(uplink);
      await work();
    });
  });
  afterEach(() => {
    clients.splice(0).forEach(cut);
    sockets.splice(0).forEach((socket) => socket.destroy());
    work = () => Promise.resolve();
    uplinks.length = 0;
  });
  afterAll(() => broker.close());

  const me = newAgentId();
  const refused: [string, AgentId, IClientOptions, RegExp][] = [
    ['a wrong token', me, { password: 'bad' }, /Not authorized/],
    ['no token', me, { password: '' }, /Not authorized|closed/],
    ["another agent's token", me, { password: tokenOf(newAgentId()) }, /Not authorized/],
    ['a user name that is not the client id', me, { username: newAgentId() }, /Not authorized/],
    ['a client id that is no agent', 'admin' as AgentId, {}, /closed/],
    ['a token whose check hangs', me, { password: 'slow' }, /Server unavailable/],
    ['MQTT 5', me, { protocolVersion: 5 }, /./],
    [
      'a last will in the name of another',
      me,
      {
        will: { topic: uplinkTopic(newAgentId(), 'death'), payload: Buffer.from('x'), qos: 0, retain: false },
      },
      /closed/,
    ],
    [
      'a last will that would be retained',
      me,
      { will: { topic: uplinkTopic(me, 'death'), payload: Buffer.from('x'), qos: 0, retain: true } },
      /closed/,
    ],
  ];
  it.each(refused)('refuses %s', async (_what, agentId, options, message) => {
    await expect(agent(agentId, options)).rejects.toThrow(message);
    expect(isConnected(agentId)).toBe(false);
  });

  it('forgets filters with the connection, also of a client that asks for a session', async () => {
    const id = newAgentId();
    const first = await agent(id, { clean: false });
    await first.subscribeAsync(downlinkFilter(id));
    await first.endAsync();
    await until(() => !isConnected(id), { what: 'the broker to forget the connection' });
    const again = await agent(id, { clean: false, resubscribe: false });
    const heard: string[] = [];
    again.on('message', (topic) => heard.push(topic));
    await broker.publish(id, 'request', { requestId: 'request-1', kind: 'rescan', cameraId: null });
    // A round trip through the same connection: what was sent before it would have arrived.
    await again.publishAsync(uplinkTopic(id, 'event'), '{}', { qos: 1 });
    expect(heard).toEqual([]);
  });

  const ending: [string, (client: MqttClient, id: AgentId) => void][] = [
    ['a retained message', (client, id) => client.publish(uplinkTopic(id, 'birth'), 'x', { retain: true })],
    ['a message in $SYS', (client) => client.publish('$SYS/broker/heartbeat', 'x')],
    ['a message of quality 2', (client, id) => client.publish(uplinkTopic(id, 'birth'), 'x', { qos: 2 })],
    ['a topic of another agent', (client) => client.publish(uplinkTopic(newAgentId(), 'birth'), 'x')],
    ['a topic of a hundred levels', (client) => client.publish('a/'.repeat(100), 'x')],
    ['a subscription to everything', (client) => client.subscribe('#')],
    ['a shared subscription', (client, id) => client.subscribe(`$share/group/${downlinkFilter(id)}`)],
    ['a message over 64 KiB', (client, id) => client.publish(uplinkTopic(id, 'event'), Buffer.alloc(70_000))],
  ];
  it.each(ending)('ends a connection for %s, and hands nothing on', async (_what, act) => {
    const id = newAgentId();
    const client = await agent(id);
    const ended = closed(client);
    act(client, id);
    await ended;
    expect(uplinks).toEqual([]);
  });

  it('keeps no retained message', async () => {
    const id = newAgentId();
    const client = await agent(id);
    await client.subscribeAsync(downlinkFilter(id));
    await broker.publish(id, 'request', { requestId: 'request-1', kind: 'rescan', cameraId: null });
    const again = await agent(id);
    const heard: string[] = [];
    again.on('message', (topic) => heard.push(topic));
    await again.subscribeAsync(downlinkFilter(id));
    await again.publishAsync(uplinkTopic(id, 'event'), '{}', { qos: 1 });
    expect(heard).toEqual([]);
  });

  it('ends a connection that never says CONNECT', async () => {
    const socket = await raw();
    const [hadError] = (await once(socket, 'close')) as [boolean];
    expect(hadError).toBe(false);
  });

  it('ends the older of two connections with one id', async () => {
    const id = newAgentId();
    const older = await agent(id);
    const ended = closed(older);
    await agent(id);
    await ended;
    expect(isConnected(id)).toBe(true);
  });

  it('refuses an agent that connects over and over', async () => {
    const id = newAgentId();
    for (let n = 0; n < 5; n += 1) await agent(id);
    await expect(agent(id)).rejects.toThrow(/Server unavailable|Not authorized/);
  });

  it('kicks an agent at once, and its last will is told', async () => {
    const id = newAgentId();
    const will = {
      topic: uplinkTopic(id, 'death'),
      payload: Buffer.from('x'),
      qos: 0 as const,
      retain: false,
    };
    const client = await agent(id, { will });
    const ended = closed(client);
    broker.kick(id);
    await ended;
    await until(() => uplinks.some(({ kind }) => kind === 'death'), { what: 'the last will' });
    expect(isConnected(id)).toBe(false);
  });

  it('does not let an agent that never reads delay the others, and ends it', async () => {
    const [frozen, lively] = [newAgentId(), newAgentId()];
    const stuck = await agent(frozen);
    await stuck.subscribeAsync(downlinkFilter(frozen));
    (stuck.stream as Socket).pause();
    const good = await agent(lively);
    await good.subscribeAsync(downlinkFilter(lively));
    let heard = 0;
    good.on('message', () => (heard += 1));
    const detail = 'x'.repeat(50_000);
    const results = [{ localId: 'a', outcome: 'conflict' as const, cameraId: null, detail }];
    const flood = Array.from({ length: 400 }, () =>
      broker
        .publish(frozen, 'ack', { of: 'inventory', inventoryId: 'inventory-1', part: 1, parts: 1, results })
        .catch(() => undefined),
    );
    await broker.publish(lively, 'request', { requestId: 'request-1', kind: 'rescan', cameraId: null });
    await until(() => heard === 1, { what: 'the message to the agent that reads' });
    await until(() => !isConnected(frozen), { what: 'the frozen connection to be ended' });
    await Promise.all(flood);
  });

  it('reads no more from an agent that sends faster than the registry works', async () => {
    const id = newAgentId();
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    work = () => gate;
    const client = await agent(id);
    const payload = Buffer.alloc(60_000);
    for (let n = 0; n < 500; n += 1) client.publish(uplinkTopic(id, 'event'), payload);
    await until(() => uplinks.length >= 32, { what: 'as many messages as may be in work' });
    await until(() => (client.stream as Socket).writableLength > 0, { what: 'the agent to have to wait' });
    expect(uplinks.length).toBeLessThan(64);
    release();
    await until(() => uplinks.length === 500, { what: 'all messages' });
  });

  it('survives any bytes', async () => {
    const id = newAgentId();
    const client = await agent(id);
    const head = Buffer.from([0x10]);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 600 }),
          // A CONNECT with nonsense inside: past the guard, into the parser.
          fc
            .uint8Array({ minLength: 1, maxLength: 120 })
            .map((body) => Buffer.concat([head, Buffer.from([body.length]), body])),
          fc
            .uint8Array({ minLength: 1, maxLength: 110 })
            .map((body) =>
              Buffer.concat([
                head,
                Buffer.from([body.length + 7, 0, 4]),
                Buffer.from('MQTT'),
                Buffer.from([4]),
                body,
              ]),
            ),
        ),
        async (bytes) => {
          const socket = await raw();
          socket.end(bytes);
          socket.resume();
          await once(socket, 'close');
        },
      ),
      { numRuns: 300 },
    );
    await client.publishAsync(uplinkTopic(id, 'event'), '{}', { qos: 1 });
    expect(uplinks).toHaveLength(1);
  });

  it('speaks MQTT over WebSocket at /mqtt', async () => {
    const upgrades = createMqttUpgrades((stream, address) => broker.accept(stream, address));
    const server = createServer().listen(0, '127.0.0.1');
    server.on('upgrade', (request, socket, head) => {
      if (!upgrades.handleUpgrade(request, socket, head)) socket.destroy();
    });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      const id = newAgentId();
      const client = await connectAgent(`ws://127.0.0.1:${port}/mqtt`, id);
      clients.push(client);
      const heard: string[] = [];
      client.on('message', (topic) => heard.push(topic));
      await client.subscribeAsync(downlinkFilter(id));
      await client.publishAsync(uplinkTopic(id, 'event'), '{}', { qos: 1 });
      await broker.publish(id, 'request', { requestId: 'request-1', kind: 'rescan', cameraId: null });
      await until(() => heard.length === 1 && uplinks.length === 1, { what: 'a message each way' });
      await expect(connectAgent(`ws://127.0.0.1:${port}/other`, newAgentId())).rejects.toThrow(/./);
    } finally {
      upgrades.close();
      server.close();
    }
  });
});

it('closes with clients connected and half open, and takes its port back', async () => {
  const options = {
    verify: verifyTestToken,
    log: createLog('silent'),
    clock: systemClock,
    host: '127.0.0.1',
  };
  const broker = await startEmbeddedBroker({ ...options, port: 0 });
  const client = await connectAgent(`mqtt://127.0.0.1:${broker.port}`, newAgentId());
  const socket = connect(broker.port, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  const ended = Promise.all([
    once(socket, 'close'),
    new Promise<void>((resolve) => client.once('close', () => resolve())),
  ]);
  socket.resume();
  await broker.close();
  await ended;
  cut(client);
  const again = await startEmbeddedBroker({ ...options, port: broker.port });
  await expect(startEmbeddedBroker({ ...options, port: broker.port })).rejects.toThrow(/EADDRINUSE/);
  await again.close();
});
