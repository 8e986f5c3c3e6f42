import type { CameraId, TenantId } from '@gantry/protocol/ids.js';
import { and, asc, desc, eq, gt, inArray, isNull, lt, lte, or, sql } from 'drizzle-orm';
import type { Queryable, Transaction } from '../db/database.js';
import { bindings, cameras, entitlements } from '../db/schema/cameras.js';
import { plans } from '../db/schema/plans.js';
import { tenantActivity } from '../db/schema/tenants.js';
import { entitledAt, entitledIntervals, type Interval } from '../tenancy/entitlement.js';
import { loadPath, type PathTenant } from '../tenancy/path.js';

/** Whom a recording belongs to that starts at a given instant, and how long it is kept. */
export interface Permission {
  customerId: TenantId;
  retentionDays: number;
}

const toInterval = (row: { fromAt: Date; toAt: Date | null }): Interval => ({
  fromMs: row.fromAt.getTime(),
  toMs: row.toAt?.getTime() ?? null,
});

/** The camera's own part of the right to record, as far as it touches `[startMs, endMs)`; newest first. */
async function claimsIn(
  queryable: Queryable,
  camera: CameraId,
  range: { startMs: number; endMs: number },
): Promise<{ customerId: TenantId; interval: Interval }[]> {
  const rows = await queryable
    .select({
      customerId: entitlements.customerId,
      fromAt: entitlements.fromAt,
      toAt: entitlements.toAt,
    })
    .from(entitlements)
    .where(
      and(
        eq(entitlements.cameraId, camera),
        lt(entitlements.fromAt, new Date(range.endMs)),
        or(isNull(entitlements.toAt), gt(entitlements.toAt, new Date(range.startMs))),
      ),
    )
    .orderBy(desc(entitlements.fromAt));
  return rows.map((row) => ({ customerId: row.customerId, interval: toInterval(row) }));
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

async function retentionAt(
  queryable: Queryable,
  camera: CameraId,
  customerId: TenantId,
  at: Date,
): Promise<number> {
  const [now] = await queryable
    .select({ customerId: cameras.customerId, retentionDays: cameras.retentionDays })
    .from(cameras)
    .where(eq(cameras.id, camera));
  if (now === undefined || now.customerId === customerId) return now?.retentionDays ?? 0;
  // The camera's copy of the settings is another customer's by now; the plan of that time still tells.
  const [then] = await queryable
    .select({ retentionDays: plans.retentionDays })
    .from(bindings)
    .innerJoin(plans, eq(plans.id, bindings.planId))
    .where(and(eq(bindings.cameraId, camera), eq(bindings.customerId, customerId), lte(bindings.fromAt, at)))
    .orderBy(desc(bindings.fromAt))
    .limit(1);
  return then?.retentionDays ?? now.retentionDays;
}

/** May what starts at that instant be kept, and for whom (R41: the owner at capture time)? Null: it may not. */
export async function permissionAt(
  queryable: Queryable,
  camera: CameraId,
  atMs: number,
): Promise<Permission | null> {
  const [claim] = await claimsIn(queryable, camera, { startMs: atMs, endMs: atMs + 1 });
  if (claim === undefined) return null;
  const { customerId, interval } = claim;
  const activities = await activitiesOf(queryable, await loadPath(queryable, customerId));
  if (activities.length === 0 || !entitledAt(atMs, [interval], activities)) return null;
  return { customerId, retentionDays: await retentionAt(queryable, camera, customerId, new Date(atMs)) };
}

/** When in a range the camera was to be recorded for one of these customers; in order, without overlap. */
export async function permittedIn(
  queryable: Queryable,
  camera: CameraId,
  range: { startMs: number; endMs: number },
  mayBeSeen: (path: readonly PathTenant[]) => boolean,
): Promise<Interval[]> {
  const claims = await claimsIn(queryable, camera, range);
  const paths = new Map<TenantId, PathTenant[]>();
  for (const customerId of new Set(claims.map((claim) => claim.customerId))) {
    paths.set(customerId, await loadPath(queryable, customerId));
  }
  const permitted: Interval[] = [];
  for (const [customerId, path] of paths) {
    if (!mayBeSeen(path)) continue;
    const own = claims.filter((claim) => claim.customerId === customerId).map((claim) => claim.interval);
    permitted.push(...entitledIntervals(own.toReversed(), await activitiesOf(queryable, path)));
  }
  return permitted.toSorted((a, b) => a.fromMs - b.fromMs);
}

/**
 * Holds every switch that decides about a camera still until the transaction ends: a switch of a tenant waits
 * for these shared locks, a bind or a switch of the camera for its row. T of a switch is read after its lock,
 * so what is decided here with a start before "now" starts before T of any later switch (R18).
 *
 * Tenants first, the camera second: enabling a customer locks in that order too.
 */
export async function holdSwitches(tx: Transaction, camera: CameraId, atMs: number): Promise<void> {
  const [claim] = await claimsIn(tx, camera, { startMs: atMs, endMs: atMs + 1 });
  if (claim !== undefined) {
    for (const { seq } of await loadPath(tx, claim.customerId)) {
      await tx.execute(sql`select pg_advisory_xact_lock_shared(1, ${seq}::int)`);
    }
  }
  await tx.select({ id: cameras.id }).from(cameras).where(eq(cameras.id, camera)).for('share');
}
