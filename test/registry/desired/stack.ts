import type { InventoryCamera } from '@gantry/protocol/camera.js';
import type { AgentId } from '@gantry/protocol/ids.js';
import { desired as desiredMessage, type Ack, type Birth, type Desired } from '@gantry/protocol/messages.js';
import { splitIntoParts } from '@gantry/protocol/messages.js';
import type { ReportedCamera } from '@gantry/protocol/state.js';
import { downlinkFilter, uplinkTopic } from '@gantry/protocol/topics.js';
import { uplinkActs } from '@gantry/registry/broker/acts.js';
import { startEmbeddedBroker, type EmbeddedBroker } from '@gantry/registry/broker/embedded.js';
import { startInbox, type Inbox } from '@gantry/registry/broker/inbox.js';
import { Absences } from '@gantry/registry/cameras/absence.js';
import { startPublisher, type DesiredPublisher } from '@gantry/registry/desired/publisher.js';
import type { MqttClient } from 'mqtt';
import { createHash, randomBytes } from 'node:crypto';
import { until } from '../../support/until.js';
import { connectAgent, cut, verifyTestToken } from '../broker/clients.js';
import { startSite, type Site } from '../cameras/site.js';

export interface Stack extends Site {
  broker: EmbeddedBroker;
  inbox: Inbox;
  absences: Absences;
  publisher: DesiredPublisher;
  /** Stops and starts the publisher, as a restart of the registry does. */
  restartPublisher(epoch?: number): Promise<void>;
  connect(agentId: AgentId): Promise<TestAgent>;
}

/** The registry's way of cameras on real Postgres and real MQTT, without HTTP. */
export async function startStack(): Promise<Stack> {
  const site = await startSite();
  const { ctx } = site;
  const broker = await startEmbeddedBroker({
    verify: verifyTestToken,
    log: ctx.log,
    clock: ctx.clock,
    port: 0,
    host: '127.0.0.1',
    connectsPerAgent: { burst: 1_000, perSecond: 1_000 },
  });
  const publish = (epoch: number) =>
    startPublisher({ ...ctx, epoch }, (agentId, message) => broker.publish(agentId, 'desired', message), {
      sweepMs: 100,
    });
  const running = { publisher: publish(ctx.epoch) };
  const absences = new Absences(ctx, { offlineAfterMs: 200, silentAfterMs: 60_000 });
  const inbox = startInbox({
    broker,
    acts: uplinkActs(ctx, {
      absences,
      desired: {
        heard: (...heard) => running.publisher.heard(...heard),
        release: (...cameras) => running.publisher.release(...cameras),
      },
      live: { told: () => undefined },
      setup: { told: () => undefined },
    }),
    log: ctx.log,
    nowMs: () => ctx.clock.nowMs(),
  });
  const agents: TestAgent[] = [];
  return {
    ...site,
    broker,
    inbox,
    absences,
    get publisher() {
      return running.publisher;
    },
    restartPublisher: async (epoch = ctx.epoch) => {
      await running.publisher.close();
      running.publisher = publish(epoch);
    },
    connect: async (agentId) => {
      const agent = await TestAgent.connect(`mqtt://127.0.0.1:${broker.port}`, agentId);
      agents.push(agent);
      return agent;
    },
    close: async () => {
      agents.forEach((agent) => agent.cut());
      await inbox.close();
      await running.publisher.close();
      await broker.close();
      await site.close();
    },
  };
}

/** Speaks an agent's part of the protocol, by hand. */
export class TestAgent {
  readonly id: AgentId;
  readonly client: MqttClient;
  readonly session = randomBytes(8).toString('hex');
  /** Whole desired states as they came, and when (monotonic ms). */
  readonly states: (Desired & { atMs: number })[] = [];
  readonly acks: Ack[] = [];
  #parts: Desired[] = [];

  private constructor(id: AgentId, client: MqttClient) {
    this.id = id;
    this.client = client;
    client.on('message', (topic, payload) => {
      const message: unknown = JSON.parse(payload.toString());
      if (topic.endsWith('/desired')) this.#take(desiredMessage.parse(message));
      if (topic.endsWith('/ack')) this.acks.push(message as Ack);
    });
  }

  static async connect(url: string, id: AgentId, password?: string): Promise<TestAgent> {
    const client = await connectAgent(url, id, password === undefined ? {} : { password });
    const agent = new TestAgent(id, client);
    await client.subscribeAsync(downlinkFilter(id), { qos: 1 });
    return agent;
  }

  #take(part: Desired): void {
    if (part.part === 1) this.#parts = [];
    this.#parts.push(part);
    if (this.#parts.length < part.parts) return;
    const cameras = this.#parts.flatMap((one) => one.cameras);
    this.states.push({ ...part, cameras, atMs: performance.now() });
  }

  get latest(): Desired | undefined {
    return this.states.at(-1);
  }

  async send(kind: 'birth' | 'heartbeat' | 'inventory' | 'reported' | 'death' | 'event', message: unknown) {
    await this.client.publishAsync(uplinkTopic(this.id, kind), JSON.stringify(message), { qos: 1 });
  }

  async birth(fields: Partial<Birth> = {}): Promise<void> {
    const zero = { epoch: 0, generation: 0 };
    await this.send('birth', {
      session: this.session,
      bootId: 'boot-of-this-test',
      sentAtMs: Date.now(),
      protocolVersion: 1,
      agentVersion: '1.0.0',
      hostname: 'shop',
      platform: 'linux-x64',
      accepted: zero,
      applied: zero,
      inventoryHash: null,
      ...fields,
    });
    await until(() => this.acks.some((ack) => ack.of === 'birth' && ack.session === this.session), {
      what: 'the answer to the birth',
    });
  }

  /** Announces the cameras in as many parts as it takes; resolves with the results of all. */
  async announce(cameras: readonly InventoryCamera[], budgetBytes?: number) {
    const parts = splitIntoParts(cameras, budgetBytes);
    const inventoryId = randomBytes(8).toString('hex');
    const hash = createHash('sha256').update(JSON.stringify(cameras)).digest('hex');
    for (const [index, part] of parts.entries()) {
      const counted = { part: index + 1, parts: parts.length };
      await this.send('inventory', { session: this.session, inventoryId, hash, ...counted, cameras: part });
    }
    const answers = await until(
      () => {
        const all = this.acks.filter((ack) => ack.of === 'inventory' && ack.inventoryId === inventoryId);
        return all.length === parts.length ? all : null;
      },
      { what: 'the answers to the inventory', timeoutMs: 20_000 },
    );
    return answers.flatMap((ack) => (ack.of === 'inventory' ? ack.results : []));
  }

  /** Applies the latest desired state and says so. */
  async apply(states: Partial<ReportedCamera> = {}): Promise<void> {
    const { epoch, generation, cameras } = this.latest as Desired;
    await this.send('reported', {
      session: this.session,
      reportId: randomBytes(8).toString('hex'),
      sentAtMs: Date.now(),
      applied: { epoch, generation },
      part: 1,
      parts: 1,
      cameras: cameras.map(({ cameraId, record }) => ({
        cameraId,
        state: record ? 'recording' : 'stopped',
        reason: null,
        detail: null,
        sinceMs: Date.now(),
        generation,
        ...states,
      })),
    });
  }

  cut(): void {
    cut(this.client);
  }
}
