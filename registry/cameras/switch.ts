import type { CameraId } from '@gantry/protocol/ids.js';
import type { ActingPrincipal } from '../access/principal.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import { databaseNow, type Transaction } from '../db/database.js';
import { sql } from '../db/drizzle.js';
import { cameras, entitlements } from '../db/schema/cameras.js';
import { outbox } from '../db/schema/registry.js';
import { Failure, notFound } from '../errors.js';
import { record, type HistoryEntry } from '../history/history.js';
import type { Scope } from '../tenancy/scope.js';
import { texts } from './arrays.js';
import { endEntitlements, lockCameras, nothingWritten, type LockedCamera, type Written } from './bind.js';

/** Which side of the house a person acts for: who switched a camera off decides who may switch it on (R23). */
export type Side = 'integrator' | 'customer';

export function sideOf(principal: ActingPrincipal): Side {
  const kinds =
    principal.kind === 'user'
      ? principal.memberships.map((membership) => membership.kind)
      : [principal.tenantKind];
  return kinds.every((kind) => kind === 'customer') ? 'customer' : 'integrator';
}

/**
 * A camera's own switch (R23). Repeating it changes nothing. Throws `not_found` outside the scope and
 * `forbidden` when a customer wants on what its integrator switched off.
 */
export async function switchCamera(
  ctx: Pick<Context, 'db' | 'changes'>,
  actor: Actor,
  scope: Scope,
  act: { id: CameraId; enabled: boolean; side: Side },
): Promise<void> {
  const { id, enabled, side } = act;
  const changed = await ctx.db.transaction(async (tx) => {
    const [row] = await lockCameras(tx, scope, [id]);
    if (row === undefined) throw notFound('camera', id);
    if (row.enabled === enabled) return false;
    if (enabled && side === 'customer' && row.switchedOffBy === 'integrator') {
      throw new Failure(
        'forbidden',
        `${row.name} was switched off by your integrator; ask them to switch it on.`,
      );
    }
    const { entries } = await switchLocked(tx, actor, [row], { enabled, side });
    await record(tx, ...entries);
    return true;
  });
  if (!changed) return;
  ctx.changes.hint('outbox', undefined);
  ctx.changes.hint('camera', { cameraIds: [id] });
}

/** Switches locked cameras, at one instant of the database's clock, read after the locks. */
export async function switchLocked(
  tx: Transaction,
  actor: Actor,
  rows: readonly LockedCamera[],
  { enabled, side }: { enabled: boolean; side: Side },
): Promise<Written> {
  const changed = rows.filter((row) => row.enabled !== enabled);
  if (changed.length === 0) return nothingWritten;
  const ids = changed.map((row) => row.id);
  const now = await databaseNow(tx);
  await tx
    .update(cameras)
    .set({ enabled, switchedOffBy: enabled ? null : side, version: sql`${cameras.version} + 1` })
    .where(sql`${cameras.id} = any(${texts(ids)})`);
  if (!enabled) await endEntitlements(tx, ids, now, 'camera_off');
  else {
    const entitled = changed.flatMap(({ id: cameraId, customerId }) =>
      customerId === null ? [] : [{ cameraId, customerId, fromAt: now }],
    );
    if (entitled.length > 0) await tx.insert(entitlements).values(entitled);
  }
  await tx.insert(outbox).values({ kind: 'cameras', refs: [...ids] });
  const entries = changed.map((row): HistoryEntry => ({
    actor,
    tenantId: row.tenantId,
    target: { kind: 'camera', id: row.id },
    operation: enabled ? 'camera.enabled' : 'camera.disabled',
    sentence: `${actor.name} switched ${row.name} ${enabled ? 'on' : 'off'}`,
    before: { enabled: row.enabled },
    after: { enabled },
  }));
  return { ids, entries };
}
