import type { TenantId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import { databaseNow } from '../db/database.js';
import { and, eq } from '../db/drizzle.js';
import { moduleRestrictions } from '../db/schema/modules.js';
import { tenantActivity, tenants, type TenantKind } from '../db/schema/tenants.js';
import { Failure } from '../errors.js';
import { record } from '../history/history.js';
import { detailFaults, type TenantDetails } from './details.js';
import { modulesOffAtFirst } from './module-rules.js';
import { loadPath } from './path.js';
import { pathInScope, type Scope } from './scope.js';
import { getTenant, invalidField, invalidFields, type ShownTenant, type TenantRow } from './tenants.js';
import { holdTree } from './tree-lock.js';
import { mayHold } from './tree.js';

export type NewTenant = Partial<TenantDetails> &
  Pick<TenantDetails, 'name' | 'email'> & {
    kind: Exclude<TenantKind, 'platform'>;
    parentId: TenantId;
  };

/** Creates an integrator or a customer below a tenant of the scope (R1, R2, R5). Throws `invalid` naming the field. */
export async function createTenant(
  ctx: Pick<Context, 'db' | 'newId' | 'changes'>,
  actor: Actor,
  scope: Scope,
  input: NewTenant,
): Promise<ShownTenant> {
  const id = ctx.newId('tenant');
  await ctx.db.transaction(async (tx) => {
    await holdTree(tx);
    const [parent] = await tx
      .select()
      .from(tenants)
      .where(and(eq(tenants.id, input.parentId), pathInScope(scope)));
    if (parent === undefined) {
      throw invalidField('/parentId', 'not_found', `there is no tenant ${input.parentId} that you can see`);
    }
    checkParent(input.kind, parent);
    const faults = detailFaults(input.kind, input);
    if (faults.length > 0) throw invalidFields(faults);
    const ending = (await loadPath(tx, parent.id)).find((tenant) => tenant.status === 'deleting');
    if (ending !== undefined) {
      throw new Failure('conflict', `${ending.name} is being deleted; nothing new is created below it.`);
    }
    // The label is only known once the row exists; until then the id keeps the path unique.
    const [made] = await tx
      .insert(tenants)
      .values({ ...input, id, path: id })
      .returning({ seq: tenants.seq });
    const path = `${parent.path}${made?.seq}.`;
    await tx.update(tenants).set({ path }).where(eq(tenants.id, id));
    await tx.insert(tenantActivity).values({ tenantId: id, fromAt: await databaseNow(tx) });
    const off = modulesOffAtFirst(input.kind).map((module) => ({ tenantId: id, module }));
    if (off.length > 0) await tx.insert(moduleRestrictions).values(off);
    await record(tx, {
      actor,
      tenantId: id,
      target: { kind: 'tenant', id },
      operation: 'tenant.created',
      sentence: `${actor.name} created the ${input.kind} ${input.name}`,
      after: { ...input },
    });
  });
  ctx.changes.hint('tenant', { tenantId: id });
  return getTenant(ctx.db, scope, id);
}

/** Throws `invalid` when that kind does not hang below that parent (R1). */
export function checkParent(kind: TenantKind, parent: Pick<TenantRow, 'kind' | 'name'>): void {
  if (mayHold(parent.kind, kind)) return;
  const detail =
    kind === 'integrator'
      ? 'an integrator hangs below the platform or another integrator'
      : 'a customer hangs below an integrator or another customer';
  throw invalidField('/parentId', 'wrong_kind', `${detail}; ${parent.name} is a ${parent.kind}`);
}
