import type { CameraId, TenantId } from '@gantry/protocol/ids.js';
import type { Queryable, Transaction } from '../db/database.js';
import { and, asc, desc, eq, gt, inArray, isNull, lt, lte, or, type SQL, sql } from '../db/drizzle.js';
import { cameras, entitlements } from '../db/schema/cameras.js';
import { tenantActivity } from '../db/schema/tenants.js';
import { entitledAt, type Interval } from '../tenancy/entitlement.js';
import { loadPath, type PathTenant } from '../tenancy/path.js';
import type { Claim } from './holes.js';

/** Whom a recording belongs to that starts at a given instant, and how long it is kept. */
export interface Permission {
  customerId: TenantId;
  retentionDays: number;
}

const toInterval = (row: { fromAt: Date; toAt: Date | null }): Interval => ({
  fromMs: row.fromAt.getTime(),
  toMs: row.toAt?.getTime() ?? null,
});

/**
 * The camera's own part of the right to record, as far as it touches `[startMs, endMs)`, and the last one before;
 * newest first.
 */
async function claimsIn(
  queryable: Queryable,
  camera: CameraId,
  range: { startMs: number; endMs: number },
): Promise<{ customerId: TenantId; interval: Interval; endReason: string | null }[]> {
  const columns = {
    customerId: entitlements.customerId,
    fromAt: entitlements.fromAt,
    toAt: entitlements.toAt,
    endReason: entitlements.endReason,
  };
  const ofCamera = eq(entitlements.cameraId, camera);
  const start = new Date(range.startMs);
  const rows = await queryable
    .select(columns)
    .from(entitlements)
    .where(
      and(
        ofCamera,
        lt(entitlements.fromAt, new Date(range.endMs)),
        or(isNull(entitlements.toAt), gt(entitlements.toAt, start)),
      ),
    )
    .orderBy(desc(entitlements.fromAt));
  const before = await queryable
    .select(columns)
    .from(entitlements)
    .where(and(ofCamera, lte(entitlements.toAt, start)))
    .orderBy(desc(entitlements.fromAt))
    .limit(1);
  return [...rows, ...before].map(({ customerId, endReason, ...row }) => ({
    customerId,
    endReason,
    interval: toInterval(row),
  }));
}

/** When each tenant of a path was active itself, in order. */
async function activitiesOf(queryable: Queryable, path: readonly PathTenant[]): Promise<Interval[][]> {
  const rows = await queryable
    .select()
    .from(tenantActivity)
    .where(
      inArray(
        tenantActivity.tenantId,
        path.map((tenant) => tenant.id),
      ),
    )
    .orderBy(asc(tenantActivity.fromAt));
  return path.map((tenant) => rows.filter((row) => row.tenantId === tenant.id).map(toInterval));
}

/** What decides about a recording that starts at one instant: the newest claim at it, and the path above. */
interface Facts {
  customerId: TenantId;
  fromMs: number;
  toMs: number | null;
  /** Of the customer, as it is now. */
  path: string;
  /** When each tenant of the path was active, as far as that touches the instant. */
  activities: { fromMs: number; toMs: number | null }[][];
  retentionDays: number;
}

/** The claim that covers an instant, as `claim (customer_id, from_at, to_at)`; no row without one. */
const claimAt = (camera: CameraId, atMs: number): SQL => sql`
  select customer_id, from_at, to_at from entitlements
  where camera_id = ${camera} and from_at < ${instant(atMs + 1)} and (to_at is null or to_at > ${instant(atMs)})
  order by from_at desc limit 1`;

const instant = (atMs: number): SQL => sql`${new Date(atMs).toISOString()}::timestamptz`;
const milliseconds = (column: SQL): SQL => sql`(extract(epoch from ${column}) * 1000)::float8`;

