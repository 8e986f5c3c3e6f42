import type { TenantId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import type { Transaction } from '../db/database.js';
import { and, eq, sql } from '../db/drizzle.js';
import { cameras } from '../db/schema/cameras.js';
import { outbox } from '../db/schema/registry.js';
import { tenants, type RecordingDefaults } from '../db/schema/tenants.js';
import { Failure } from '../errors.js';
import { record } from '../history/history.js';
import { detailFaults, type TenantDetails } from './details.js';
import type { Scope } from './scope.js';
import { isAbove } from './switch.js';
import { getTenant, invalidFields, requireTenant, type ShownTenant, type TenantRow } from './tenants.js';

export interface TenantChange {
  /** The version that was read. */
  version: number;
  details: Partial<TenantDetails>;
  /** `existing`: cameras bound already take the new recording defaults too (R8). */
  applyTo: 'new' | 'existing';
}

/** Throws `precondition_failed` when the tenant is not at `version` any more, `invalid` naming the fields. */
export async function changeTenant(
  ctx: Pick<Context, 'db' | 'changes'>,
  actor: Actor,
  scope: Scope,
  tenantId: TenantId,
  { version, details, applyTo }: TenantChange,
): Promise<ShownTenant> {
  const recopied = await ctx.db.transaction(async (tx) => {
    const before = await requireTenant(tx, scope, tenantId);
    const faults = detailFaults(before.kind, details);
    if (faults.length > 0) throw invalidFields(faults);
    if (details.portalAccess !== undefined && !isAbove(scope, before)) {
      throw new Failure(
        'forbidden',
        `Only a user of a tenant above ${before.name} gives or takes its portal.`,
      );
    }
    const updated = await tx
      .update(tenants)
      .set({ ...details, version: version + 1 })
      .where(and(eq(tenants.id, tenantId), eq(tenants.version, version)))
      .returning({ recordingDefaults: tenants.recordingDefaults });
    const [row] = updated;
    if (row === undefined) throw staleVersion(before, version);
    const changed = (Object.keys(details) as (keyof TenantDetails)[]).filter(
      (key) => JSON.stringify(before[key]) !== JSON.stringify(details[key]),
    );
    const copied =
      applyTo === 'existing' && row.recordingDefaults !== null
        ? await copyDefaults(tx, tenantId, row.recordingDefaults)
        : 0;
    const what = [...changed, ...(copied > 0 ? [`recording of ${copied} cameras`] : [])];
    if (what.length > 0) {
      await record(tx, {
        actor,
        tenantId,
        target: { kind: 'tenant', id: tenantId },
        operation: 'tenant.changed',
        sentence: `${actor.name} changed ${what.join(', ')} of ${before.name}`,
        before: Object.fromEntries(changed.map((key) => [key, before[key]])),
        after: Object.fromEntries(changed.map((key) => [key, details[key]])),
      });
    }
    return copied;
  });
  ctx.changes.hint('tenant', { tenantId });
  if (recopied > 0) ctx.changes.hint('outbox', undefined);
  return getTenant(ctx.db, scope, tenantId);
}

export const staleVersion = (tenant: Pick<TenantRow, 'name' | 'version'>, version: number): Failure =>
  new Failure(
    'precondition_failed',
    `${tenant.name} is at version ${tenant.version}, you changed version ${version}. Read it again, then repeat your change.`,
  );

/** Cameras of the customer that differ take a fresh copy; answers how many did. Locked in order of id. */
async function copyDefaults(tx: Transaction, customerId: TenantId, to: RecordingDefaults): Promise<number> {
  const differing = and(
    eq(cameras.customerId, customerId),
    sql`(${cameras.mode}, ${cameras.retentionDays}, ${cameras.stream})
      is distinct from (${to.mode}, ${to.retentionDays}::int, ${to.stream})`,
  );
  const locked = await tx
    .select({ id: cameras.id })
    .from(cameras)
    .where(differing)
    .orderBy(cameras.id)
    .for('update');
  if (locked.length === 0) return 0;
  await tx
    .update(cameras)
    .set({ ...to, version: sql`${cameras.version} + 1` })
    .where(differing);
  await tx.insert(outbox).values({ kind: 'tenant', refs: [customerId] });
  return locked.length;
}
