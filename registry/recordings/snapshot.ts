import { createHash } from 'node:crypto';
import type { AgentId, CameraId } from '@gantry/protocol/ids.js';
import type { Context } from '../context.js';
import { databaseNow } from '../db/database.js';
import { and, desc, eq, gt, isNull, lte, or } from '../db/drizzle.js';
import { bindings, cameras } from '../db/schema/cameras.js';
import { tenants } from '../db/schema/tenants.js';
import { Failure, notFound } from '../errors.js';
import { inScope, scopeHolds, type Scope } from '../tenancy/scope.js';
import { permissionAt } from './permission.js';
import { snapshotKey } from './storage/keys.js';
import type { Storage } from './storage/storage.js';

export type SnapshotParts = Pick<Context, 'db' | 'changes'> & { storage: Storage };

/** Largest snapshot the registry takes, bytes. */
export const maxSnapshotBytes = 2 * 1024 * 1024;

/** SOI and the start of the next marker (ITU-T T.81 §B.1.1). */
const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/**
 * Takes the newest still picture of an agent's camera. An unbound camera may be looked at, so that people know
 * what they bind; a bound one only while it may be recorded (R14, R23: off means no pictures).
 */
export async function storeSnapshot(
  parts: SnapshotParts,
  agentId: AgentId,
  cameraId: CameraId,
  jpeg: Uint8Array,
): Promise<void> {
  const [camera] = await parts.db
    .select({ enabled: cameras.enabled, customerId: cameras.customerId })
    .from(cameras)
    .where(and(eq(cameras.id, cameraId), eq(cameras.agentId, agentId)));
  if (camera === undefined) throw notFound('camera', cameraId);
  if (!isJpeg(jpeg))
    throw new Failure('invalid', 'The snapshot is no JPEG: it does not start with FF D8 FF.');
  const now = await databaseNow(parts.db);
  const bound = camera.customerId !== null;
  if (!camera.enabled || (bound && (await permissionAt(parts.db, cameraId, now.getTime())) === null)) {
    throw new Failure(
      'recording_not_permitted',
      `Camera ${cameraId} is switched off; the snapshot was not kept.`,
    );
  }
  await parts.storage.put(snapshotKey(cameraId), once(jpeg), {
    sizeBytes: jpeg.byteLength,
    sha256: createHash('sha256').update(jpeg).digest('hex'),
  });
  await parts.db.update(cameras).set({ snapshotAt: now }).where(eq(cameras.id, cameraId));
  parts.changes.hint('camera', { cameraIds: [cameraId] });
}

/**
 * The newest snapshot of a camera. A picture taken while another customer held the camera is that customer's
 * (R41): who does not see that customer gets `not_found`, until a newer one arrives.
 */
export async function findSnapshot(
  parts: SnapshotParts,
  scope: Scope,
  cameraId: CameraId,
): Promise<{ takenAt: Date; jpeg: () => Promise<AsyncIterable<Uint8Array>> }> {
  const [camera] = await parts.db
    .select({ takenAt: cameras.snapshotAt })
    .from(cameras)
    .where(and(eq(cameras.id, cameraId), inScope(cameras.tenantId, scope)));
  if (camera === undefined) throw notFound('camera', cameraId);
  const { takenAt } = camera;
  if (takenAt === null) throw new Failure('not_found', `Camera ${cameraId} has sent no snapshot yet.`);
  const [owner] = await parts.db
    .select({ path: tenants.path })
    .from(bindings)
    .innerJoin(tenants, eq(tenants.id, bindings.customerId))
    .where(
      and(
        eq(bindings.cameraId, cameraId),
        lte(bindings.fromAt, takenAt),
        or(isNull(bindings.toAt), gt(bindings.toAt, takenAt)),
      ),
    )
    .orderBy(desc(bindings.fromAt))
    .limit(1);
  if (owner !== undefined && !scopeHolds(scope, owner.path)) {
    throw new Failure('not_found', `Camera ${cameraId} has sent no snapshot since it was bound.`);
  }
  return { takenAt, jpeg: () => parts.storage.get(snapshotKey(cameraId)) };
}
