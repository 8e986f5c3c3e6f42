import type { AgentId } from '@gantry/protocol/ids.js';
import type { Queryable } from '../db/database.js';
import { asc, eq } from '../db/drizzle.js';
import { agents } from '../db/schema/agents.js';
import { cameras } from '../db/schema/cameras.js';
import { tenants } from '../db/schema/tenants.js';
import { notFound } from '../errors.js';

const shownCameras = 1_000;

/**
 * What the setup page shows of a box that is offline: what the registry knows of it, in the shape of the agent's own
 * answer (agent/setup/shapes.ts `PageView`), with when it was heard last.
 */
export async function lastSeenSite(db: Queryable, id: AgentId): Promise<object> {
  const [agent] = await db
    .select({ row: agents, integratorName: tenants.name })
    .from(agents)
    .innerJoin(tenants, eq(tenants.id, agents.integratorId))
    .where(eq(agents.id, id));
  if (agent === undefined) throw notFound('agent', id);
  const { row, integratorName } = agent;
  const known = await db
    .select()
    .from(cameras)
    .where(eq(cameras.agentId, id))
    .orderBy(asc(cameras.name), asc(cameras.id))
    .limit(shownCameras);
  return {
    v: 1,
    hostname: row.hostname,
    agentVersion: row.agentVersion,
    heardAtMs: row.lastHeardAt?.getTime() ?? null,
    claim: null,
    claimQr: null,
    joinProblem: null,
    isJoining: false,
    isSearching: false,
    sealKey: null,
    status: {
      agentId: row.id,
      agentName: row.name,
      integratorName,
      uplink: { kind: 'waiting' },
      scanNotes: [],
      cameras: known.map((camera) => ({
        localId: camera.localId,
        cameraId: camera.id,
        name: camera.name,
        kind: camera.kind,
        address: camera.address,
        model: camera.model,
        access: camera.access,
        accessReason: camera.accessReason,
        streams: camera.streams,
        registration: 'registered',
        registrationDetail: camera.conflict,
        recorder: null,
      })),
    },
  };
}
