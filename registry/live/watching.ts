import type { CameraId } from '@gantry/protocol/ids.js';
import type { Verdict } from '../access/camera-access.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import { record } from '../history/history.js';

/** Watching live under a support grant stands in the customer's history (R32), like watching recordings does. */
export async function recordLiveWatching(
  ctx: Pick<Context, 'db'>,
  actor: Actor,
  cameraId: CameraId,
  { camera, grantId }: Verdict & { may: true },
): Promise<void> {
  if (grantId === null) return;
  await ctx.db.transaction((tx) =>
    record(tx, {
      actor,
      tenantId: camera.tenantId,
      target: { kind: 'camera', id: cameraId },
      operation: 'camera.watchedLiveUnderGrant',
      sentence: `${actor.name} watched ${camera.name} live under a support grant`,
      after: { grantId },
    }),
  );
}