/** One statement, for each costs an upload a round trip. Null: nobody had the camera then. */
async function loadFacts(queryable: Queryable, camera: CameraId, atMs: number): Promise<Facts | null> {
  // The camera's copy of the settings may be another customer's by now; the plan of that time still tells.
  const retention = sql`case when now.customer_id = claim.customer_id then now.retention_days else coalesce((
    select p.retention_days from bindings b join plans p on p.id = b.plan_id
    where b.camera_id = now.id and b.customer_id = claim.customer_id and b.from_at <= ${instant(atMs)}
    order by b.from_at desc limit 1), now.retention_days) end`;
  const activities = sql`select coalesce(json_agg(coalesce((
      select json_agg(json_build_object('fromMs', ${milliseconds(sql`a.from_at`)}, 'toMs', ${milliseconds(sql`a.to_at`)}))
      from tenant_activity a where a.tenant_id = above.id and a.from_at < ${instant(atMs + 1)}
        and (a.to_at is null or a.to_at > ${instant(atMs)})), '[]')), '[]')
    from tenants above where above.seq = any(string_to_array(rtrim(customer.path, '.'), '.')::bigint[])`;
  const { rows } = await queryable.execute<Facts & Record<string, unknown>>(sql`
    with claim as (${claimAt(camera, atMs)})
    select claim.customer_id as "customerId", ${milliseconds(sql`claim.from_at`)} as "fromMs",
      ${milliseconds(sql`claim.to_at`)} as "toMs", customer.path, (${activities}) as activities,
      ${retention} as "retentionDays"
    from claim join tenants customer on customer.id = claim.customer_id join cameras now on now.id = ${camera}`);
  return rows[0] ?? null;
}

function permissionFrom(facts: Facts | null, atMs: number): Permission | null {
  if (facts === null || facts.activities.length === 0) return null;
  const { customerId, retentionDays, activities } = facts;
  return entitledAt(atMs, [facts], activities) ? { customerId, retentionDays } : null;
}

/** May what starts at that instant be kept, and for whom (R41: the owner at capture time)? Null: it may not. */
export async function permissionAt(
  queryable: Queryable,
  camera: CameraId,
  atMs: number,
): Promise<Permission | null> {
  return permissionFrom(await loadFacts(queryable, camera, atMs), atMs);
}

/** Who had the right to record a camera in a range, newest first, with what decided above them (holes.ts). */
export async function claimsAround(
  queryable: Queryable,
  camera: CameraId,
  range: { startMs: number; endMs: number },
  mayBeSeen: (path: readonly PathTenant[]) => boolean,
): Promise<Claim[]> {
  const claims = await claimsIn(queryable, camera, range);
  const above = new Map<TenantId, Pick<Claim, 'seen' | 'path'>>();
  for (const customerId of new Set(claims.map((claim) => claim.customerId))) {
    const path = await loadPath(queryable, customerId);
    const activities = await activitiesOf(queryable, path);
    above.set(customerId, {
      seen: mayBeSeen(path),
      path: path.map(({ kind, name }, index) => ({ kind, name, active: activities[index] ?? [] })),
    });
  }
  return claims.map(({ customerId, ...claim }) => ({
    ...claim,
    ...(above.get(customerId) ?? { seen: false, path: [] }),
  }));
}

/**
 * {@link permissionAt}, with every switch that decides about it held still until the transaction ends: a switch
 * of a tenant waits for these shared locks, a bind or a switch of the camera for its row. T of a switch is read
 * after its lock, so what is decided here with a start before "now" starts before T of any later switch (R18).
 *
 * Tenants first, from the root down, the camera second: enabling a customer locks in that order too. The facts
 * are read after the locks. `moved`: they name another customer or path than was locked, for one of those was
 * changed meanwhile; the transaction must begin anew.
 */
export async function permissionHeld(
  tx: Transaction,
  camera: CameraId,
  atMs: number,
): Promise<Permission | null | 'moved'> {
  const held = await lockPath(tx, camera, atMs);
  await tx.select({ id: cameras.id }).from(cameras).where(eq(cameras.id, camera)).for('share');
  const facts = await loadFacts(tx, camera, atMs);
  if ((facts?.path ?? null) !== held) return 'moved';
  return permissionFrom(facts, atMs);
}

/** Locks of all tenants above the camera's customer at that instant, in one statement; answers the path. */
async function lockPath(tx: Transaction, camera: CameraId, atMs: number): Promise<string | null> {
  const { rows } = await tx.execute<{ path: string }>(sql`
    with claim as (${claimAt(camera, atMs)}), labels as materialized (
      select customer.path, label.seq
      from claim join tenants customer on customer.id = claim.customer_id,
        unnest(string_to_array(rtrim(customer.path, '.'), '.')::int[]) with ordinality as label (seq, depth)
      order by label.depth
    )
    select path, pg_advisory_xact_lock_shared(1, seq) from labels`);
  return rows[0]?.path ?? null;
}
