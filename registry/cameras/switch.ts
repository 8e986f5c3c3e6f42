import type { CameraId } from '@gantry/protocol/ids.js';
import { eq, sql } from 'drizzle-orm';
import type { ActingPrincipal } from '../access/principal.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import { databaseNow } from '../db/database.js';
import { cameras, entitlements } from '../db/schema/cameras.js';
import { outbox } from '../db/schema/registry.js';
import { Failure, notFound } from '../errors.js';
import { record } from '../history/history.js';
import type { Scope } from '../tenancy/scope.js';
import { endEntitlements, lockCameras } from './bind.js';

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
    const [before] = await tx
      .select({ switchedOffBy: cameras.switchedOffBy })
      .from(cameras)
      .where(eq(cameras.id, id));
    if (enabled && side === 'customer' && before?.switchedOffBy === 'integrator') {
      throw new Failure(
        'forbidden',
        `${row.name} was switched off by your integrator; ask them to switch it on.`,
      );
    }
    const now = await databaseNow(tx);
    await tx
      .update(cameras)
      .set({ enabled, switchedOffBy: enabled ? null : side, version: sql`${cameras.version} + 1` })
      .where(eq(cameras.id, id));
    if (!enabled) await endEntitlements(tx, [id], now, 'camera_off');
    else if (row.customerId !== null) {
      await tx.insert(entitlements).values({ cameraId: id, customerId: row.customerId, fromAt: now });
    }
    await tx.insert(outbox).values({ kind: 'cameras', refs: [id] });
    await record(tx, {
      actor,
      tenantId: row.customerId ?? row.integratorId,
      target: { kind: 'camera', id },
      operation: enabled ? 'camera.enabled' : 'camera.disabled',
      sentence: `${actor.name} switched ${row.name} ${enabled ? 'on' : 'off'}`,
      before: { enabled: row.enabled },
      after: { enabled },
    });
    return true;
  });
  if (!changed) return;
  ctx.changes.hint('outbox', undefined);
  ctx.changes.hint('camera', { cameraIds: [id] });
}
