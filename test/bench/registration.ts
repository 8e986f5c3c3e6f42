import type { InventoryCamera } from '@gantry/protocol/camera.js';
import type { AgentId } from '@gantry/protocol/ids.js';
import { splitIntoParts } from '@gantry/protocol/messages.js';
import { createChanges } from '@gantry/registry/changes.js';
import { completeInventory, registerCameras } from '@gantry/registry/cameras/register.js';
import type { Database } from '@gantry/registry/db/database.js';
import { createLog } from '@gantry/registry/log.js';
import { sql } from '@gantry/registry/db/drizzle.js';
import assert from 'node:assert/strict';
import pg from 'pg';
import { roundsOf, type Bench, type Stage } from './bench.js';
import { copyInto, copyLine } from './copy.js';
import { compare, timed, type Sample, type Variant } from './harness.js';
import { registerRowByRow } from './row-by-row.js';
import { addAgent, addMarket, mint, type Market } from './rows.js';

type Novelty = 'new' | 'unchanged' | 'changed';
const novelties: readonly Novelty[] = ['new', 'unchanged', 'changed'];

/** A database of one variant: agents, and whatever is registered so far. */
interface Ground {
  db: Database;
  client: pg.Client;
  market: Market;
  agentIds: AgentId[];
}

export const registration: Bench = {
  name: 'registration',
  what: 'registering cameras in batches against row by row, and against COPY into a bare table',
  async *run(stage) {
    const size = stage.smoke ? { agents: 2, each: 30 } : { agents: 10, each: 1_000 };
    // Each variant has its own database: nobody pays for the rows or the garbage of another.
    const [ours, peer, floor] = [
      await prepareGround(stage, size.agents),
      await prepareGround(stage, size.agents),
      await prepareGround(stage, 0),
    ];
    await floor.client.query('create table bare as select * from cameras with no data');
    for (const novelty of novelties) {
      const comparison = await compare({
        name: `registration, ${novelty}`,
        unit: `ms for ${(size.agents * size.each).toLocaleString('en')} cameras of ${size.agents} agents`,
        ...roundsOf(stage),
        variants: {
          ours: registering(ours, 'registry/cameras/register.ts', novelty, size.each, async (site) => {
            const ctx = {
              db: ours.db,
              changes: createChanges(),
              newId: mint,
              log: createLog('silent'),
            };
            for (const { entries, listed } of partsOf(site.entries)) {
              const results = await registerCameras(ctx, site.agentId, entries, listed);
              const outcome = { new: 'registered', unchanged: 'unchanged', changed: 'updated' }[novelty];
              assert.ok(results.every((result) => result.outcome === outcome));
            }
          }),
          peer: registering(
            peer,
            'row by row, one transaction per part',
            novelty,
            size.each,
            async (site) => {
              const agent = { id: site.agentId, integratorId: peer.market.integrator.id };
              for (const { entries, listed } of partsOf(site.entries)) {
                const written = await registerRowByRow(peer.client, agent, entries, listed);
                assert.equal(written, novelty === 'unchanged' ? 0 : entries.length);
              }
            },
          ),
          floor: copying(floor, size.agents, size.each),
        },
        budgets: novelty === 'unchanged' ? [] : [{ of: 'peer', atMost: 1 / 6 }],
      });
      comparison.notes.push(
        `${partsOf(entriesOf(0, size.each, '')).length} parts per agent, as they come by MQTT`,
      );
      yield comparison;
    }
  },
};

async function prepareGround(stage: Stage, agents: number): Promise<Ground> {
  const { db, url } = await stage.openDatabase();
  const market = await addMarket(db);
  const agentIds: AgentId[] = [];
  for (let i = 0; i < agents; i += 1) agentIds.push(await addAgent(db, market.integrator.id));
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  stage.atEnd(() => client.end());
  return { db, client, market, agentIds };
}

