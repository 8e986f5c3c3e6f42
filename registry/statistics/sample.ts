import { chipColumn } from '../cameras/chip-sql.js';
import type { Database } from '../db/database.js';
import { eq, sql } from '../db/drizzle.js';
import { agents } from '../db/schema/agents.js';
import { cameras } from '../db/schema/cameras.js';

/** How often cameras are looked at. */
export const sampleEveryMs = 300_000;
/** Time beyond is not accounted for: nobody looked. */
const longestMs = 2 * sampleEveryMs;
const key = 'cameraSample';

/**
 * Notes in which states all cameras were since the last look: each state they are in now for the time since then, in
 * the hour in which that time began. The moment of the last look is in the database: several processes share it.
 * Answers for how long; 0 when it is too early, or was the first look.
 */
export async function sampleCameras(db: Database, everyMs = sampleEveryMs): Promise<number> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`
      insert into registry_state (key, value) values (${key}, to_jsonb(extract(epoch from clock_timestamp()) * 1000))
      on conflict do nothing`);
    const { rows } = await tx.execute<{ ms: number; now: number }>(sql`
      select (value #>> '{}')::float8 as ms, (extract(epoch from clock_timestamp()) * 1000)::float8 as now
      from registry_state where key = ${key} for update`);
    const { ms: last, now } = rows[0] as { ms: number; now: number };
    if (now - last < everyMs) return 0;
    const sinceMs = Math.round(Math.min(now - last, longestMs));
    const chips = tx
      .select({ tenantId: cameras.tenantId, chip: chipColumn.as('chip') })
      .from(cameras)
      .innerJoin(agents, eq(agents.id, cameras.agentId))
      .as('chips');
    const lasted = (chip: string) => sql`count(*) filter (where chip = ${chip}) * ${sinceMs}::bigint`;
    await tx.execute(sql`
      insert into camera_hours as kept
        (tenant_id, hour, recording, not_recording, waiting, offline, disabled, unassigned)
      select tenant_id, date_trunc('hour', clock_timestamp() - ${sinceMs} * interval '1 millisecond'),
        ${lasted('recording')}, ${lasted('not_recording')}, ${lasted('waiting')}, ${lasted('offline')},
        ${lasted('disabled')}, ${lasted('unassigned')}
      from ${chips} group by tenant_id order by tenant_id
      on conflict (tenant_id, hour) do update set
        recording = kept.recording + excluded.recording, not_recording = kept.not_recording + excluded.not_recording,
        waiting = kept.waiting + excluded.waiting, offline = kept.offline + excluded.offline,
        disabled = kept.disabled + excluded.disabled, unassigned = kept.unassigned + excluded.unassigned`);
    await tx.execute(sql`update registry_state set value = to_jsonb(${now}::float8) where key = ${key}`);
    return sinceMs;
  });
}
