import { registryActor } from '@gantry/registry/actor.js';
import type { Database } from '@gantry/registry/db/database.js';
import { disableTenant, enableTenant } from '@gantry/registry/tenancy/switch.js';
import { sql } from '@gantry/registry/db/drizzle.js';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { until } from '../support/until.js';
import { roundsOf, type Bench, type Stage } from './bench.js';
import { compare, type Comparison, type Variant } from './harness.js';
import { connectRawAgent, enrolAgents, type RawAgent } from './raw-agents.js';
import { startBenchRegistry } from './registry-in-process.js';
import { addCameras, addMarket, addTenant, mint } from './rows.js';
import { median, quantile } from './statistics.js';
import { figure } from './report.js';

const camerasPerAgent = 2;

export const disablePropagation = (agents: number): Bench => ({
  name: `disable-propagation-${agents}`,
  what: `from the commit of a disable until the last of ${agents} agents has its new desired state, by MQTT`,
  async *run(stage) {
    yield await propagate(stage, stage.smoke ? Math.ceil(agents / 100) : agents);
  },
});

async function propagate(stage: Stage, count: number): Promise<Comparison> {
  const database = await stage.openDatabase();
  const { db } = database;
  const { platform, integrator, planId } = await addMarket(db);
  const customer = await addTenant(db, 'customer', 'Chain of shops', integrator);
  const keys = await enrolAgents(db, count, integrator.id);
  await addCameras(db, {
    agentIds: keys.map((key) => key.id),
    integratorId: integrator.id,
    customerId: customer.id,
    planId,
    first: 0,
    count: count * camerasPerAgent,
  });
  await db.execute(sql`analyze`);
  const registry = await startBenchRegistry(stage, database);
  const agents: RawAgent[] = [];
  stage.atEnd(async () => {
    await Promise.all(agents.map((agent) => agent.close()));
  });
  const allHave = watchAll(agents, count);
  const mqttUrl = `mqtt://127.0.0.1:${registry.mqttPort}`;
  for (const key of keys) agents.push(await connectRawAgent({ key, mqttUrl, onDesired: allHave.look }));
  await allHave.wait(true);

  const scope = { paths: [platform.path] };
  const commits: number[] = [];
  const arrivals: number[] = [];
  const ours: Variant = {
    label: `${count} agents over MQTT, ${camerasPerAgent} cameras each`,
    run: async () => {
      const allStopped = allHave.wait(false);
      const calledMs = performance.now();
      await disableTenant(registry.context, registryActor, scope, customer.id, { reason: null });
      const committedMs = performance.now();
      await allStopped;
      const delays = agents.map((agent) => (agent.latest()?.atMs ?? Infinity) - committedMs);
      commits.push(committedMs - calledMs);
      arrivals.push(...delays);
      return {
        cost: Math.max(...delays),
        check: async () => {
          await everyoneApplied(db, customer.id, 'stopped');
          const allRecord = allHave.wait(true);
          await enableTenant(registry.context, registryActor, scope, customer.id, { cameras: 'all' });
          await allRecord;
          await everyoneApplied(db, customer.id, 'recording');
          await registry.settle();
        },
      };
    },
  };
  const payloadBytes = JSON.stringify(agents[0]?.latest()?.desired).length;
  const comparison = await compare({
    name: `disable-propagation, ${count} agents`,
    unit: 'ms from commit to the last agent',
    ...roundsOf(stage),
    variants: { ours, floor: await fanningOut(stage, count, payloadBytes) },
  });
  comparison.notes.push(
    `one agent: median ${figure(median(arrivals))} ms, p99 ${figure(quantile(arrivals, 0.99))} ms after the commit ` +
      `(budget with the recorder's stop: 2000 ms, aim 150 ms); the commit itself ${figure(median(commits))} ms`,
  );
  return comparison;
}

/** Resolves a wait as soon as the desired state of every agent says to record, or not to. */
function watchAll(agents: readonly RawAgent[], count: number) {
  let waiting: { record: boolean; resolve: () => void } | null = null;
  const isSo = (record: boolean) =>
    agents.length === count &&
    agents.every((agent) => agent.latest()?.desired.cameras.every((camera) => camera.record === record));
  const look = (): void => {
    if (waiting === null || !isSo(waiting.record)) return;
    waiting.resolve();
    waiting = null;
  };
  return {
    look,
    wait: (record: boolean) =>
      new Promise<void>((resolve) => {
        waiting = { record, resolve };
        look();
      }),
  };
}

/** What the agents said has reached the registry: each has applied the generation it was sent, each camera obeys. */
async function everyoneApplied(db: Database, customerId: string, state: string): Promise<void> {
  await until(
    async () => {
      const { rows } = await db.execute<{ behind: number }>(sql`
        select count(*)::int as behind from cameras c join agents a on a.id = c.agent_id
        where c.customer_id = ${customerId}
          and (a.applied_generation <> a.generation or c.reported_state is distinct from ${state}
            or c.reported_generation <> a.generation)`);
      return rows[0]?.behind === 0;
    },
    { timeoutMs: 60_000, what: `all cameras to be ${state}` },
  );
}

/** The same bytes to as many bare TCP connections of this process. */
async function fanningOut(stage: Stage, count: number, payloadBytes: number): Promise<Variant> {
  const accepted: Socket[] = [];
  const server = createServer({ noDelay: true }, (socket) => void accepted.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const clients: Socket[] = [];
  stage.atEnd(async () => {
    for (const socket of [...clients, ...accepted]) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  let received = 0;
  let onAll = (): void => {};
  for (let i = 0; i < count; i += 1) {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.on('data', (chunk) => {
      received += chunk.length;
      if (received === count * payloadBytes) onAll();
    });
    await once(socket, 'connect');
    clients.push(socket);
  }
  await until(() => accepted.length === count, { what: 'all connections' });
  const payload = Buffer.alloc(payloadBytes, mint('camera'));
  return {
    label: `${payloadBytes} bytes to ${count} bare TCP connections`,
    run: async () => {
      received = 0;
      const all = new Promise<void>((resolve) => (onAll = resolve));
      const startedMs = performance.now();
      for (const socket of accepted) socket.write(payload);
      await all;
      const cost = performance.now() - startedMs;
      return { cost, check: () => assert.equal(received, count * payloadBytes) };
    },
  };
}
