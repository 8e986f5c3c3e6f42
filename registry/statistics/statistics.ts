import type { TenantId } from '@gantry/protocol/ids.js';
import type { Queryable } from '../db/database.js';
import { sql } from '../db/drizzle.js';
import { pathBelow, type Scope } from '../tenancy/scope.js';
import { invalidField, requireTenant } from '../tenancy/tenants.js';

export const bucketKinds = ['hour', 'day'] as const;
const bucketMs = { hour: 3_600_000, day: 86_400_000 } as const;
const mostBuckets = 1_000;

export interface StatisticsRange {
  from: Date;
  to: Date;
  bucket: (typeof bucketKinds)[number];
  /** IANA name: where days begin. */
  timeZone: string;
}

/** Camera-milliseconds by state: divided by the length of the time, how many cameras were in it on average. */
export interface CameraTime {
  recording: number;
  notRecording: number;
  waiting: number;
  offline: number;
  disabled: number;
  unassigned: number;
}

/** What was used in a time; every number is a sum, so that a tenant's is its own and its children's (R51). */
export interface Usage {
  ingestedBytes: number;
  playedBytes: number;
  recordedMs: number;
  cameraMs: CameraTime;
}

export interface StatisticsPoint extends Usage {
  at: Date;
  /** At the end of the time. */
  storedBytes: number;
  /** Of the time that cameras should have recorded, the share they did; null when none should. */
  uptime: number | null;
}

export interface Statistics {
  series: StatisticsPoint[];
  totals: Omit<StatisticsPoint, 'at'>;
}

/** One row of the query: what changed within a bucket; `storedBytes` is net, and of the first all before as well. */
export interface BucketRow extends Usage {
  at: Date;
  storedBytes: number;
}

/** Statistics of a tenant with everything below it. Throws `not_found`, `invalid` for a range of too many buckets. */
export async function readStatistics(
  db: Queryable,
  scope: Scope,
  tenantId: TenantId,
  range: StatisticsRange,
): Promise<Statistics> {
  const { path } = await requireTenant(db, scope, tenantId);
  const lengthMs = range.to.getTime() - range.from.getTime();
  if (lengthMs <= 0) throw invalidField('?to', 'order', 'must be after from');
  if (lengthMs / bucketMs[range.bucket] > mostBuckets) {
    throw invalidField(
      '?bucket',
      'too_many',
      `would be over ${mostBuckets} points; ask for a shorter time, or by day`,
    );
  }
  return statisticsFrom(await readBuckets(db, path, range));
}

async function readBuckets(db: Queryable, path: string, range: StatisticsRange): Promise<BucketRow[]> {
  const { bucket, timeZone } = range;
  const [from, to] = [range.from, range.to].map((at) => sql`${at.toISOString()}::timestamptz`);
  const { rows } = await db.execute<
    Omit<BucketRow, 'at' | 'cameraMs'> & CameraTime & { atMs: number } & Record<string, unknown>
  >(sql`
    with here as (select id from tenants where ${pathBelow(sql`tenants.path`, sql`${path}`)}),
    buckets as (
      select local at time zone ${timeZone} as at, lead(local, 1, 'infinity') over (order by local) at time zone ${timeZone} as until
      from generate_series(date_trunc(${bucket}, ${from} at time zone ${timeZone}),
        ${to} at time zone ${timeZone} - interval '1 microsecond', ${`1 ${bucket}`}::interval) local
    ),
    used as (
      select hour, stored_bytes, ingested_bytes, played_bytes, recorded_ms from usage_hours
      where customer_id in (select id from here) and hour < ${to}
      union all
      select hour, stored_bytes, ingested_bytes, played_bytes, recorded_ms from usage_entries
      where customer_id in (select id from here) and hour < ${to}
    ),
    sums as (
      select buckets.at, sum(stored_bytes) as stored, sum(ingested_bytes) as ingested, sum(played_bytes) as played,
        sum(recorded_ms) as recorded
      from buckets join used on used.hour >= buckets.at and used.hour < buckets.until group by buckets.at
    ),
    seen as (
      select buckets.at, sum(recording) as recording, sum(not_recording) as not_recording, sum(waiting) as waiting,
        sum(offline) as offline, sum(disabled) as disabled, sum(unassigned) as unassigned
      from buckets join camera_hours on camera_hours.hour >= buckets.at and camera_hours.hour < buckets.until
      where camera_hours.tenant_id in (select id from here) and camera_hours.hour < ${to} group by buckets.at
    ),
    base as (select coalesce(sum(stored_bytes), 0) as stored from used where hour < (select min(at) from buckets))
    select (extract(epoch from buckets.at) * 1000)::float8 as "atMs",
      (coalesce(sums.stored, 0) + case when buckets.at = (select min(at) from buckets) then base.stored else 0 end)::float8
        as "storedBytes",
      coalesce(sums.ingested, 0)::float8 as "ingestedBytes", coalesce(sums.played, 0)::float8 as "playedBytes",
      coalesce(sums.recorded, 0)::float8 as "recordedMs", coalesce(seen.recording, 0)::float8 as recording,
      coalesce(seen.not_recording, 0)::float8 as "notRecording", coalesce(seen.waiting, 0)::float8 as waiting,
      coalesce(seen.offline, 0)::float8 as offline, coalesce(seen.disabled, 0)::float8 as disabled,
      coalesce(seen.unassigned, 0)::float8 as unassigned
    from base cross join buckets left join sums on sums.at = buckets.at left join seen on seen.at = buckets.at
    order by buckets.at`);
  return rows.map(({ atMs, storedBytes, ingestedBytes, playedBytes, recordedMs, ...seen }) => {
    const { recording, notRecording, waiting, offline, disabled, unassigned } = seen;
    const cameraMs = { recording, notRecording, waiting, offline, disabled, unassigned };
    return { at: new Date(atMs), storedBytes, ingestedBytes, playedBytes, recordedMs, cameraMs };
  });
}

/** Runs up what is stored, and adds up the rest. Pure. */
export function statisticsFrom(rows: readonly BucketRow[]): Statistics {
  let storedBytes = 0;
  const series = rows.map((row) => {
    storedBytes += row.storedBytes;
    return { ...row, storedBytes, uptime: uptimeOf(row.cameraMs) };
  });
  const total = (of: (row: BucketRow) => number): number => rows.reduce((sum, row) => sum + of(row), 0);
  const cameraMs: CameraTime = {
    recording: total((row) => row.cameraMs.recording),
    notRecording: total((row) => row.cameraMs.notRecording),
    waiting: total((row) => row.cameraMs.waiting),
    offline: total((row) => row.cameraMs.offline),
    disabled: total((row) => row.cameraMs.disabled),
    unassigned: total((row) => row.cameraMs.unassigned),
  };
  return {
    series,
    totals: {
      storedBytes,
      ingestedBytes: total((row) => row.ingestedBytes),
      playedBytes: total((row) => row.playedBytes),
      recordedMs: total((row) => row.recordedMs),
      cameraMs,
      uptime: uptimeOf(cameraMs),
    },
  };
}

function uptimeOf({ recording, notRecording, waiting, offline }: CameraTime): number | null {
  const expected = recording + notRecording + waiting + offline;
  return expected === 0 ? null : recording / expected;
}
