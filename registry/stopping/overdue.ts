import type { TenantId } from '@gantry/protocol/ids.js';
import type { Database, Queryable } from '../db/database.js';
import { sql } from '../db/drizzle.js';
import { overdueMs } from './stopping.js';

/** Given up watching after so long; lists go on saying "stop not confirmed". */
const watchedMs = 3_600_000;
const camerasAtOnce = 1_000;

/** A tenant that was switched off lately. */
export interface SwitchedOff extends Record<string, unknown> {
  id: TenantId;
  path: string;
  timeZone: string | null;
  disabledMs: number;
}

const ago = (ms: number) => sql`clock_timestamp() - ${ms} * interval '1 millisecond'`;

export async function switchedOffLately(db: Queryable): Promise<SwitchedOff[]> {
  const { rows } = await db.execute<SwitchedOff>(sql`
    select id, path, time_zone as "timeZone", (extract(epoch from disabled_at) * 1000)::float8 as "disabledMs"
    from tenants where status = 'disabled' and disabled_at > ${ago(watchedMs)}`);
  return rows;
}

/** Whether it was told already that this switch is not obeyed. */
export async function wasTold(db: Queryable, { id, disabledMs }: SwitchedOff): Promise<boolean> {
  const { rows } = await db.execute(sql`
    select from events where subject = ${id} and type = 'tenant.stop.unconfirmed'
      and at >= ${new Date(disabledMs).toISOString()}::timestamptz limit 1`);
  return rows.length > 0;
}

/** Tells of cameras that were switched off or taken away one by one and go on recording (R19); of each stop once. */
export async function tellCamerasOverdue(db: Database): Promise<number> {
  const told = await db.execute(sql`
    insert into events (type, tenant_id, subject, data)
    select distinct on (c.id) 'camera.stop.unconfirmed', c.tenant_id, c.id,
      jsonb_build_object('since', ended.to_at, 'name', c.name)
    from entitlements ended join cameras c on c.id = ended.camera_id
    where ended.to_at > ${ago(watchedMs)} and ended.to_at < ${ago(overdueMs)}
      and c.reported_state in ('recording', 'starting', 'retrying')
      and not exists (select from entitlements open where open.camera_id = c.id and open.to_at is null)
      and not exists (select from events before where before.subject = c.id
        and before.type = 'camera.stop.unconfirmed' and before.at >= ended.to_at)
    order by c.id, ended.to_at desc
    limit ${camerasAtOnce}`);
  return told.rowCount ?? 0;
}
