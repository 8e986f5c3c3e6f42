import type { AgentId } from '@gantry/protocol/ids.js';
import { downlinkFilter, downlinkTopic, uplinkTopic } from '@gantry/protocol/topics.js';
import type { Broker, Uplink } from '@gantry/registry/broker/broker.js';
import { startEmbeddedBroker } from '@gantry/registry/broker/embedded.js';
import { connectExternalBroker } from '@gantry/registry/broker/external.js';
import { systemClock } from '@gantry/registry/clock.js';
import { createLog } from '@gantry/registry/log.js';
import type { MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../support/free-port.js';
import { mosquittoProgram, startMosquitto } from '../../support/mosquitto.js';
import { until } from '../../support/until.js';
import { connectAgent, cut, newAgentId, verifyTestToken } from './clients.js';

const log = createLog('silent');

interface Site {
  url: string;
  broker: Broker;
  close(): Promise<void>;
}

async function embeddedSite(): Promise<Site> {
  const broker = await startEmbeddedBroker({
    verify: verifyTestToken,
    log,
    clock: systemClock,
    port: 0,
    host: '127.0.0.1',
  });
  return { url: `mqtt://127.0.0.1:${broker.port}`, broker, close: () => broker.close() };
}

async function mosquittoSite(): Promise<Site> {
  const server = await startMosquitto();
  const broker = await connectExternalBroker({
    url: server.registryUrl,
    clientId: 'gantry-registry-test',
    log,
  });
  return {
    url: server.url,
    broker,
    close: async () => {
      await broker.close();
      await server.close();
    },
  };
}

const sites = [
  { name: 'embedded', start: embeddedSite, missing: false },
  {
    name: 'mosquitto (skipped where it is not installed)',
    start: mosquittoSite,
    missing: mosquittoProgram === null,
  },
];

describe.each(sites)('a broker: $name', ({ start, missing }) => {
  let site: Site;
  const uplinks: Uplink[] = [];
  const clients: MqttClient[] = [];
  const agent = async (agentId: AgentId, options = {}): Promise<MqttClient> => {
    const client = await connectAgent(site.url, agentId, options);
    clients.push(client);
    return client;
  };
  /** Everything a client hears. */
  const hearing = (client: MqttClient): { topic: string; text: string }[] => {
    const heard: { topic: string; text: string }[] = [];
    client.on('message', (topic, payload) => heard.push({ topic, text: payload.toString() }));
    return heard;
  };

  beforeAll(async () => {
    if (missing) return;
    site = await start();
    site.broker.onUplink(async (uplink) => void uplinks.push(uplink));
  });
  afterEach(() => {
    clients.splice(0).forEach(cut);
    uplinks.length = 0;
  });
  afterAll(async () => site?.close());

  it.skipIf(missing)('hands on what an agent publishes, byte for byte', async () => {
    const id = newAgentId();
    const client = await agent(id);
    await client.publishAsync(uplinkTopic(id, 'event'), Buffer.from([0, 255, 7]), { qos: 1 });
    await until(() => uplinks.length > 0, { what: 'the uplink' });
    expect(uplinks.map((uplink) => ({ ...uplink, payload: [...uplink.payload] }))).toEqual([
      { agentId: id, kind: 'event', payload: [0, 255, 7] },
    ]);
  });

  it.skipIf(missing)('sends a downlink to its agent and to nobody else', async () => {
    const [first, second] = [newAgentId(), newAgentId()];
    const [one, two] = [await agent(first), await agent(second)];
    const [heardByOne, heardByTwo] = [hearing(one), hearing(two)];
    await one.subscribeAsync(downlinkFilter(first), { qos: 1 });
    await two.subscribeAsync(downlinkFilter(second), { qos: 1 });
    const message = { requestId: 'request-1', kind: 'rescan', cameraId: null } as const;
    await site.broker.publish(first, 'request', message);
    await until(() => heardByOne.length > 0, { what: 'the downlink' });
    expect(heardByOne).toEqual([{ topic: downlinkTopic(first, 'request'), text: JSON.stringify(message) }]);
    await site.broker.publish(second, 'request', { ...message, requestId: 'request-2' });
    await until(() => heardByTwo.length > 0, { what: 'the other downlink' });
    expect(heardByTwo).toHaveLength(1);
  });

  it.skipIf(missing)('keeps nothing for an agent that is away', async () => {
    const id = newAgentId();
    const before = await agent(id, { clean: false });
    await before.subscribeAsync(downlinkFilter(id), { qos: 0 });
    await before.endAsync();
    await site.broker.publish(id, 'request', { requestId: 'request-1', kind: 'rescan', cameraId: null });
    const again = await agent(id);
    const heard = hearing(again);
    await again.subscribeAsync(downlinkFilter(id), { qos: 1 });
    await site.broker.publish(id, 'request', { requestId: 'request-2', kind: 'rescan', cameraId: null });
    await until(() => heard.length > 0, { what: 'the second request' });
    expect(heard.map(({ text }) => (JSON.parse(text) as { requestId: string }).requestId)).toEqual([
      'request-2',
    ]);
  });

  it.skipIf(missing)('publishes the last will of an agent whose connection breaks', async () => {
    const id = newAgentId();
    const will = {
      topic: uplinkTopic(id, 'death'),
      payload: Buffer.from('gone'),
      qos: 1 as const,
      retain: false,
    };
    const client = await agent(id, { will });
    client.stream.destroy();
    const [uplink] = await until(() => (uplinks.length > 0 ? uplinks : null), { what: 'the last will' });
    expect(uplink).toMatchObject({ agentId: id, kind: 'death' });
  });

  it.skipIf(missing)('does not let an agent hear another one, whatever it subscribes', async () => {
    const [victim, thief] = [newAgentId(), newAgentId()];
    const good = await agent(victim);
    const heardByGood = hearing(good);
    await good.subscribeAsync(downlinkFilter(victim), { qos: 1 });
    const filters = [
      downlinkFilter(victim),
      'v1/a/+/d/#',
      '#',
      '$SYS/#',
      `$share/g/${downlinkFilter(victim)}`,
    ];
    for (const filter of filters) {
      const bad = await agent(thief, { clean: false });
      const heard = hearing(bad);
      await new Promise<void>((resolve) => {
        bad.once('close', () => resolve());
        bad.on('packetreceive', (packet) => packet.cmd === 'suback' && resolve());
        bad.subscribe(filter, { qos: 1 });
      });
      const count = heardByGood.length;
      await site.broker.publish(victim, 'request', {
        requestId: 'request-1',
        kind: 'rescan',
        cameraId: null,
      });
      await until(() => heardByGood.length > count, { what: 'the downlink to its agent' });
      expect(heard.filter(({ topic }) => topic.startsWith('v1/'))).toEqual([]);
      cut(bad);
    }
  });

  it.skipIf(missing)('does not hand on what an agent publishes in the name of another', async () => {
    const [victim, thief] = [newAgentId(), newAgentId()];
    const bad = await agent(thief);
    bad.publish(uplinkTopic(victim, 'birth'), 'stolen', { qos: 0 });
    const good = await agent(victim);
    await good.publishAsync(uplinkTopic(victim, 'heartbeat'), 'mine', { qos: 1 });
    await until(() => uplinks.some(({ kind }) => kind === 'heartbeat'), { what: 'the heartbeat' });
    expect(uplinks.filter(({ kind }) => kind === 'birth')).toEqual([]);
  });

  it.skipIf(missing)('refuses to send more than a payload may hold', async () => {
    const detail = 'x'.repeat(70_000);
    const results = [{ localId: 'a', outcome: 'conflict' as const, cameraId: null, detail }];
    const message = { of: 'inventory' as const, inventoryId: 'inventory-1', part: 1, parts: 1, results };
    await expect(site.broker.publish(newAgentId(), 'ack', message)).rejects.toThrow(RangeError);
  });
});

it('says where no broker answers', async () => {
  const port = await freePort();
  const connecting = connectExternalBroker({
    url: `mqtt://user:secret@127.0.0.1:${port}`,
    clientId: 'gantry-registry-test',
    log,
    startTimeoutMs: 300,
  });
  await expect(connecting).rejects.toThrow(`no MQTT broker answers at 127.0.0.1:${port}`);
});
