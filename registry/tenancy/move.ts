import type { TenantId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import type { Transaction } from '../db/database.js';
import { eq, sql } from '../db/drizzle.js';
import { outbox } from '../db/schema/registry.js';
import { tenants } from '../db/schema/tenants.js';
import { Failure } from '../errors.js';
import { record } from '../history/history.js';
import { checkParent } from './create.js';
import { loadPath, type PathTenant } from './path.js';
import { scopeHolds, type Scope } from './scope.js';
import { isAbove } from './switch.js';
import { getTenant, invalidField, requireTenant, type ShownTenant, type TenantRow } from './tenants.js';
import { holdStatuses, lockTenant, lockTree } from './tree-lock.js';
import { movedPath } from './tree.js';

/**
 * Hangs a tenant with all below it under another parent (R1, R3). Both must lie in the scope, and the tenant
 * below its top. The same parent again changes nothing.
 *
 * Whether a segment may be kept is decided by the path as it is when the segment arrives: footage from before
 * the move that arrives after it is judged by the new ancestors' activity. What is stored stays. Cameras keep
 * plans that are not offered at the new place (R48), and go to the customer's nearest integrator (R42).
 *
 * Throws `not_found`, `invalid` (no such parent, wrong kind), `conflict` (cycle, being deleted), `forbidden`.
 */
export async function moveTenant(
  ctx: Pick<Context, 'db' | 'changes'>,
  actor: Actor,
  scope: Scope,
  tenantId: TenantId,
  parentId: TenantId,
): Promise<{ shown: ShownTenant; changed: boolean }> {
  const changed = await ctx.db.transaction(async (tx) => {
    await lockTree(tx);
    const tenant = await requireTenant(tx, scope, tenantId);
    if (tenant.kind === 'platform') throw new Failure('forbidden', 'The platform has no parent.');
    if (!isAbove(scope, tenant)) {
      throw new Failure('forbidden', `Only a user of a tenant above ${tenant.name} may move it.`);
    }
    const path = await loadPath(tx, parentId);
    const parent = path.at(-1);
    if (parent === undefined || !scopeHolds(scope, parent.path)) {
      throw invalidField('/parentId', 'not_found', `there is no tenant ${parentId} that you can see`);
    }
    if (tenant.parentId === parentId) return false;
    checkMove(tenant, path, parent);
    await holdStatuses(tx, path);
    await lockTenant(tx, tenant.seq);
    await rewrite(tx, tenant, parent);
    if (tenant.kind === 'customer') await handCamerasTo(tx, tenant, path);
    await tx.insert(outbox).values({ kind: 'tenant', refs: [tenantId] });
    const entry = {
      actor,
      target: { kind: 'tenant' as const, id: tenantId },
      operation: 'tenant.moved',
      sentence: `${actor.name} moved ${tenant.name} to ${parent.name}`,
      before: { parentId: tenant.parentId },
      after: { parentId },
    };
    // The old parent loses sight of the tenant and of its history: it keeps this entry.
    await record(tx, { ...entry, tenantId }, { ...entry, tenantId: tenant.parentId as TenantId });
    return true;
  });
  if (changed) {
    ctx.changes.hint('outbox', undefined);
    ctx.changes.hint('tenant', { tenantId });
  }
  return { shown: await getTenant(ctx.db, scope, tenantId), changed };
}

function checkMove(tenant: TenantRow, path: readonly PathTenant[], parent: PathTenant): void {
  if (path.some((above) => above.id === tenant.id)) {
    throw new Failure(
      'conflict',
      `${parent.name} lies below ${tenant.name}: the tree would have a cycle. Choose another parent.`,
    );
  }
  checkParent(tenant.kind, parent);
  const ending = [...path, tenant].find((one) => one.status === 'deleting');
  if (ending !== undefined) {
    throw new Failure('conflict', `${ending.name} is being deleted; nothing is moved there or away.`);
  }
}

/** The paths of the whole subtree in one statement; the version of the moved tenant alone. */
async function rewrite(tx: Transaction, tenant: TenantRow, parent: PathTenant): Promise<void> {
  const path = movedPath(tenant.path, tenant.path, parent.path);
  await tx.execute(sql`
    update tenants set path = ${path} || substr(path, ${tenant.path.length + 1}::int)
    where path like ${`${tenant.path}%`}`);
  await tx
    .update(tenants)
    .set({ parentId: parent.id, version: tenant.version + 1 })
    .where(eq(tenants.id, tenant.id));
}

/** Below a moved integrator the nearest integrator stays; below a moved customer it is the new path's. */
async function handCamerasTo(tx: Transaction, tenant: TenantRow, path: readonly PathTenant[]): Promise<void> {
  const integrator = path.findLast((above) => above.kind === 'integrator');
  if (integrator === undefined) return;
  const theirs = sql`customer_id in (
      select t.id from tenants t join tenants top on t.path like top.path || '%' where top.id = ${tenant.id}
    ) and integrator_id <> ${integrator.id}`;
  await tx.execute(sql`select 1 from cameras where ${theirs} order by id for update`);
  await tx.execute(sql`update cameras set integrator_id = ${integrator.id} where ${theirs}`);
}
