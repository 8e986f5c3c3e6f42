import type { CameraId, PlanId, TenantId } from '@gantry/protocol/ids.js';
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import { databaseNow, type Queryable, type Transaction } from '../db/database.js';
import { bindings, cameras, entitlements } from '../db/schema/cameras.js';
import { outbox } from '../db/schema/registry.js';
import { tenants, type RecordingDefaults } from '../db/schema/tenants.js';
import { Failure, notFound } from '../errors.js';
import { record, type HistoryEntry } from '../history/history.js';
import { inScope, pathInScope, type Scope } from '../tenancy/scope.js';
import { loadPath } from '../tenancy/path.js';
import { findOfferedPlan } from '../tenancy/plans.js';
import { texts } from './arrays.js';

export type BindParts = Pick<Context, 'db' | 'changes'>;

/** What became of one camera of a bulk act (R40). `unchanged`: it was so before, nothing was written. */
export interface BindResult {
  id: CameraId;
  outcome: 'bound' | 'unbound' | 'unchanged' | 'not_found';
}

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
 * when no tenant on its path offers the plan (R46). A disabled customer is a good target (R42).
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

export type LockedCamera = Pick<
  typeof cameras.$inferSelect,
  'id' | 'name' | 'customerId' | 'planId' | 'integratorId' | 'enabled'
>;

/** Locks those of the cameras that the scope holds, in one order, so that two bulk acts never wait in a circle. */
export async function lockCameras(
  tx: Transaction,
  scope: Scope,
  ids: readonly CameraId[],
): Promise<LockedCamera[]> {
  return tx
    .select({
      id: cameras.id,
      name: cameras.name,
      customerId: cameras.customerId,
      planId: cameras.planId,
      integratorId: cameras.integratorId,
      enabled: cameras.enabled,
    })
    .from(cameras)
    .where(and(inArray(cameras.id, [...ids]), inScope(cameras.tenantId, scope)))
    .orderBy(cameras.id)
    .for('update');
}

/**
 * Binds locked cameras: recording settings are copied, the old period ends and the new one begins at one
 * instant of the database's clock, read after the locks. Answers the ids that changed.
 */
export async function bindLocked(
  tx: Transaction,
  actor: Actor,
  rows: readonly LockedCamera[],
  target: BindTarget,
): Promise<CameraId[]> {
  const { customer, plan, settings, integratorId } = target;
  const changed = rows.filter((row) => row.customerId !== customer.id || row.planId !== plan.id);
  if (changed.length === 0) return [];
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
    .where(inArray(cameras.id, ids));
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
  await record(
    tx,
    ...changed.map((row) => ({
      actor,
      tenantId: customer.id,
      target: { kind: 'camera' as const, id: row.id },
      operation: 'camera.bound',
      sentence: `${actor.name} bound ${row.name} to ${customer.name} with plan ${plan.name}`,
      before: { customerId: row.customerId, planId: row.planId },
      after: { customerId: customer.id, planId: plan.id },
    })),
  );
  return ids;
}

/** Binds cameras to a customer with a plan (R35, R40–R42). One result per id, in the order asked. */
export async function bindCameras(
  ctx: BindParts,
  actor: Actor,
  scope: Scope,
  act: { ids: readonly CameraId[]; customerId: TenantId; planId: PlanId },
): Promise<BindResult[]> {
  return bulk(ctx, scope, act.ids, 'bound', async (tx, rows) => {
    const target = await loadBindTarget(tx, scope, act.customerId, act.planId);
    return bindLocked(tx, actor, rows, target);
  });
}

/** Takes cameras back to their integrator (R35); footage stays with the customer it was taken for (R41). */
export async function unbindCameras(
  ctx: BindParts,
  actor: Actor,
  scope: Scope,
  act: { ids: readonly CameraId[] },
): Promise<BindResult[]> {
  return bulk(ctx, scope, act.ids, 'unbound', (tx, rows) =>
    unbindLocked(tx, actor, rows, { endReason: 'unbound', historyOf: (row) => row.customerId }),
  );
}

/**
 * Takes locked cameras back: their periods end at one instant of the database's clock, read after the locks.
 * The entry stands in the history of `historyOf`; null: the integrator's. Answers the ids that changed.
 */
export async function unbindLocked(
  tx: Transaction,
  actor: Actor,
  rows: readonly LockedCamera[],
  why: { endReason: string; historyOf: (row: LockedCamera) => TenantId | null },
): Promise<CameraId[]> {
  const changed = rows.filter((row) => row.customerId !== null);
  if (changed.length === 0) return [];
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
    .where(inArray(cameras.id, ids));
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
  await record(tx, ...entries);
  return ids;
}

/** One transaction over locked cameras; hints after commit; a result per id. */
async function bulk(
  ctx: BindParts,
  scope: Scope,
  ids: readonly CameraId[],
  outcome: 'bound' | 'unbound',
  act: (tx: Transaction, rows: LockedCamera[]) => Promise<CameraId[]>,
): Promise<BindResult[]> {
  const { seen, changed } = await ctx.db.transaction(async (tx) => {
    const rows = await lockCameras(tx, scope, ids);
    return { seen: new Set(rows.map((row) => row.id)), changed: await act(tx, rows) };
  });
  if (changed.length > 0) {
    ctx.changes.hint('outbox', undefined);
    ctx.changes.hint('camera', { cameraIds: changed });
  }
  const done = new Set(changed);
  return ids.map((id) => {
    if (done.has(id)) return { id, outcome };
    return { id, outcome: seen.has(id) ? 'unchanged' : 'not_found' };
  });
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
