import type { AgentId } from '@gantry/protocol/ids.js';
import type { Queryable } from '../db/database.js';
import { alias, and, asc, eq, getTableColumns, gt, type SQL } from '../db/drizzle.js';
import { agents } from '../db/schema/agents.js';
import { plans } from '../db/schema/plans.js';
import { tenants } from '../db/schema/tenants.js';
import { notFound } from '../errors.js';
import { inScope, type Scope } from '../tenancy/scope.js';
import { countByAgent } from './list.js';
import { timeOf, timeStyles, type TimeStyle } from './status.js';

interface Named {
  id: string;
  name: string;
}

export interface AgentView {
  agent: typeof agents.$inferSelect;
  integratorName: string;
  /** Where its new cameras go at once; null: they wait unbound. */
  autoBind: { customer: Named; plan: Named } | null;
  cameras: number;
  /** Presence in one line (R19). */
  sentence: string;
}

/** Agents enrolled under the scope's integrators, in order of id; one more than `limit` when there are more. */
export async function listAgents(
  db: Queryable,
  scope: Scope,
  page: { limit: number; after: AgentId | null },
  now: Date,
): Promise<AgentView[]> {
  const beyond = page.after === null ? [] : [gt(agents.id, page.after)];
  return readAgents(db, [inScope(agents.integratorId, scope), ...beyond], page.limit + 1, now);
}

/** Throws `not_found` outside the scope. */
export async function getAgent(db: Queryable, scope: Scope, id: AgentId, now: Date): Promise<AgentView> {
  const [view] = await readAgents(db, [eq(agents.id, id), inScope(agents.integratorId, scope)], 1, now);
  if (view === undefined) throw notFound('agent', id);
  return view;
}

async function readAgents(
  db: Queryable,
  conditions: readonly SQL[],
  limit: number,
  now: Date,
): Promise<AgentView[]> {
  const customers = alias(tenants, 'customers');
  const rows = await db
    .select({
      agent: getTableColumns(agents),
      integratorName: tenants.name,
      timeZone: tenants.timeZone,
      customer: { id: customers.id, name: customers.name },
      plan: { id: plans.id, name: plans.name },
    })
    .from(agents)
    .innerJoin(tenants, eq(tenants.id, agents.integratorId))
    .leftJoin(customers, eq(customers.id, agents.autoBindCustomerId))
    .leftJoin(plans, eq(plans.id, agents.autoBindPlanId))
    .where(and(...conditions))
    .orderBy(asc(agents.id))
    .limit(limit);
  const counts = await countByAgent(
    db,
    rows.map(({ agent }) => agent.id),
  );
  const styleIn = timeStyles(now);
  return rows.map(({ agent, integratorName, timeZone, customer, plan }) => ({
    agent,
    integratorName,
    autoBind: customer === null || plan === null ? null : { customer, plan },
    cameras: counts.get(agent.id) ?? 0,
    sentence: presenceLine(agent, styleIn(timeZone ?? 'UTC')),
  }));
}

function presenceLine(agent: typeof agents.$inferSelect, style: TimeStyle): string {
  switch (agent.presence) {
    case 'online':
      return `Online since ${timeOf(agent.presenceAt, style)}`;
    case 'offline':
      return agent.lastHeardAt === null
        ? 'Never heard of since it was enrolled'
        : `Offline since ${timeOf(agent.presenceAt, style)}`;
    case 'unknown':
      return 'Waiting to hear from it';
    default: {
      const never: never = agent.presence;
      return never;
    }
  }
}
