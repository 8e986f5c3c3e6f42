import type { CameraId } from '@gantry/protocol/ids.js';
import type { RecorderState, RecordingMode, DesiredReason } from '@gantry/protocol/state.js';
import { reportOf } from '../cameras/list.js';
import { statusOf, timeStyles, type CameraStatus } from '../cameras/status.js';
import { wishFor } from '../cameras/wish.js';
import type { Queryable } from '../db/database.js';
import { and, eq, sql } from '../db/drizzle.js';
import { agents } from '../db/schema/agents.js';
import { cameras } from '../db/schema/cameras.js';
import { tenants } from '../db/schema/tenants.js';
import { loadPaths } from '../tenancy/path.js';
import { inScope, type Scope } from '../tenancy/scope.js';

/** How a camera is when an event about it is read: what a list needs to show it anew. */
export interface CameraState {
  name: string;
  agentId: string;
  customerId: string | null;
  enabled: boolean;
  mode: RecordingMode;
  status: CameraStatus;
  desired: { record: boolean; reason: DesiredReason };
  reported: { state: RecorderState; reason: string | null; detail: string | null; since: Date | null } | null;
  version: number;
}

/** Those of the cameras that the scope holds, in two queries whatever their number. */
export async function readCameraStates(
  db: Queryable,
  scope: Scope,
  ids: readonly string[],
  now: Date,
): Promise<Map<string, CameraState>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({
      camera: cameras,
      path: tenants.path,
      timeZone: tenants.timeZone,
      agent: { presence: agents.presence, presenceAt: agents.presenceAt },
    })
    .from(cameras)
    .innerJoin(tenants, eq(tenants.id, cameras.tenantId))
    .innerJoin(agents, eq(agents.id, cameras.agentId))
    .where(
      and(
        sql`${cameras.id} = any(${sql.param(ids as readonly CameraId[])}::text[])`,
        inScope(cameras.tenantId, scope),
      ),
    );
  const paths = await loadPaths(db, [...new Set(rows.map(({ path }) => path))]);
  const styleIn = timeStyles(now);
  return new Map(
    rows.map(({ camera, path, timeZone, agent }) => {
      const wish = wishFor(camera, paths.get(path) ?? []);
      const reported = reportOf(camera);
      const { switchedOffBy, missingSince } = camera;
      const facts = { wish, switchedOffBy, agent, missingSince, reported };
      const { name, agentId, customerId, enabled, mode, version } = camera;
      return [
        camera.id,
        {
          ...{ name, agentId, customerId, enabled, mode, version },
          status: statusOf(facts, styleIn(timeZone ?? 'UTC')),
          desired: { record: wish.record, reason: wish.reason },
          reported: reported && { ...reported },
        },
      ];
    }),
  );
}
