import type { InventoryCamera } from '@gantry/protocol/camera.js';
import type { AgentId, TenantId } from '@gantry/protocol/ids.js';
import { identify, storedKey, type KnownCamera } from '@gantry/registry/cameras/identity.js';
import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { mint } from './rows.js';

interface KnownRow {
  id: KnownCamera['id'];
  localId: string;
  keys: KnownCamera['keys'];
  own: boolean;
}

/**
 * The registry's registration as one would write it row by row: the same rules (hash compared, keys locked,
 * identity decided by the same function, keys replaced), the same rows written, a transaction per part, every
 * statement prepared once. `client` is the peer's own connection.
 */
export async function registerRowByRow(
  client: Client,
  agent: { id: AgentId; integratorId: TenantId },
  entries: readonly InventoryCamera[],
  listed: ReadonlySet<string>,
): Promise<number> {
  let written = 0;
  await client.query('begin');
  await client.query({
    name: 'agent',
    text: `select a.id, a.auto_bind_customer_id, t.path from agents a join tenants t on t.id = a.integrator_id
      where a.id = $1`,
    values: [agent.id],
  });
  for (const entry of entries) {
    const hash = createHash('sha256').update(JSON.stringify(entry)).digest('hex');
    const held = await client.query<{ hash: string; missing: boolean }>({
      name: 'held',
      text: `select id, inventory_hash as hash, missing_since is not null as missing, conflict
        from cameras where agent_id = $1 and local_id = $2`,
      values: [agent.id, entry.localId],
    });
    const row = held.rows[0];
    if (row !== undefined && row.hash === hash && !row.missing) continue;
    await takeInOne(client, agent, entry, hash, listed);
    written += 1;
  }
  if (written > 0) {
    await client.query({
      name: 'outbox',
      text: `insert into outbox (kind, refs) values ('agent', $1)`,
      values: [JSON.stringify([agent.id])],
    });
  }
  await client.query('commit');
  return written;
}

async function takeInOne(
  client: Client,
  agent: { id: AgentId; integratorId: TenantId },
  entry: InventoryCamera,
  hash: string,
  listed: ReadonlySet<string>,
): Promise<void> {
  const keys = entry.keys.map((key) => storedKey(agent.id, key));
  const [kinds, values] = [keys.map((key) => key.kind), keys.map((key) => key.value)];
  await client.query({
    name: 'lock',
    text: `select pg_advisory_xact_lock(3, hashtext(value)) from unnest($1::text[]) value`,
    values: [values.toSorted()],
  });
  const known = await client.query<KnownRow>({
    name: 'known',
    text: `
      with found as (
        select k.camera_id as id from unnest($1::text[], $2::text[]) as wanted (kind, value)
          join camera_keys k using (kind, value) where k.channel = $3
        union select id from cameras where agent_id = $4 and local_id = $5
      )
      select c.id, c.local_id as "localId", c.agent_id = $4 as own,
        (select json_agg(json_build_object('kind', k.kind, 'value', k.value)) from camera_keys k
          where k.camera_id = c.id) as keys
      from found join cameras c using (id)`,
    values: [kinds, values, entry.channel, agent.id, entry.localId],
  });
  const cameras = known.rows.map((row): KnownCamera => ({
    ...row,
    keys: row.keys ?? [],
    holder: row.own ? 'own' : 'sibling',
  }));
  const identified = identify({ localId: entry.localId, keys }, cameras, (localId) => listed.has(localId));
  if (identified.kind !== 'new' && identified.kind !== 'same') throw new Error(identified.detail);
  const id = identified.kind === 'same' ? identified.camera.id : mint('camera');
  await client.query({
    name: 'upsert',
    text: `
      insert into cameras (id, agent_id, tenant_id, integrator_id, local_id, name, kind, channel, manufacturer, model,
        firmware, serial, address, access, access_reason, streams, inventory_hash)
      values ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
      on conflict (id) do update set
        agent_id = excluded.agent_id, local_id = excluded.local_id,
        name = case when cameras.renamed then cameras.name else excluded.name end,
        kind = excluded.kind, channel = excluded.channel, manufacturer = excluded.manufacturer,
        model = excluded.model, firmware = excluded.firmware, serial = excluded.serial, address = excluded.address,
        access = excluded.access, access_reason = excluded.access_reason, streams = excluded.streams,
        inventory_hash = excluded.inventory_hash, missing_since = null`,
    values: [
      id,
      agent.id,
      agent.integratorId,
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
      hash,
    ],
  });
  if (identified.kind === 'same') {
    await client.query({
      name: 'forget',
      text: 'delete from camera_keys where camera_id = $1',
      values: [id],
    });
  }
  await client.query({
    name: 'keys',
    text: `insert into camera_keys (kind, value, channel, camera_id)
      select kind, value, $3, $4 from unnest($1::text[], $2::text[]) as x (kind, value) on conflict do nothing`,
    values: [kinds, values, entry.channel, id],
  });
}
