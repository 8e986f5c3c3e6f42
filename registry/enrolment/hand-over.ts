import type { AgentId, CameraId, PlanId, TenantId } from '@gantry/protocol/ids.js';
import { getAgent } from '../cameras/agents.js';
import type { Queryable } from '../db/database.js';
import { and, asc, eq, isNull } from '../db/drizzle.js';
import { cameras } from '../db/schema/cameras.js';
import { plans } from '../db/schema/plans.js';
import { tenants } from '../db/schema/tenants.js';
import { listTenants } from '../tenancy/list.js';
import { loadPath } from '../tenancy/path.js';
import { listPlans } from '../tenancy/plans.js';
import type { Scope } from '../tenancy/scope.js';

interface Named<Id> {
  id: Id;
  name: string;
}

/** To whom the cameras of a box can be handed over. */
export interface HandOver {
  /** The rule of its enrolment: the only customer there is; null: anyone below its integrator. */
  rule: { customer: Named<TenantId>; plan: Named<PlanId> } | null;
  /** By name, from the beginning. */
  customers: Named<TenantId>[];
  hasMore: boolean;
  plans: Named<PlanId>[];
  /** Registered cameras that belong to nobody yet. */
  waiting: CameraId[];
}

const shownCustomers = 50;
const shownPlans = 100;
/** As many as one request may bind. */
const shownCameras = 1_000;

/**
 * What a person who sets a site up may choose: the customer that the box was enrolled for, else those of its integrator
 * and of integrators below it, whose names contain `text`. Throws `not_found` outside the scope.
 */
export async function handOverOf(
  db: Queryable,
  scope: Scope,
  act: { id: AgentId; text: string | null; now: Date },
): Promise<HandOver> {
  const { agent } = await getAgent(db, scope, act.id, act.now);
  const waiting = await db
    .select({ id: cameras.id })
    .from(cameras)
    .where(and(eq(cameras.agentId, agent.id), isNull(cameras.customerId)))
    .orderBy(asc(cameras.id))
    .limit(shownCameras);
  const ids = waiting.map(({ id }) => id);
  const rule = await ruleOf(db, agent.autoBindCustomerId, agent.autoBindPlanId);
  if (rule !== null)
    return { rule, customers: [rule.customer], hasMore: false, plans: [rule.plan], waiting: ids };
  const path = await loadPath(db, agent.integratorId);
  const below: Scope = { paths: [path.at(-1)?.path ?? ''] };
  const filter = { parentId: null, kind: 'customer' as const, status: null, effective: null, text: act.text };
  const found = await listTenants(db, below, filter, { sort: 'name', limit: shownCustomers, after: null });
  const above = new Set(path.map((one) => one.id));
  const offered = await listPlans(db, below, { limit: shownPlans, after: null });
  return {
    rule: null,
    customers: found.slice(0, shownCustomers).map(({ row }) => ({ id: row.id, name: row.name })),
    hasMore: found.length > shownCustomers,
    plans: offered.filter((plan) => above.has(plan.tenantId)).map(({ id, name }) => ({ id, name })),
    waiting: ids,
  };
}

async function ruleOf(
  db: Queryable,
  customerId: TenantId | null,
  planId: PlanId | null,
): Promise<HandOver['rule']> {
  if (customerId === null || planId === null) return null;
  const [found] = await db
    .select({ customer: tenants.name, plan: plans.name })
    .from(tenants)
    .innerJoin(plans, eq(plans.id, planId))
    .where(eq(tenants.id, customerId));
  if (found === undefined) return null;
  return { customer: { id: customerId, name: found.customer }, plan: { id: planId, name: found.plan } };
}
