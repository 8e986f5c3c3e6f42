import { encodeJoinToken } from '@gantry/protocol/enrol.js';
import type { EnrolmentTokenId, PlanId, TenantId } from '@gantry/protocol/ids.js';
import type { Context } from '../context.js';
import type { Queryable } from '../db/database.js';
import { and, desc, eq, getTableColumns, isNull, lt, type SQL, sql } from '../db/drizzle.js';
import { enrolments, enrolmentTokens } from '../db/schema/agents.js';
import { plans } from '../db/schema/plans.js';
import { tenants } from '../db/schema/tenants.js';
import { Failure, notFound } from '../errors.js';
import { record } from '../history/history.js';
import { findTenant } from '../tenancy/path.js';
import { findOfferedPlan, type PlanRow } from '../tenancy/plans.js';
import { inScope, scopeHolds, type Scope } from '../tenancy/scope.js';
import { invalidField, requireTenant, type TenantRow } from '../tenancy/tenants.js';
import { isWithin } from '../tenancy/tree.js';
import type { Actor } from '../actor.js';
import { hashSecret, newSecret } from './secrets.js';

export type EnrolmentTokenRow = typeof enrolmentTokens.$inferSelect;

export interface ListedToken extends EnrolmentTokenRow {
  /** Of its rule; null without one. */
  customerName: string | null;
  planName: string | null;
  lastUsedAt: Date | null;
}

export interface NewEnrolmentToken {
  integratorId: TenantId;
  name: string;
  maxUses: number;
  expiresAt: Date;
  /** New cameras of agents that enrol with it go to this customer with this plan; null: they wait unbound. */
  autoBind: { customerId: TenantId; planId: PlanId } | null;
}

/** Makes an invitation for agents; `joinToken` is shown this once (R34). */
export async function createEnrolmentToken(
  ctx: Pick<Context, 'db' | 'newId' | 'random' | 'publicUrl'>,
  actor: Actor,
  scope: Scope,
  input: NewEnrolmentToken,
): Promise<{ row: ListedToken; joinToken: string }> {
  const secret = newSecret(ctx.random);
  const row = await ctx.db.transaction(async (tx) => {
    const integrator = await requireTenant(tx, scope, input.integratorId);
    if (integrator.kind !== 'integrator') {
      throw invalidField(
        '/integratorId',
        'wrong_kind',
        `agents enrol under an integrator, not a ${integrator.kind}`,
      );
    }
    const rule =
      input.autoBind === null ? null : await requireBindable(tx, scope, integrator, input.autoBind);
    const [made] = await tx
      .insert(enrolmentTokens)
      .values({
        id: ctx.newId('enrolmentToken'),
        integratorId: integrator.id,
        name: input.name,
        secretHash: hashSecret(secret),
        maxUses: input.maxUses,
        expiresAt: input.expiresAt,
        autoBindCustomerId: input.autoBind?.customerId ?? null,
        autoBindPlanId: input.autoBind?.planId ?? null,
        createdBy: actor.kind === 'user' ? (actor.id as EnrolmentTokenRow['createdBy']) : null,
      })
      .returning();
    const token = made as EnrolmentTokenRow;
    await record(tx, {
      actor,
      tenantId: integrator.id,
      target: { kind: 'enrolmentToken', id: token.id },
      operation: 'enrolmentToken.created',
      sentence: `${actor.name} made the enrolment token ${token.name} for ${integrator.name}`,
      after: { maxUses: token.maxUses, expiresAt: token.expiresAt.toISOString() },
    });
    const names = { customerName: rule?.customer.name ?? null, planName: rule?.plan.name ?? null };
    return { ...token, ...names, lastUsedAt: null };
  });
  return { row, joinToken: encodeJoinToken({ u: ctx.publicUrl(), k: `${row.id}.${secret}` }) };
}

/** Whose new cameras become, with which plan. Throws `invalid` or `plan_not_offered` when they cannot. */
export async function requireBindable(
  tx: Queryable,
  scope: Scope,
  integrator: TenantRow,
  rule: { customerId: TenantId; planId: PlanId },
): Promise<{ customer: Pick<TenantRow, 'name'>; plan: PlanRow }> {
  const customer = await findTenant(tx, rule.customerId);
  if (customer === null || !scopeHolds(scope, customer.path) || !isWithin(customer.path, integrator.path)) {
    throw invalidField(
      '/autoBind/customerId',
      'not_found',
      `there is no customer ${rule.customerId} below ${integrator.name}`,
    );
  }
  if (customer.kind !== 'customer') {
    throw invalidField(
      '/autoBind/customerId',
      'wrong_kind',
      `${customer.name} is a ${customer.kind}, not a customer`,
    );
  }
  const plan = await findOfferedPlan(tx, rule.planId, customer.path);
  if (plan === null) {
    throw new Failure('plan_not_offered', `The plan ${rule.planId} is not offered to ${customer.name}.`);
  }
  return { customer, plan };
}

/** Tokens of the scope that are not revoked, newest first; one more than `limit`. */
export async function listEnrolmentTokens(
  db: Queryable,
  scope: Scope,
  page: { limit: number; after: string | null },
): Promise<ListedToken[]> {
  const conditions: SQL[] = [inScope(enrolmentTokens.integratorId, scope), isNull(enrolmentTokens.revokedAt)];
  if (page.after !== null) conditions.push(lt(enrolmentTokens.id, page.after as EnrolmentTokenId));
  return db
    .select({
      ...getTableColumns(enrolmentTokens),
      customerName: tenants.name,
      planName: plans.name,
      lastUsedAt: sql`(select max(${enrolments.createdAt}) from ${enrolments}
        where ${enrolments.tokenId} = ${enrolmentTokens.id})`.mapWith(enrolments.createdAt),
    })
    .from(enrolmentTokens)
    .leftJoin(tenants, eq(tenants.id, enrolmentTokens.autoBindCustomerId))
    .leftJoin(plans, eq(plans.id, enrolmentTokens.autoBindPlanId))
    .where(and(...conditions))
    .orderBy(desc(enrolmentTokens.id))
    .limit(page.limit + 1);
}

/** Ends a token; agents that enrolled with it stay. */
export async function revokeEnrolmentToken(
  ctx: Pick<Context, 'db' | 'clock'>,
  actor: Actor,
  scope: Scope,
  id: EnrolmentTokenId,
): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const [revoked] = await tx
      .update(enrolmentTokens)
      .set({ revokedAt: new Date(ctx.clock.nowMs()) })
      .where(
        and(
          eq(enrolmentTokens.id, id),
          inScope(enrolmentTokens.integratorId, scope),
          isNull(enrolmentTokens.revokedAt),
        ),
      )
      .returning();
    if (revoked === undefined) throw notFound('enrolment token', id);
    await record(tx, {
      actor,
      tenantId: revoked.integratorId,
      target: { kind: 'enrolmentToken', id },
      operation: 'enrolmentToken.revoked',
      sentence: `${actor.name} revoked the enrolment token ${revoked.name}`,
    });
  });
}
