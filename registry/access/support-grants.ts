import type { TenantId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import type { Queryable } from '../db/database.js';
import { alias, and, desc, eq, getTableColumns, gt, isNull, lt, or, type SQL } from '../db/drizzle.js';
import { supportGrants } from '../db/schema/roles.js';
import { tenants } from '../db/schema/tenants.js';
import { Failure, notFound } from '../errors.js';
import { record } from '../history/history.js';
import { loadPath } from '../tenancy/path.js';
import { inScope, type Scope } from '../tenancy/scope.js';
import { invalidField, requireTenant } from '../tenancy/tenants.js';
import { scopeOf, type ActingPrincipal } from './principal.js';

type SupportGrantRow = typeof supportGrants.$inferSelect;
export type ListedGrant = SupportGrantRow & { customerName: string; granteeName: string };
type Parts = Pick<Context, 'db' | 'clock' | 'newId'>;

/**
 * A customer's owner lets the integrator above watch for a while (R32). Nobody gives it to themselves from above.
 * `grantedTo` null: the nearest integrator. Throws `forbidden`, `invalid`.
 */
export async function createSupportGrant(
  ctx: Parts,
  actor: Actor,
  principal: ActingPrincipal,
  input: { customerId: TenantId; grantedTo: TenantId | null; hours: number },
): Promise<ListedGrant> {
  return ctx.db.transaction(async (tx) => {
    const customer = await requireTenant(tx, scopeOf(principal), input.customerId);
    if (customer.kind !== 'customer') {
      throw invalidField('/customerId', 'wrong_kind', 'support grants are about the video of a customer');
    }
    const path = await loadPath(tx, customer.id);
    const customers = new Set(path.filter(({ kind }) => kind === 'customer').map(({ id }) => id));
    const owns =
      principal.kind === 'user' &&
      principal.memberships.some((place) => place.owner && customers.has(place.tenantId));
    if (!owns) {
      throw new Failure('forbidden', `Only an owner of ${customer.name} lets somebody watch its video.`);
    }
    const above = path.filter(({ kind }) => kind !== 'customer');
    const grantee = input.grantedTo === null ? above.at(-1) : above.find(({ id }) => id === input.grantedTo);
    if (grantee === undefined) {
      throw invalidField('/grantedTo', 'not_found', 'is no integrator of this customer');
    }
    const [made] = await tx
      .insert(supportGrants)
      .values({
        id: ctx.newId('supportGrant'),
        customerId: customer.id,
        grantedTo: grantee.id,
        grantedBy: principal.userId,
        expiresAt: new Date(ctx.clock.nowMs() + input.hours * 3_600_000),
      })
      .returning();
    const row = made as SupportGrantRow;
    await record(tx, {
      actor,
      tenantId: customer.id,
      target: { kind: 'supportGrant', id: row.id },
      operation: 'supportGrant.created',
      sentence: `${actor.name} lets ${grantee.name} watch the video of ${customer.name} for ${input.hours} h`,
      after: { grantedTo: grantee.id, expiresAt: row.expiresAt.toISOString() },
    });
    return { ...row, customerName: customer.name, granteeName: grantee.name };
  });
}

/** Grants about customers of the scope, newest first; one more than `limit`. */
export async function listSupportGrants(
  db: Queryable,
  scope: Scope,
  page: { limit: number; after: string | null },
): Promise<ListedGrant[]> {
  const conditions: SQL[] = [inScope(supportGrants.customerId, scope)];
  if (page.after !== null) conditions.push(lt(supportGrants.id, page.after));
  const grantees = alias(tenants, 'grantees');
  return db
    .select({
      ...getTableColumns(supportGrants),
      customerName: tenants.name,
      granteeName: grantees.name,
    })
    .from(supportGrants)
    .innerJoin(tenants, eq(tenants.id, supportGrants.customerId))
    .innerJoin(grantees, eq(grantees.id, supportGrants.grantedTo))
    .where(and(...conditions))
    .orderBy(desc(supportGrants.id))
    .limit(page.limit + 1);
}

/** Ends a grant with the next request; the integrator may give it back too. Throws `not_found`. */
export async function revokeSupportGrant(
  ctx: Parts,
  actor: Actor,
  principal: ActingPrincipal,
  id: string,
): Promise<void> {
  const now = new Date(ctx.clock.nowMs());
  await ctx.db.transaction(async (tx) => {
    const [revoked] = await tx
      .update(supportGrants)
      .set({ revokedAt: now })
      .where(
        and(
          eq(supportGrants.id, id),
          inScope(supportGrants.customerId, scopeOf(principal)),
          or(isNull(supportGrants.revokedAt), gt(supportGrants.revokedAt, now)),
        ),
      )
      .returning();
    if (revoked === undefined) throw notFound('support grant', id);
    await record(tx, {
      actor,
      tenantId: revoked.customerId,
      target: { kind: 'supportGrant', id },
      operation: 'supportGrant.revoked',
      sentence: `${actor.name} ended a support grant`,
    });
  });
}
