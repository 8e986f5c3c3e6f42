import type { TenantId } from '@gantry/protocol/ids.js';
import type { Queryable } from '../db/database.js';
import { sql } from '../db/drizzle.js';
import { Failure } from '../errors.js';
import type { Scope } from './scope.js';
import { requireTenant } from './tenants.js';

/** In the recommended order; none is forced (R9). */
export const onboardingSteps = ['cameras', 'plans', 'roles', 'users', 'roleAssignments', 'alerts'] as const;
export type OnboardingStep = (typeof onboardingSteps)[number];

export interface Checklist {
  steps: { step: OnboardingStep; count: number; done: boolean; optional: boolean }[];
  /** Of the steps that are not optional. */
  done: number;
  total: number;
}

/** What a customer has set up so far. Throws `not_found`, or `conflict` for a tenant that is no customer. */
export async function checklistOf(db: Queryable, scope: Scope, tenantId: TenantId): Promise<Checklist> {
  const tenant = await requireTenant(db, scope, tenantId);
  if (tenant.kind !== 'customer') {
    throw new Failure('conflict', `${tenant.name} is no customer; only customers have a checklist.`);
  }
  const result = await db.execute<Record<Exclude<OnboardingStep, 'alerts'>, number>>(sql`
    select
      (select count(*) from cameras where customer_id = ${tenantId})::int as cameras,
      (select count(*) from cameras where customer_id = ${tenantId} and plan_id is not null)::int as plans,
      (select count(*) from roles where tenant_id = ${tenantId})::int as roles,
      (select count(*) from memberships where tenant_id = ${tenantId})::int as users,
      (select count(*) from role_members m join roles r on r.id = m.role_id
        where r.tenant_id = ${tenantId})::int as "roleAssignments"`);
  return checklistFrom({
    ...(result.rows[0] as Record<Exclude<OnboardingStep, 'alerts'>, number>),
    alerts: 0,
  });
}

/** A step is done when there is one of its things; alerts are optional and do not count. */
export function checklistFrom(counts: Readonly<Record<OnboardingStep, number>>): Checklist {
  const steps = onboardingSteps.map((step) => ({
    step,
    count: counts[step],
    done: counts[step] > 0,
    optional: step === 'alerts',
  }));
  const counted = steps.filter((step) => !step.optional);
  return { steps, done: counted.filter((step) => step.done).length, total: counted.length };
}
