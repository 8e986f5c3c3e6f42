import type { Database } from '@gantry/registry/db/database.js';
import { sql } from '@gantry/registry/db/drizzle.js';

/** A month of use: cameras that record most of the time, storage that grows, somebody who watches now and then. */
export async function fillUsage(db: Database, customerId: string): Promise<void> {
  await db.execute(sql`
    insert into usage_hours (customer_id, hour, stored_bytes, ingested_bytes, played_bytes, recorded_ms)
    select ${customerId}, hour, 40e6, 90e6, case when extract(hour from hour) = 8 then 250e6 else 0 end,
      3600000 * (4 + sin(extract(epoch from hour) / 200000))
    from generate_series(date_trunc('hour', now()) - interval '28 days', now(), interval '1 hour') hour`);
  await db.execute(sql`
    insert into camera_hours (tenant_id, hour, recording, not_recording, waiting, offline, disabled, unassigned)
    select ${customerId}, hour, 3600000 * 5, 3600000 * (extract(day from hour)::int % 2), 0, 0, 3600000, 0
    from generate_series(date_trunc('hour', now()) - interval '28 days', now() - interval '1 hour', interval '1 hour') hour`);
}
