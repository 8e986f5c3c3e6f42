import type { CameraId, PlanId, TenantId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import { databaseNow, type Queryable, type Transaction } from '../db/database.js';
import { and, type AnyPgColumn, eq, sql } from '../db/drizzle.js';
import { bindings, cameras, entitlements } from '../db/schema/cameras.js';
import { outbox } from '../db/schema/registry.js';
import { tenants, type RecordingDefaults } from '../db/schema/tenants.js';
import { Failure, notFound } from '../errors.js';
import type { HistoryEntry } from '../history/history.js';
import { pathInScope, type Scope } from '../tenancy/scope.js';
import { loadPath } from '../tenancy/path.js';
import { findOfferedPlan } from '../tenancy/plans.js';
import { texts } from './arrays.js';
import { inSight, type CameraSight } from './sight.js';

/** What a change wrote; the caller records the entries last in its transaction (history.ts). */
export interface Written {
  /** Cameras that changed. */
  ids: readonly CameraId[];
  entries: readonly HistoryEntry[];
}

export const nothingWritten: Written = { ids: [], entries: [] };

/** Where cameras go: looked up once for all of them. */
export interface BindTarget {
  customer: { id: TenantId; name: string };
  /** The customer's nearest integrator: it holds the camera from now on (R42). */
  integratorId: TenantId;
  plan: { id: PlanId; name: string };
  /** Recording settings a camera takes a copy of: the customer's, else the plan's (R8). */
  settings: RecordingDefaults;
}

/**
 * Throws `not_found` for a customer outside the scope, `invalid` when it is no customer, `plan_not_offered`
 * when no tenant on its path offers the plan (R46), `conflict` while it is being deleted. A disabled customer is a
 * good target (R42). Call it under `holdTree`: a path that moves meanwhile makes another integrator the holder.
 */
export async function loadBindTarget(
  queryable: Queryable,
  scope: Scope,
  customerId: TenantId,
  planId: PlanId,
): Promise<BindTarget> {
  const [customer] = await queryable
    .select()
    .from(tenants)
    .where(and(eq(tenants.id, customerId), pathInScope(scope)));
  if (customer === undefined) throw notFound('customer', customerId);
  if (customer.kind !== 'customer') {
    throw new Failure('invalid', `${customer.name} is no customer; cameras are bound to customers only.`, [
      { pointer: '/customerId', code: 'not_a_customer', detail: 'must be the id of a customer' },
    ]);
  }
  const path = await loadPath(queryable, customer.id);
  const ending = path.find((tenant) => tenant.status === 'deleting');
  if (ending !== undefined) {
    throw new Failure('conflict', `${ending.name} is being deleted; no camera is bound there any more.`);
  }
  const integrator = path.findLast((tenant) => tenant.kind === 'integrator');
  if (integrator === undefined) {
    throw new Failure('invalid', `${customer.name} has no integrator above it.`);
  }
  const plan = await findOfferedPlan(queryable, planId, customer.path);
  if (plan === null) {
    throw new Failure(
      'plan_not_offered',
      `Plan ${planId} is not offered to ${customer.name}. Choose another.`,
    );
  }
  return {
    customer: { id: customer.id, name: customer.name },
    integratorId: integrator.id,
    plan: { id: plan.id, name: plan.name },
    settings: customer.recordingDefaults ?? {
      mode: plan.mode,
      retentionDays: plan.retentionDays,
      stream: plan.stream,
    },
  };
}

const lockedColumns = {
  id: cameras.id,
  name: cameras.name,
  customerId: cameras.customerId,
  planId: cameras.planId,
  integratorId: cameras.integratorId,
  tenantId: cameras.tenantId,
  enabled: cameras.enabled,
  switchedOffBy: cameras.switchedOffBy,
  tags: cameras.tags,
};
export type LockedCamera = Pick<typeof cameras.$inferSelect, keyof typeof lockedColumns>;

/** What a change is decided by, without locks: for a dry run. */
export const readForChange = (
  db: Queryable,
  sight: CameraSight,
  ids: readonly CameraId[],
): Promise<LockedCamera[]> =>
  db.select(lockedColumns).from(cameras).where(among(sight, ids)).orderBy(cameras.id);

/** Locks those of the cameras that are in sight, in one order, so that two bulk acts never wait in a circle. */
export async function lockCameras(
  tx: Transaction,
  sight: CameraSight,
  ids: readonly CameraId[],
): Promise<LockedCamera[]> {
  return tx.select(lockedColumns).from(cameras).where(among(sight, ids)).orderBy(cameras.id).for('update');
}

const among = (sight: CameraSight, ids: readonly CameraId[]) =>
  and(sql`${cameras.id} = any(${texts(ids)})`, inSight(sight));

/**
 * Binds locked cameras: recording settings are copied, the old period ends and the new one begins at one
 * instant of the database's clock, read after the locks.
 */
export async function bindLocked(
  tx: Transaction,
  actor: Actor,
  rows: readonly LockedCamera[],
  target: BindTarget,
): Promise<Written> {
  const { customer, plan, settings, integratorId } = target;
  const changed = rows.filter((row) => row.customerId !== customer.id || row.planId !== plan.id);
  if (changed.length === 0) return nothingWritten;
  const ids = changed.map((row) => row.id);
  const now = await databaseNow(tx);
  await endPeriods(tx, ids, now);
  const moved = changed.filter((row) => row.customerId !== customer.id);
  await endEntitlements(
    tx,
    moved.map((row) => row.id),
    now,
    'bound_to_another',
  );
  await tx
    .update(cameras)
    .set({
      customerId: customer.id,
      tenantId: customer.id,
      integratorId,
      planId: plan.id,
      ...settings,
      boundAt: now,
      version: sql`${cameras.version} + 1`,
    })
    .where(sql`${cameras.id} = any(${texts(ids)})`);
  await tx
    .insert(bindings)
    .values(ids.map((cameraId) => ({ cameraId, customerId: customer.id, planId: plan.id, fromAt: now })));
  const entitled = moved.filter((row) => row.enabled);
  if (entitled.length > 0) {
    await tx
      .insert(entitlements)
      .values(entitled.map(({ id }) => ({ cameraId: id, customerId: customer.id, fromAt: now })));
  }
  await tx.insert(outbox).values({ kind: 'cameras', refs: ids });
  const entries = changed.flatMap((row): HistoryEntry[] => {
    const target = { kind: 'camera' as const, id: row.id };
    const bound: HistoryEntry = {
      actor,
      tenantId: customer.id,
      target,
      operation: 'camera.bound',
      sentence: `${actor.name} bound ${row.name} to ${customer.name} with plan ${plan.name}`,
      before: { customerId: row.customerId, planId: row.planId },
      after: { customerId: customer.id, planId: plan.id },
    };
    if (row.customerId === null || row.customerId === customer.id) return [bound];
    // Whose it was reads in its own history that it went, and not where to (R3).
    const taken: HistoryEntry = {
      actor,
      tenantId: row.customerId,
      target,
      operation: 'camera.unbound',
      sentence: `${actor.name} took ${row.name} away`,
      before: { customerId: row.customerId, planId: row.planId },
      after: { customerId: null, planId: null },
    };
    return [taken, bound];
  });
  return { ids, entries };
}

/**
 * Takes locked cameras back to their integrator (R35): their periods end at one instant of the database's clock, read
 * after the locks; footage stays with the customer it was taken for (R41). The entry stands in the history of
 * `historyOf`; null: the integrator's.
 */
export async function unbindLocked(
  tx: Transaction,
  actor: Actor,
  rows: readonly LockedCamera[],
  why: { endReason: string; historyOf: (row: LockedCamera) => TenantId | null },
): Promise<Written> {
  const changed = rows.filter((row) => row.customerId !== null);
  if (changed.length === 0) return nothingWritten;
  const ids = changed.map((row) => row.id);
  const now = await databaseNow(tx);
  await endPeriods(tx, ids, now);
  await endEntitlements(tx, ids, now, why.endReason);
  await tx
    .update(cameras)
    .set({
      customerId: null,
      planId: null,
      tenantId: sql`${cameras.integratorId}`,
      boundAt: null,
      version: sql`${cameras.version} + 1`,
    })
    .where(sql`${cameras.id} = any(${texts(ids)})`);
  await tx.insert(outbox).values({ kind: 'cameras', refs: ids });
  const entries = changed.map((row): HistoryEntry => ({
    actor,
    tenantId: why.historyOf(row) ?? row.integratorId,
    target: { kind: 'camera', id: row.id },
    operation: 'camera.unbound',
    sentence: `${actor.name} took ${row.name} back to the inbox`,
    before: { customerId: row.customerId, planId: row.planId },
    after: { customerId: null, planId: null },
  }));
  return { ids, entries };
}

/** A clock that was turned back must not make a period end before it starts. */
const noEarlier = (fromAt: AnyPgColumn, now: Date) =>
  sql`greatest(${fromAt}, ${now.toISOString()}::timestamptz)`;

async function endPeriods(tx: Transaction, ids: readonly CameraId[], now: Date): Promise<void> {
  await tx
    .update(bindings)
    .set({ toAt: noEarlier(bindings.fromAt, now) })
    .where(and(sql`${bindings.cameraId} = any(${texts(ids)})`, sql`${bindings.toAt} is null`));
}

/** Ends what is open: a segment that starts at `now` or later is no longer kept (R18). */
export async function endEntitlements(
  tx: Transaction,
  ids: readonly CameraId[],
  now: Date,
  endReason: string,
): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .update(entitlements)
    .set({ toAt: noEarlier(entitlements.fromAt, now), endReason })
    .where(and(sql`${entitlements.cameraId} = any(${texts(ids)})`, sql`${entitlements.toAt} is null`));
}
