import type { StreamRole } from '@gantry/protocol/camera.js';
import type { AgentId, CameraId } from '@gantry/protocol/ids.js';
import type { Queryable } from '../db/database.js';
import { eq } from '../db/drizzle.js';
import { agents, type Presence } from '../db/schema/agents.js';
import { cameras } from '../db/schema/cameras.js';
import { Failure, notFound } from '../errors.js';
import { loadPath } from '../tenancy/path.js';
import { effectiveStatus, type TenantStanding } from '../tenancy/tree.js';

/** What decides whether a camera is shown live, beside who asks. */
export interface LiveFacts {
  name: string;
  enabled: boolean;
  switchedOffBy: 'integrator' | 'customer' | null;
  /** The tenant that holds it and all above, root first. */
  standings: readonly TenantStanding[];
}

/** Why nobody sees this camera live, whatever their rights; null when it is shown (R20, R23). */
export function whyNotLive({ name, enabled, switchedOffBy, standings }: LiveFacts): string | null {
  const status = effectiveStatus(standings);
  if (!status.active) {
    return `${name} shows nothing: ${status.because.kind} ${status.because.name} is disabled.`;
  }
  if (enabled) return null;
  return `${name} is switched off${switchedOffBy === null ? '' : ` by the ${switchedOffBy}`}. Switch it on to see it.`;
}

export interface LiveCamera {
  cameraId: CameraId;
  agentId: AgentId;
  agentName: string;
  presence: Presence;
  /** Roles of the streams it offers. */
  streams: readonly StreamRole[];
  /** When the newest still picture was taken. */
  snapshotAt: Date | null;
  /** Why nobody sees it now. */
  hiddenBecause: string | null;
}

/** A camera as far as seeing it now goes. Throws `not_found`. */
export async function findLiveCamera(db: Queryable, cameraId: CameraId): Promise<LiveCamera> {
  const [found] = await db
    .select({
      name: cameras.name,
      enabled: cameras.enabled,
      switchedOffBy: cameras.switchedOffBy,
      tenantId: cameras.tenantId,
      streams: cameras.streams,
      snapshotAt: cameras.snapshotAt,
      agentId: cameras.agentId,
      agentName: agents.name,
      presence: agents.presence,
    })
    .from(cameras)
    .innerJoin(agents, eq(agents.id, cameras.agentId))
    .where(eq(cameras.id, cameraId));
  if (found === undefined) throw notFound('camera', cameraId);
  const { name, enabled, switchedOffBy, tenantId, streams, ...rest } = found;
  const standings = await loadPath(db, tenantId);
  const hiddenBecause = whyNotLive({ name, enabled, switchedOffBy, standings });
  return { cameraId, ...rest, streams: streams.map(({ role }) => role), hiddenBecause };
}

/** {@link findLiveCamera}, as a demand: throws `conflict` with the reason why nobody sees it. */
export async function requireShown(db: Queryable, cameraId: CameraId): Promise<LiveCamera> {
  const camera = await findLiveCamera(db, cameraId);
  if (camera.hiddenBecause !== null) throw new Failure('conflict', camera.hiddenBecause);
  return camera;
}

/** Throws `unavailable` when the agent cannot be asked now. */
export function requireOnline({ agentName, presence }: LiveCamera): void {
  switch (presence) {
    case 'online':
      return;
    case 'offline':
      throw new Failure('unavailable', `The agent ${agentName} is offline: its cameras are not seen.`);
    case 'unknown':
      throw new Failure(
        'unavailable',
        `The agent ${agentName} has not been heard yet. Try again in a moment.`,
      );
    default:
      presence satisfies never;
  }
}
