import type { AgentId, CameraId } from '@gantry/protocol/ids.js';
import type { Transaction } from '../db/database.js';
import { type SQL, sql } from '../db/drizzle.js';
import { Failure } from '../errors.js';
import { texts } from './arrays.js';

/** Nothing is lost with it: nobody bound it, and no footage is of it. */
const isBlank = (camera: SQL): SQL => sql`(${camera}.customer_id is null
  and not exists (select from segments where segments.camera_id = ${camera}.id)
  and not exists (select from bindings where bindings.camera_id = ${camera}.id))`;

/**
 * Gives all cameras of one agent to another with their ids and whatever hangs on them (R43). What the other one
 * registered of them itself meanwhile goes: the same name of its own for a camera, or the same key (an RTSP address
 * identifies a camera only together with its agent, R37). Answers the cameras that moved. Throws `conflict` when one
 * of those is bound or has footage: a person must say which of the two stays.
 */
export async function takeOverCameras(tx: Transaction, from: AgentId, to: AgentId): Promise<CameraId[]> {
  const twins = await tx.execute<{ id: CameraId; name: string; blank: boolean }>(sql`
    with rekeyed as (
      select k.kind, k.channel,
        case when k.kind = 'url' then ${to}::text || substr(k.value, length(${from}::text) + 1) else k.value end as value
      from camera_keys k join cameras c on c.id = k.camera_id where c.agent_id = ${from}
    )
    select twin.id, twin.name, ${isBlank(sql`twin`)} as blank from cameras twin
    where twin.agent_id = ${to} and (
      twin.local_id in (select local_id from cameras where agent_id = ${from})
      or exists (
        select from camera_keys k join rekeyed r using (kind, value, channel) where k.camera_id = twin.id))
    for update of twin`);
  const used = twins.rows.filter(({ blank }) => !blank).map(({ name }) => name);
  if (used.length > 0) {
    const named = used.slice(0, 5).join(', ');
    throw new Failure(
      'conflict',
      `The new agent has cameras of the old one in use already: ${named}. Take them back to the inbox, or replace them one by one.`,
    );
  }
  await tx.execute(sql`delete from cameras where id = any(${texts(twins.rows.map(({ id }) => id))})`);
  const moved = await tx.execute<{ id: CameraId }>(sql`
    update cameras set agent_id = ${to}, missing_since = null, reported_state = null, reported_reason = null,
      reported_detail = null, reported_since = null, reported_generation = null, version = version + 1
    where agent_id = ${from} returning id`);
  const ids = moved.rows.map(({ id }) => id);
  await tx.execute(sql`
    update camera_keys set value = ${to}::text || substr(value, length(${from}::text) + 1)
    where kind = 'url' and camera_id = any(${texts(ids)})`);
  return ids;
}