/** The inventory of one agent; `firmware` makes it differ from the one before. */
function entriesOf(agent: number, count: number, firmware: string): InventoryCamera[] {
  return Array.from({ length: count }, (_, i) => {
    const number = agent * count + i;
    const hex = number.toString(16).padStart(12, '0');
    return {
      localId: `device-${number}-1`,
      kind: 'onvif',
      keys: [
        { kind: 'endpoint', value: `urn:uuid:4a1d0000-0000-4000-8000-${hex}` },
        { kind: 'mac', value: hex },
        { kind: 'serial', value: `maker|model ${number % 7}|sn${hex}` },
      ],
      channel: 1,
      name: `Entrance ${number}`,
      manufacturer: 'Maker',
      model: `Model ${number % 7}`,
      firmware: `5.7.${number % 11} ${firmware}`,
      serial: `SN${hex}`,
      address: `192.168.${agent}.${i % 250}:80`,
      access: 'ready',
      accessReason: null,
      streams: [
        { role: 'main', video: 'h264', audio: 'aac', width: 1_920, height: 1_080, frameRate: 25 },
        { role: 'sub', video: 'h264', audio: 'aac', width: 640, height: 360, frameRate: 15 },
      ],
    };
  });
}

/** The parts of an inventory as an agent sends them, each with what was listed so far. */
function partsOf(entries: InventoryCamera[]): { entries: InventoryCamera[]; listed: ReadonlySet<string> }[] {
  const listed = new Set<string>();
  return splitIntoParts(entries).map((part) => {
    for (const { localId } of part) listed.add(localId);
    return { entries: part, listed };
  });
}

const cameraTables = sql.raw('cameras, camera_keys, outbox');

function registering(
  ground: Ground,
  label: string,
  novelty: Novelty,
  each: number,
  register: (site: { agentId: AgentId; entries: InventoryCamera[] }) => Promise<void>,
): Variant {
  let run = 0;
  return {
    label,
    run: async (): Promise<Sample> => {
      run += 1;
      const firmware = novelty === 'changed' ? `build ${run}` : '';
      if (novelty === 'new') await ground.db.execute(sql`truncate ${cameraTables} cascade`);
      const sites = ground.agentIds.map((agentId, i) => ({ agentId, entries: entriesOf(i, each, firmware) }));
      const { durationMs } = await timed(async () => {
        for (const site of sites) {
          await register(site);
          const localIds = new Set(site.entries.map((entry) => entry.localId));
          await completeInventory(
            { db: ground.db, changes: createChanges() },
            site.agentId,
            'hash',
            localIds,
          );
        }
      });
      return { cost: durationMs, check: () => checkRegistered(ground, sites) };
    },
  };
}

/** Every camera is there once, as announced, findable by each of its keys, and its agent will be told. */
async function checkRegistered(
  { db }: Ground,
  sites: readonly { entries: readonly InventoryCamera[] }[],
): Promise<void> {
  const entries = sites.flatMap((site) => site.entries);
  const { rows } = await db.execute<{ local: string; firmware: string; keys: number }>(sql`
    select local_id as local, firmware, (select count(*)::int from camera_keys k where k.camera_id = c.id) as keys
    from cameras c where missing_since is null and conflict is null order by local_id`);
  const expected = entries
    .map((entry) => ({ local: entry.localId, firmware: entry.firmware, keys: entry.keys.length }))
    .toSorted((a, b) => (a.local < b.local ? -1 : 1));
  assert.deepEqual(rows, expected);
  const outbox = await db.execute<{ rows: number }>(sql`select count(*)::int as rows from outbox`);
  assert.ok((outbox.rows[0]?.rows ?? 0) > 0);
}

/** The same columns into a table without keys, indexes or checks. */
function copying({ client, market }: Ground, agents: number, each: number): Variant {
  const columns = `id, agent_id, tenant_id, integrator_id, local_id, name, kind, channel, manufacturer, model, firmware,
    serial, address, access, access_reason, streams, inventory_hash`;
  return {
    label: 'COPY into a bare table',
    run: async () => {
      await client.query('truncate bare');
      const { id: tenant } = market.integrator;
      const inventories = Array.from({ length: agents }, (_, i) => entriesOf(i, each, ''));
      const { durationMs, result } = await timed(async () => {
        let copied = 0;
        for (const entries of inventories) {
          const lines = entries.map((entry) =>
            copyLine([
              mint('camera'),
              'agent',
              tenant,
              tenant,
              entry.localId,
              entry.name,
              entry.kind,
              entry.channel,
              entry.manufacturer,
              entry.model,
              entry.firmware,
              entry.serial,
              entry.address,
              entry.access,
              entry.accessReason,
              JSON.stringify(entry.streams),
              'hash',
            ]),
          );
          copied += await copyInto(client, `copy bare (${columns}) from stdin`, `${lines.join('\n')}\n`);
        }
        return copied;
      });
      return { cost: durationMs, check: () => assert.equal(result, agents * each) };
    },
  };
}
