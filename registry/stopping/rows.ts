import type { AgentId } from '@gantry/protocol/ids.js';
import type { RecorderState } from '@gantry/protocol/state.js';
import type { Queryable } from '../db/database.js';
import { sql } from '../db/drizzle.js';
import type { Presence } from '../db/schema/agents.js';
import { isEffectivelyActive } from '../tenancy/active.js';
import { pathBelow } from '../tenancy/scope.js';
import type { CameraGroup } from './stopping.js';

/** Cameras bound below a path, by agent and state: one query whatever their number. */
export async function readGroups(db: Queryable, path: string): Promise<CameraGroup[]> {
  const { rows } = await db.execute<{
    agentId: AgentId;
    name: string;
    presence: Presence;
    presenceMs: number;
    wanted: boolean;
    reported: RecorderState | null;
    cameras: number;
  }>(sql`
    with counted as (
      select c.agent_id, c.reported_state, c.enabled and c.mode <> 'off' and here.active as wanted, count(*)::int as n
      from (select id, ${isEffectivelyActive} as active from tenants where ${pathBelow(sql`tenants.path`, sql`${path}`)}) here
      join cameras c on c.customer_id = here.id
      group by 1, 2, 3
    )
    select a.id as "agentId", a.name, a.presence, counted.wanted, counted.reported_state as reported,
      counted.n as cameras, (extract(epoch from a.presence_at) * 1000)::float8 as "presenceMs"
    from counted join agents a on a.id = counted.agent_id`);
  return rows.map(({ agentId, name, presence, presenceMs, wanted, reported, cameras }) => ({
    agent: { id: agentId, name, presence, presenceAt: new Date(presenceMs) },
    wanted,
    reported,
    cameras,
  }));
}
