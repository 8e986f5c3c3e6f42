import type { PlanId, TenantId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import type { Queryable } from '../db/database.js';
import { and, asc, eq, type SQL, sql } from '../db/drizzle.js';
import { plans } from '../db/schema/plans.js';
import { tenants } from '../db/schema/tenants.js';
import { record } from '../history/history.js';
import type { Scope } from './scope.js';
import { invalidField, requireTenant } from './tenants.js';

export type PlanRow = typeof plans.$inferSelect;

export interface NewPlan {
  tenantId: TenantId;
  name: string;
  retentionDays: number;
  mode: PlanRow['mode'];
  stream: PlanRow['stream'];
}

/** Creates a plan that a platform or integrator offers to its whole subtree (R46). */
export async function createPlan(
  ctx: Pick<Context, 'db' | 'newId'>,
  actor: Actor,
  scope: Scope,
  input: NewPlan,
): Promise<PlanRow> {
  return ctx.db.transaction(async (tx) => {
    const owner = await requireTenant(tx, scope, input.tenantId);
    if (owner.kind === 'customer') {
      throw invalidField('/tenantId', 'wrong_kind', 'plans are offered by the platform or an integrator');
    }
    const [plan] = await tx
      .insert(plans)
      .values({ ...input, id: ctx.newId('plan') })
      .returning();
    const made = plan as PlanRow;
    await record(tx, {
      actor,
      tenantId: input.tenantId,
      target: { kind: 'plan', id: made.id },
      operation: 'plan.created',
      sentence: `${actor.name} created the plan ${input.name}`,
      after: { ...input },
    });
    return made;
  });
}

/** Plans offered to the tenants of the scope: owned by them, by one above or by one below. One more than `limit`. */
export async function listPlans(
  db: Queryable,
  scope: Scope,
  page: { limit: number; after: string | null },
): Promise<PlanRow[]> {
  const visible = scope.paths.map(
    (path) => sql`(${tenants.path} like ${`${path}%`} or ${path} like ${tenants.path} || '%')`,
  );
  if (visible.length === 0) return [];
  const conditions: SQL[] = [sql`(${sql.join(visible, sql` or `)})`];
  if (page.after !== null) conditions.push(sql`${plans.id} > ${page.after}`);
  const rows = await db
    .select({ plan: plans })
    .from(plans)
    .innerJoin(tenants, eq(tenants.id, plans.tenantId))
    .where(and(...conditions))
    .orderBy(asc(plans.id))
    .limit(page.limit + 1);
  return rows.map((row) => row.plan);
}

/** The plan when it is offered to the tenant with this path: its owner is that tenant or above it. Else null. */
export async function findOfferedPlan(db: Queryable, planId: PlanId, path: string): Promise<PlanRow | null> {
  const [found] = await db
    .select({ plan: plans })
    .from(plans)
    .innerJoin(tenants, eq(tenants.id, plans.tenantId))
    .where(and(eq(plans.id, planId), sql`${path} like ${tenants.path} || '%'`));
  return found?.plan ?? null;
}
