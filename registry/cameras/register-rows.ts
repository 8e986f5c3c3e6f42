import type { IdentityKey, InventoryCamera } from '@gantry/protocol/camera.js';
import type { AgentId, CameraId, PlanId, TenantId } from '@gantry/protocol/ids.js';
import type { Queryable, Transaction } from '../db/database.js';
import { and, eq, inArray, sql } from '../db/drizzle.js';
import { agents, type AgentEnding, type Presence } from '../db/schema/agents.js';
import { cameras } from '../db/schema/cameras.js';
import { tenants } from '../db/schema/tenants.js';
import { documents, integers, texts } from './arrays.js';
import type { KnownCamera } from './identity.js';

/** A camera to write: its id, what the inventory says, the keys as stored and the entry's hash. */
export interface CameraRow {
  id: CameraId;
  entry: InventoryCamera;
  keys: IdentityKey[];
  hash: string;
}

export interface RegisteringAgent {
  id: AgentId;
  name: string;
  integratorId: TenantId;
  integratorPath: string;
  autoBindCustomerId: TenantId | null;
  autoBindPlanId: PlanId | null;
  ending: AgentEnding | null;
}

export async function loadAgent(queryable: Queryable, agentId: AgentId): Promise<RegisteringAgent | null> {
  const [row] = await queryable
    .select({
      id: agents.id,
      name: agents.name,
      integratorId: agents.integratorId,
      integratorPath: tenants.path,
      autoBindCustomerId: agents.autoBindCustomerId,
      autoBindPlanId: agents.autoBindPlanId,
      ending: agents.ending,
    })
    .from(agents)
    .innerJoin(tenants, eq(tenants.id, agents.integratorId))
    .where(eq(agents.id, agentId));
  return row ?? null;
}

/** The agent's cameras with these local ids, by local id. */
export async function loadByLocalIds(queryable: Queryable, agentId: AgentId, localIds: string[]) {
  const rows = await queryable
    .select({
      id: cameras.id,
      localId: cameras.localId,
      inventoryHash: cameras.inventoryHash,
      missing: sql<boolean>`${cameras.missingSince} is not null`,
      conflict: cameras.conflict,
    })
    .from(cameras)
    .where(and(eq(cameras.agentId, agentId), inArray(cameras.localId, localIds)));
  return new Map(rows.map((row) => [row.localId, row]));
}

export async function countCameras(tx: Transaction, agentId: AgentId): Promise<number> {
  return tx.$count(cameras, eq(cameras.agentId, agentId));
}

export type KnownRow = KnownCamera & { agentId: AgentId; channel: number };

/** Every camera that one of the entries may be: by the agent's name for it or by any key. */
export async function loadKnown(
  tx: Transaction,
  agent: RegisteringAgent,
  rows: readonly Omit<CameraRow, 'id'>[],
): Promise<KnownRow[]> {
  const keys = rows.flatMap((row) => row.keys.map((key) => ({ ...key, channel: row.entry.channel })));
  const found = await tx.execute<{
    id: CameraId;
    agentId: AgentId;
    localId: string;
    channel: number;
    integratorId: TenantId;
    agentIntegratorId: TenantId;
    presence: Presence;
    missing: boolean;
    keys: IdentityKey[] | null;
  }>(sql`
    with wanted as (
      select * from unnest(
        ${texts(keys.map((key) => key.kind))}, ${texts(keys.map((key) => key.value))},
        ${integers(keys.map((key) => key.channel))}
      ) as wanted (kind, value, channel)
    ), found as (
      select k.camera_id as id from wanted join camera_keys k using (kind, value, channel)
      union
      select id from cameras
      where agent_id = ${agent.id} and local_id = any(${texts(rows.map((row) => row.entry.localId))})
    )
    select c.id, c.agent_id as "agentId", c.local_id as "localId", c.channel, c.integrator_id as "integratorId",
      a.integrator_id as "agentIntegratorId", a.presence, c.missing_since is not null as missing,
      (select json_agg(json_build_object('kind', k.kind, 'value', k.value))
        from camera_keys k where k.camera_id = c.id) as keys
    from found join cameras c using (id) join agents a on a.id = c.agent_id`);
  return found.rows.map((row) => ({
    id: row.id,
    agentId: row.agentId,
    localId: row.localId,
    channel: row.channel,
    keys: row.keys ?? [],
    holder: holderOf(row, agent),
  }));
}

