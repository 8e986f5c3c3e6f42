import type { CameraId } from '@gantry/protocol/ids.js';
import type { Database } from '@gantry/registry/db/database.js';
import { cameras, entitlements } from '@gantry/registry/db/schema/cameras.js';
import { tenantActivity } from '@gantry/registry/db/schema/tenants.js';
import { eq } from '@gantry/registry/db/drizzle.js';
import { describeFootage, record } from '../recordings/footage.js';
import { enrolled, putSegment } from '../recordings/uploads.js';

/** Two minutes of video with a gap of twenty seconds, some time ago. */
export interface Recorded {
  cameraId: CameraId;
  name: string;
  startMs: number;
  gap: { startMs: number; endMs: number };
}

/** Long enough that players get each in two pieces. */
const segmentSeconds = 20;
const leftOut = 3;

/** Records a test picture for a camera, as its box would upload it. */
export async function recordFor(
  { url, db }: { url: string; db: Database },
  cameraId: CameraId,
): Promise<Recorded> {
  const footage = await record({ seconds: 120, segmentSeconds, size: '320x180', audio: false });
  const [camera] = await db.select().from(cameras).where(eq(cameras.id, cameraId));
  if (camera === undefined) throw new Error('There is no such camera.');
  const tokens = await enrolled(db, camera.agentId);
  const startMs = Math.floor((Date.now() - 20 * 60_000) / 1_000) * 1_000;
  // It was allowed to be recorded before the test began.
  const fromAt = new Date(startMs - 600_000);
  await db.update(entitlements).set({ fromAt }).where(eq(entitlements.cameraId, cameraId));
  await db.update(tenantActivity).set({ fromAt });
  const segments = describeFootage(footage, { cameraId, startedAtMs: startMs });
  for (const [index, segment] of segments.entries()) {
    if (index === leftOut) continue;
    const { status, body } = await putSegment(url, tokens, segment);
    if (status !== 201) throw new Error(`${status} ${body.detail}`);
  }
  const edge = (index: number) => startMs + index * segmentSeconds * 1_000;
  return {
    cameraId,
    name: camera.name,
    startMs,
    gap: { startMs: edge(leftOut), endMs: edge(leftOut + 1) },
  };
}
