import type { AgentId, CameraId } from '@gantry/protocol/ids.js';
import type { Reported } from '@gantry/protocol/messages.js';
import type { Context } from '../context.js';
import { sql } from '../db/drizzle.js';
import { integers, texts } from './arrays.js';

/**
 * Writes what an agent says is so, and the position it has applied: one statement, for a switch makes hundreds
 * of agents report at once. It touches only cameras whose state changed. Resolves after commit with the cameras
 * that are not this agent's: it still holds a desired state for them and must be told to let go.
 */
export async function takeReport(
  ctx: Pick<Context, 'db' | 'changes'>,
  agentId: AgentId,
  report: Reported,
): Promise<CameraId[]> {
  const { cameras, applied } = report;
  // The cameras are written from `heard`, so that the agent's row is locked first, as everywhere.
  const { rows } = await ctx.db.execute<{ id: CameraId; changed: boolean }>(sql`
    with heard as (
      update agents set applied_epoch = ${applied.epoch}, applied_generation = ${applied.generation},
        last_heard_at = clock_timestamp()
      where id = ${agentId}
      returning clock_offset_ms
    ), said as (
      select * from unnest(
        ${texts(cameras.map((camera) => camera.cameraId))}, ${texts(cameras.map((camera) => camera.state))},
        ${texts(cameras.map((camera) => camera.reason))}, ${texts(cameras.map((camera) => camera.detail))},
        ${integers(cameras.map((camera) => camera.sinceMs))}, ${integers(cameras.map((camera) => camera.generation))}
      ) as said (id, state, reason, detail, since_ms, generation)
    ), written as (
      update cameras c set
        reported_state = said.state, reported_reason = said.reason, reported_detail = said.detail,
        reported_since = to_timestamp((said.since_ms + coalesce(heard.clock_offset_ms, 0)) / 1000.0),
        reported_generation = said.generation
      from said, heard
      where c.id = said.id and c.agent_id = ${agentId}
        and (c.reported_state, c.reported_reason, c.reported_detail, c.reported_generation)
          is distinct from (said.state, said.reason, said.detail, said.generation)
      returning c.id
    )
    select c.id, written.id is not null as changed
    from said join cameras c on c.id = said.id and c.agent_id = ${agentId} left join written on written.id = c.id`);
  const changed = rows.filter((row) => row.changed).map(({ id }) => id);
  if (changed.length > 0) ctx.changes.hint('camera', { cameraIds: changed });
  const own = new Set(rows.map(({ id }) => id));
  return cameras.map((camera) => camera.cameraId).filter((id) => !own.has(id));
}
