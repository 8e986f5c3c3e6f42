import type { CameraId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import type { Transaction } from '../db/database.js';
import { eq, inArray, sql } from '../db/drizzle.js';
import { agents } from '../db/schema/agents.js';
import { bindings, cameraKeys, cameras } from '../db/schema/cameras.js';
import { outbox } from '../db/schema/registry.js';
import { segments } from '../db/schema/segments.js';
import { Failure, notFound } from '../errors.js';
import { record } from '../history/history.js';
import type { Scope } from '../tenancy/scope.js';
import { lockCameras } from './bind.js';
import { rememberReplaced } from './replaced.js';

type CameraRow = typeof cameras.$inferSelect;

/**
 * Puts new hardware in the place of a camera (R43): the camera keeps its id, name, binding, roles and footage, and is
 * from now on the device that was registered as `byId`, whose own row goes. The old device is remembered: while it stays
 * plugged in it is shown as replaced, and is no new camera. Throws `not_found` outside the scope, `conflict` when the new one belongs to
 * another integrator, is bound, or has footage.
 */
export async function replaceCamera(
  ctx: Pick<Context, 'db' | 'changes'>,
  actor: Actor,
  scope: Scope,
  act: { id: CameraId; byId: CameraId },
): Promise<void> {
  const { id, byId } = act;
  await ctx.db.transaction(async (tx) => {
    const { old, by } = await lockBoth(tx, scope, id, byId);
    await requireFit(tx, old, by);
    const keys = await tx.select().from(cameraKeys).where(eq(cameraKeys.cameraId, byId));
    await rememberReplaced(tx, await tx.select().from(cameraKeys).where(eq(cameraKeys.cameraId, id)));
    await tx.delete(cameraKeys).where(inArray(cameraKeys.cameraId, [id, byId]));
    await tx.delete(cameras).where(eq(cameras.id, byId));
    await tx.update(cameras).set(hardwareOf(by)).where(eq(cameras.id, id));
    await tx.insert(cameraKeys).values(keys.map((key) => ({ ...key, cameraId: id })));
    // Both agents tell their inventory again, and hear whose id which device has now.
    const agentIds = [...new Set([old.agentId, by.agentId])];
    await tx.update(agents).set({ inventoryHash: null }).where(inArray(agents.id, agentIds));
    await tx.insert(outbox).values({ kind: 'agent', refs: agentIds });
    const facts = ({ manufacturer, model, serial, address, agentId }: CameraRow) => ({
      manufacturer,
      model,
      serial,
      address,
      agentId,
    });
    await record(tx, {
      actor,
      tenantId: old.tenantId,
      target: { kind: 'camera', id },
      operation: 'camera.replaced',
      sentence: `${actor.name} put new hardware in the place of ${old.name}`,
      before: facts(old),
      after: { ...facts(by), was: byId },
    });
  });
  ctx.changes.hint('outbox', undefined);
  ctx.changes.hint('camera', { cameraIds: [id, byId] });
}

async function lockBoth(
  tx: Transaction,
  scope: Scope,
  id: CameraId,
  byId: CameraId,
): Promise<{ old: CameraRow; by: CameraRow }> {
  const locked = await lockCameras(tx, scope, [id, byId]);
  for (const wanted of [id, byId])
    if (!locked.some((row) => row.id === wanted)) throw notFound('camera', wanted);
  const rows = await tx
    .select()
    .from(cameras)
    .where(inArray(cameras.id, [id, byId]));
  const find = (wanted: CameraId) => rows.find((row) => row.id === wanted) as CameraRow;
  return { old: find(id), by: find(byId) };
}

async function requireFit(tx: Transaction, old: CameraRow, by: CameraRow): Promise<void> {
  if (old.id === by.id)
    throw new Failure('conflict', 'A camera cannot take its own place. Name the new one.');
  if (old.integratorId !== by.integratorId)
    throw new Failure('conflict', `${by.name} belongs to another integrator.`);
  const wasUsed =
    by.customerId !== null ||
    (await tx.$count(bindings, eq(bindings.cameraId, by.id))) > 0 ||
    (await tx.$count(segments, eq(segments.cameraId, by.id))) > 0;
  if (!wasUsed) return;
  throw new Failure(
    'conflict',
    `${by.name} was bound before or has footage, which would lose its camera. Only a camera fresh from the inbox can take a place.`,
  );
}

/** What is the device's, not the place's. */
function hardwareOf(by: CameraRow) {
  return {
    agentId: by.agentId,
    localId: by.localId,
    kind: by.kind,
    channel: by.channel,
    manufacturer: by.manufacturer,
    model: by.model,
    firmware: by.firmware,
    serial: by.serial,
    address: by.address,
    access: by.access,
    accessReason: by.accessReason,
    streams: by.streams,
    inventoryHash: by.inventoryHash,
    missingSince: by.missingSince,
    conflict: null,
    // The name of the place stays, also against the new device's own.
    renamed: true,
    reportedState: null,
    reportedReason: null,
    reportedDetail: null,
    reportedSince: null,
    reportedGeneration: null,
    version: sql`${cameras.version} + 1`,
  };
}
