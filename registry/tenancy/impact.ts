import type { Queryable } from '../db/database.js';
import { sql } from '../db/drizzle.js';

/** What a switch of a tenant touches, in numbers, before anybody confirms it. */
export interface Impact {
  /** Tenants below. */
  tenants: number;
  /** Cameras bound to a customer of the subtree. */
  cameras: number;
  /** Of those: recording now. */
  recording: number;
  /** Of those: off by their own switch. */
  switchedOff: number;
  /** Boxes these cameras are on. */
  agents: number;
  /** People with a place in the subtree. */
  users: number;
}

/** `path`: the tenant's. */
export async function impactOf(db: Queryable, path: string): Promise<Impact> {
  const result = await db.execute<Record<keyof Impact, number>>(sql`
    with subtree as (select id, path from tenants where path like ${`${path}%`}),
    bound as (
      select c.agent_id, c.enabled, c.reported_state from cameras c join subtree on subtree.id = c.customer_id
    )
    select
      (select count(*) from subtree where path <> ${path})::int as tenants,
      (select count(*) from bound)::int as cameras,
      (select count(*) from bound where reported_state = 'recording')::int as recording,
      (select count(*) from bound where not enabled)::int as "switchedOff",
      (select count(distinct agent_id) from bound)::int as agents,
      (select count(distinct m.user_id) from memberships m join subtree on subtree.id = m.tenant_id)::int as users`);
  return result.rows[0] as Impact;
}
