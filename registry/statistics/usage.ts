import type { CameraId, TenantId } from '@gantry/protocol/ids.js';
import type { Context } from '../context.js';
import type { Database, Queryable, Transaction } from '../db/database.js';
import { sql } from '../db/drizzle.js';
import { pathBelow } from '../tenancy/scope.js';

const entriesPerTurn = 20_000;

/** Onto a row `kept` that is there already. */
const added = sql`
  stored_bytes = kept.stored_bytes + excluded.stored_bytes,
  ingested_bytes = kept.ingested_bytes + excluded.ingested_bytes,
  played_bytes = kept.played_bytes + excluded.played_bytes,
  recorded_ms = kept.recorded_ms + excluded.recorded_ms`;

/** Whose footage, and of which camera. */
export interface PlayedFootage {
  customerId: TenantId;
  cameraId: CameraId;
}

/** Footage that was sent to somebody who watches or keeps it. */
export async function notePlayed(
  db: Queryable,
  { customerId, cameraId }: PlayedFootage,
  sizeBytes: number,
): Promise<void> {
  await db.execute(sql`
    insert into usage_entries (customer_id, camera_id, hour, played_bytes)
    values (${customerId}, ${cameraId}, date_trunc('hour', clock_timestamp()), ${sizeBytes})`);
}

/** Live video that was sent: it counts for who holds the camera now. */
export async function notePlayedLive(db: Queryable, cameraId: CameraId, sizeBytes: number): Promise<void> {
  await db.execute(sql`
    insert into usage_entries (customer_id, camera_id, hour, played_bytes)
    select tenant_id, id, date_trunc('hour', clock_timestamp()), ${sizeBytes} from cameras where id = ${cameraId}`);
}

/** Passes bytes on; what went out counts as played, also when nobody reads to the end. */
export async function* counted(
  { db, log }: Pick<Context, 'db' | 'log'>,
  footage: PlayedFootage,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let sizeBytes = 0;
  try {
    for await (const chunk of bytes) {
      sizeBytes += chunk.byteLength;
      yield chunk;
    }
  } finally {
    // Whoever watches is not to miss the end of it because it could not be counted.
    await notePlayed(db, footage, sizeBytes).catch((error: unknown) =>
      log.error({ err: error, ...footage, sizeBytes }, 'played footage could not be counted'),
    );
  }
}

/**
 * Adds up entries by customer and hour, and by camera and day, in one transaction: whoever reads both finds each byte
 * once at any moment. Several processes take different entries. Answers how many went.
 */
export async function rollUp(db: Database): Promise<number> {
  const { rows } = await db.execute<{ taken: number }>(sql`
    with taken as (
      delete from usage_entries where id in (
        select id from usage_entries order by id limit ${entriesPerTurn} for update skip locked
      ) returning *
    ), hours as (
      insert into usage_hours as kept (customer_id, hour, stored_bytes, ingested_bytes, played_bytes, recorded_ms)
      select customer_id, hour, sum(stored_bytes), sum(ingested_bytes), sum(played_bytes), sum(recorded_ms)
      from taken group by 1, 2 order by 1, 2
      on conflict (customer_id, hour) do update set ${added}
    ), days as (
      insert into usage_days as kept
        (camera_id, customer_id, day, stored_bytes, ingested_bytes, played_bytes, recorded_ms)
      select camera_id, customer_id, date_trunc('day', hour, 'UTC'), sum(stored_bytes), sum(ingested_bytes),
        sum(played_bytes), sum(recorded_ms)
      from taken group by 1, 2, 3 order by 1, 2, 3
      on conflict (camera_id, customer_id, day) do update set ${added}
    )
    select count(*)::int as taken from taken`);
  return rows[0]?.taken ?? 0;
}

/** Rolls up until nothing is left that was there. */
export async function rollUpAll(db: Database, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await rollUp(db)) === entriesPerTurn);
}

/**
 * What was used below a path goes to another tenant: when tenants are deleted, what they used stays with the one
 * above, whose sums do not shrink. Entries are moved before they are rolled up.
 */
export async function handUsageTo(tx: Transaction, path: string, tenantId: TenantId): Promise<void> {
  const below = sql`(select id from tenants where ${pathBelow(sql`tenants.path`, sql`${path}`)})`;
  await tx.execute(sql`update usage_entries set customer_id = ${tenantId} where customer_id in ${below}`);
  await tx.execute(sql`
    with gone as (delete from usage_hours where customer_id in ${below} returning *)
    insert into usage_hours as kept (customer_id, hour, stored_bytes, ingested_bytes, played_bytes, recorded_ms)
    select ${tenantId}, hour, sum(stored_bytes), sum(ingested_bytes), sum(played_bytes), sum(recorded_ms)
    from gone group by hour
    on conflict (customer_id, hour) do update set ${added}`);
  await tx.execute(sql`
    with gone as (delete from usage_days where customer_id in ${below} returning *)
    insert into usage_days as kept
      (camera_id, customer_id, day, stored_bytes, ingested_bytes, played_bytes, recorded_ms)
    select camera_id, ${tenantId}, day, sum(stored_bytes), sum(ingested_bytes), sum(played_bytes), sum(recorded_ms)
    from gone group by camera_id, day
    on conflict (camera_id, customer_id, day) do update set ${added}`);
  await tx.execute(sql`
    with gone as (delete from camera_hours where tenant_id in ${below} returning *)
    insert into camera_hours as kept (tenant_id, hour, recording, not_recording, waiting, offline, disabled, unassigned)
    select ${tenantId}, hour, sum(recording), sum(not_recording), sum(waiting), sum(offline), sum(disabled),
      sum(unassigned)
    from gone group by hour
    on conflict (tenant_id, hour) do update set
      recording = kept.recording + excluded.recording, not_recording = kept.not_recording + excluded.not_recording,
      waiting = kept.waiting + excluded.waiting, offline = kept.offline + excluded.offline,
      disabled = kept.disabled + excluded.disabled, unassigned = kept.unassigned + excluded.unassigned`);
}