function holderOf(
  row: {
    agentId: AgentId;
    integratorId: TenantId;
    agentIntegratorId: TenantId;
    presence: Presence;
    missing: boolean;
  },
  agent: RegisteringAgent,
): KnownCamera['holder'] {
  if (row.agentId === agent.id) return 'own';
  if (row.integratorId !== agent.integratorId && row.agentIntegratorId !== agent.integratorId)
    return 'foreign';
  return row.presence === 'offline' || row.missing ? 'orphan' : 'sibling';
}

const nameOf = (entry: InventoryCamera): string => entry.name || entry.model || entry.address;

/** The columns that come from an inventory entry, as arrays, in the order of {@link entryColumns}. */
const entryArrays = (rows: readonly CameraRow[]) => sql`
  ${texts(rows.map(({ id }) => id))}, ${texts(rows.map(({ entry }) => entry.localId))},
  ${texts(rows.map(({ entry }) => nameOf(entry)))}, ${texts(rows.map(({ entry }) => entry.kind))},
  ${integers(rows.map(({ entry }) => entry.channel))}, ${texts(rows.map(({ entry }) => entry.manufacturer))},
  ${texts(rows.map(({ entry }) => entry.model))}, ${texts(rows.map(({ entry }) => entry.firmware))},
  ${texts(rows.map(({ entry }) => entry.serial))}, ${texts(rows.map(({ entry }) => entry.address))},
  ${texts(rows.map(({ entry }) => entry.access))}, ${texts(rows.map(({ entry }) => entry.accessReason))},
  ${documents(rows.map(({ entry }) => entry.streams))}, ${texts(rows.map(({ hash }) => hash))}`;
const entryColumns = sql`id, local_id, name, kind, channel, manufacturer, model, firmware, serial, address, access,
  access_reason, streams, inventory_hash`;

export async function insertCameras(
  tx: Transaction,
  agent: RegisteringAgent,
  rows: readonly CameraRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(sql`
    insert into cameras (agent_id, tenant_id, integrator_id, ${entryColumns})
    select ${agent.id}, ${agent.integratorId}, ${agent.integratorId}, x.*
    from unnest(${entryArrays(rows)}) as x (${entryColumns})`);
}

/** Writes what changed in the inventory, also to a camera that came from another agent. */
export async function updateCameras(
  tx: Transaction,
  agentId: AgentId,
  rows: readonly CameraRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(sql`
    update cameras c set
      agent_id = ${agentId}, local_id = x.local_id,
      name = case when c.renamed then c.name else x.name end,
      kind = x.kind, channel = x.channel, manufacturer = x.manufacturer, model = x.model, firmware = x.firmware,
      serial = x.serial, address = x.address, access = x.access, access_reason = x.access_reason,
      streams = x.streams, inventory_hash = x.inventory_hash, missing_since = null
    from unnest(${entryArrays(rows)}) as x (${entryColumns})
    where c.id = x.id`);
}

/**
 * Keys follow the last inventory: a key that a camera no longer has identifies it no longer. `rekeyed`: those
 * whose keys or channel differ from the stored ones; the rest keep their rows.
 */
export async function replaceKeys(
  tx: Transaction,
  rekeyed: readonly CameraRow[],
  inserted: readonly CameraRow[],
): Promise<void> {
  if (rekeyed.length > 0) {
    await tx.execute(
      sql`delete from camera_keys where camera_id = any(${texts(rekeyed.map(({ id }) => id))})`,
    );
  }
  const rows = [...rekeyed, ...inserted].flatMap(({ id, entry, keys }) =>
    keys.map((key) => ({ ...key, id, channel: entry.channel })),
  );
  if (rows.length === 0) return;
  await tx.execute(sql`
    insert into camera_keys (kind, value, channel, camera_id)
    select * from unnest(
      ${texts(rows.map((row) => row.kind))}, ${texts(rows.map((row) => row.value))},
      ${integers(rows.map((row) => row.channel))}, ${texts(rows.map((row) => row.id))}
    ) on conflict do nothing`);
}

/** Records conflicts on the cameras concerned; answers those whose text changed. */
export async function markConflicts(
  tx: Transaction,
  conflicts: ReadonlyMap<CameraId, string>,
): Promise<CameraId[]> {
  if (conflicts.size === 0) return [];
  const marked = await tx.execute<{ id: CameraId }>(sql`
    update cameras c set conflict = x.detail
    from unnest(${texts([...conflicts.keys()])}, ${texts([...conflicts.values()])}) as x (id, detail)
    where c.id = x.id and c.conflict is distinct from x.detail
    returning c.id`);
  return marked.rows.map(({ id }) => id);
}
