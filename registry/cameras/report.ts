import type { AgentId, CameraId } from '@gantry/protocol/ids.js';
import type { Reported } from '@gantry/protocol/messages.js';
import { sql } from 'drizzle-orm';
import type { Context } from '../context.js';
import { integers, texts } from './arrays.js';

/**
 * Writes what an agent says is so: one statement for all cameras of the part, which touches only those whose
 * state changed, and one for the applied position. Resolves after commit with the cameras that are not this
 * agent's: it still holds a desired state for them and must be told to let go.
 */
export async function takeReport(
  ctx: Pick<Context, 'db' | 'changes'>,
  agentId: AgentId,
  report: Reported,
): Promise<CameraId[]> {
  const { cameras, applied } = report;
  const ids = texts(cameras.map((camera) => camera.cameraId));
  const { changed, own } = await ctx.db.transaction(async (tx) => {
    await tx.execute(sql`
      update agents set applied_epoch = ${applied.epoch}, applied_generation = ${applied.generation},
        last_heard_at = clock_timestamp()
      where id = ${agentId}`);
    const written = await tx.execute<{ id: CameraId }>(sql`
      update cameras c set
        reported_state = x.state, reported_reason = x.reason, reported_detail = x.detail,
        reported_since = to_timestamp((x.since_ms + coalesce(a.clock_offset_ms, 0)) / 1000.0),
        reported_generation = x.generation
      from unnest(
        ${ids}, ${texts(cameras.map((camera) => camera.state))}, ${texts(cameras.map((camera) => camera.reason))},
        ${texts(cameras.map((camera) => camera.detail))}, ${integers(cameras.map((camera) => camera.sinceMs))},
        ${integers(cameras.map((camera) => camera.generation))}
      ) as x (id, state, reason, detail, since_ms, generation), agents a
      where c.id = x.id and c.agent_id = ${agentId} and a.id = ${agentId}
        and (c.reported_state, c.reported_reason, c.reported_detail, c.reported_generation)
          is distinct from (x.state, x.reason, x.detail, x.generation)
      returning c.id`);
    const held = await tx.execute<{ id: CameraId }>(
      sql`select id from cameras where agent_id = ${agentId} and id = any(${ids})`,
    );
    return {
      changed: written.rows.map(({ id }) => id),
      own: new Set(held.rows.map(({ id }) => id)),
    };
  });
  if (changed.length > 0) ctx.changes.hint('camera', { cameraIds: changed });
  return cameras.map((camera) => camera.cameraId).filter((id) => !own.has(id));
}
