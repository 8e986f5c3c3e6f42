import type { CameraId, TenantId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import { databaseNow, type Transaction } from '../db/database.js';
import { and, asc, eq, isNull, sql } from '../db/drizzle.js';
import { cameras, entitlements } from '../db/schema/cameras.js';
import { outbox } from '../db/schema/registry.js';
import { tenantActivity, tenants } from '../db/schema/tenants.js';
import { Failure } from '../errors.js';
import { record } from '../history/history.js';
import type { Scope } from './scope.js';
import { lockTenant } from './tree-lock.js';
import { isWithin } from './tree.js';
import { requireTenant, type TenantRow } from './tenants.js';

/** What a switch did. `at` is T of R18, database clock; null when nothing changed (R22). */
export interface Switched {
  changed: boolean;
  at: Date | null;
  /** Cameras of a re-enabled customer that had been off one by one, by name (R16). */
  hadBeenOff: readonly { id: CameraId; name: string }[];
}

type Parts = Pick<Context, 'db' | 'changes'>;

const nothing: Switched = { changed: false, at: null, hadBeenOff: [] };

/**
 * Switches a tenant off: one row, whatever lies below it (R13, R15). From the returned instant on nothing is
 * recorded in its subtree: the activity interval ends there, and ingest waits for the same lock.
 */
export async function disableTenant(
  ctx: Parts,
  actor: Actor,
  scope: Scope,
  tenantId: TenantId,
  options: { reason: string | null },
): Promise<Switched> {
  const switched = await ctx.db.transaction(async (tx): Promise<Switched> => {
    const tenant = await lockForSwitch(tx, scope, tenantId);
    if (tenant.status === 'disabled') return nothing;
    if (tenant.status === 'deleting') throw beingDeleted(tenant);
    const at = await databaseNow(tx);
    await tx
      .update(tenants)
      .set({
        status: 'disabled',
        disabledAt: at,
        disabledBy: actor.kind === 'user' ? (actor.id as TenantRow['disabledBy']) : null,
        disabledReason: options.reason,
        version: tenant.version + 1,
      })
      .where(eq(tenants.id, tenantId));
    await tx
      .update(tenantActivity)
      // A clock that was turned back must not make an interval end before it starts.
      .set({ toAt: sql`greatest(${tenantActivity.fromAt}, ${at.toISOString()}::timestamptz)` })
      .where(and(eq(tenantActivity.tenantId, tenantId), isNull(tenantActivity.toAt)));
    await tx.insert(outbox).values({ kind: 'tenant', refs: [tenantId] });
    await record(tx, {
      actor,
      tenantId,
      target: { kind: 'tenant', id: tenantId },
      operation: 'tenant.disabled',
      sentence: `${actor.name} switched ${tenant.name} off${options.reason === null ? '' : `: ${options.reason}`}`,
      before: { status: tenant.status },
      after: { status: 'disabled', reason: options.reason },
    });
    return { changed: true, at, hadBeenOff: [] };
  });
  announce(ctx, tenantId, switched);
  return switched;
}

/**
 * Switches a tenant on. A customer's own cameras go on with it (`cameras: 'all'`), also those that had been
 * off one by one, or stay as they were (`'previous'`); below an integrator nothing changes (R16, R17).
 */
export async function enableTenant(
  ctx: Parts,
  actor: Actor,
  scope: Scope,
  tenantId: TenantId,
  options: { cameras: 'all' | 'previous' },
): Promise<Switched> {
  const switched = await ctx.db.transaction(async (tx): Promise<Switched> => {
    const tenant = await lockForSwitch(tx, scope, tenantId);
    if (tenant.status === 'active') return nothing;
    if (tenant.status === 'deleting') throw beingDeleted(tenant);
    if (tenant.status === 'pending_confirmation') {
      throw new Failure('conflict', `${tenant.name} has not confirmed its e-mail address yet.`);
    }
    const off = tenant.kind === 'customer' ? await lockCamerasOff(tx, tenantId) : [];
    // Read after the cameras' locks too: whoever switched one off a moment ago did so before T.
    const at = await databaseNow(tx);
    await tx
      .update(tenants)
      .set({
        status: 'active',
        disabledAt: null,
        disabledBy: null,
        disabledReason: null,
        version: tenant.version + 1,
      })
      .where(eq(tenants.id, tenantId));
    await tx
      .insert(tenantActivity)
      .values({ tenantId, fromAt: at })
      // Off and on within one millisecond of the last start: the interval goes on.
      .onConflictDoUpdate({ target: [tenantActivity.tenantId, tenantActivity.fromAt], set: { toAt: null } });
    if (options.cameras === 'all') await switchCamerasOn(tx, tenantId, off, at);
    await tx.insert(outbox).values({ kind: 'tenant', refs: [tenantId] });
    await record(tx, {
      actor,
      tenantId,
      target: { kind: 'tenant', id: tenantId },
      operation: 'tenant.enabled',
      sentence: sentenceOfEnable(actor, tenant, options.cameras, off.length),
      before: { status: tenant.status, camerasOff: off.map((camera) => camera.id) },
      after: { status: 'active', cameras: options.cameras },
    });
    return { changed: true, at, hadBeenOff: off };
  });
  announce(ctx, tenantId, switched);
  return switched;
}

/**
 * Switches of one tenant take turns, and so do a switch and the ingest of a segment below it, which holds this
 * lock shared (R18, R22). Only somebody above may switch a tenant: from below or beside it does not exist,
 * and who switches himself off could never undo it.
 */
async function lockForSwitch(tx: Transaction, scope: Scope, tenantId: TenantId): Promise<TenantRow> {
  const seen = await requireTenant(tx, scope, tenantId);
  requireAbove(scope, seen);
  await lockTenant(tx, seen.seq);
  return requireTenant(tx, scope, tenantId);
}

/** Throws `forbidden` unless the scope begins above the tenant. */
export function requireAbove(scope: Scope, tenant: Pick<TenantRow, 'path' | 'name' | 'kind'>): void {
  if (tenant.kind === 'platform') throw new Failure('forbidden', 'The platform itself cannot be switched.');
  if (!isAbove(scope, tenant)) {
    throw new Failure(
      'forbidden',
      `Only a user of a tenant above ${tenant.name} may switch it. Ask your integrator.`,
    );
  }
}

/** Whether the scope begins above the tenant. */
export const isAbove = (scope: Scope, tenant: Pick<TenantRow, 'path'>): boolean =>
  scope.paths.some((path) => path !== tenant.path && isWithin(tenant.path, path));

/** In order of id, like everybody who locks several cameras: no two wait for each other. */
const lockCamerasOff = (tx: Transaction, customerId: TenantId): Promise<{ id: CameraId; name: string }[]> =>
  tx
    .select({ id: cameras.id, name: cameras.name })
    .from(cameras)
    .where(and(eq(cameras.customerId, customerId), eq(cameras.enabled, false)))
    .orderBy(asc(cameras.id))
    .for('update');

async function switchCamerasOn(
  tx: Transaction,
  customerId: TenantId,
  off: readonly { id: CameraId }[],
  at: Date,
): Promise<void> {
  if (off.length === 0) return;
  // One array, not one parameter per camera: a customer may have any number of them.
  const ids = sql`any(${sql.param(off.map((camera) => camera.id))}::text[])`;
  await tx
    .update(cameras)
    .set({ enabled: true, switchedOffBy: null, version: sql`${cameras.version} + 1` })
    .where(sql`${cameras.id} = ${ids}`);
  await tx.execute(sql`
    insert into ${entitlements} (camera_id, customer_id, from_at)
    select id, ${customerId}, ${at.toISOString()}::timestamptz from ${cameras} where id = ${ids}
    on conflict do nothing`);
}

function announce(ctx: Parts, tenantId: TenantId, switched: Switched): void {
  if (!switched.changed) return;
  ctx.changes.hint('outbox', undefined);
  ctx.changes.hint('tenant', { tenantId });
}

function sentenceOfEnable(actor: Actor, tenant: TenantRow, mode: 'all' | 'previous', off: number): string {
  const start = `${actor.name} switched ${tenant.name} on`;
  if (off === 0) return start;
  const number = off === 1 ? 'one camera that had been off' : `${off} cameras that had been off`;
  return mode === 'all' ? `${start}, and ${number} with it` : `${start}; ${number} stayed off`;
}

const beingDeleted = (tenant: TenantRow): Failure =>
  new Failure('conflict', `${tenant.name} is being deleted and cannot be switched any more.`);
