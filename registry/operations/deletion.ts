import type { TenantId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import { databaseNow, type Queryable, type Transaction } from '../db/database.js';
import { and, eq, isNull, sql } from '../db/drizzle.js';
import { operations } from '../db/schema/operations.js';
import { outbox } from '../db/schema/registry.js';
import { tenantActivity, tenants } from '../db/schema/tenants.js';
import { Failure } from '../errors.js';
import { record } from '../history/history.js';
import { holdsBelow } from '../tenancy/legal-holds.js';
import type { Scope } from '../tenancy/scope.js';
import { requireAbove } from '../tenancy/switch.js';
import { requireTenant, type TenantRow } from '../tenancy/tenants.js';
import { lockTenant, lockTree } from '../tenancy/tree-lock.js';
import { queueOperation, type OperationRow } from './operations.js';

export const deletionKind = 'tenant.delete';

/** What goes with a tenant, in numbers; the receipt says the same of what went (R24). */
export interface DeletionNumbers {
  /** The tenant itself and all below it. */
  tenants: number;
  /** Return to their integrators, unbound. */
  cameras: number;
  /** People who have no place elsewhere; their e-mail addresses become free. */
  users: number;
  roles: number;
  apiKeys: number;
  /** Links of invitation and reset. */
  links: number;
  /** Recorded files and clips cut out of them, and their bytes. */
  recordings: number;
  sizeBytes: number;
}

export const noNumbers: DeletionNumbers = {
  tenants: 0,
  cameras: 0,
  users: 0,
  roles: 0,
  apiKeys: 0,
  links: 0,
  recordings: 0,
  sizeBytes: 0,
};

/** What the operation needs to go on after a restart. */
export interface DeletionPayload extends Record<string, unknown> {
  tenantId: TenantId;
  parentId: TenantId;
  name: string;
  kind: TenantRow['kind'];
  actor: Actor;
}

/** Users with a place below the path and none elsewhere. */
export const loneUsers = (path: string) => sql`
  select m.user_id from memberships m join tenants t on t.id = m.tenant_id
  group by m.user_id having bool_and(t.path like ${`${path}%`})`;

/** What a deletion of the tenant with this path would take, and how many legal holds forbid it. */
export async function countDeletion(
  db: Queryable,
  path: string,
): Promise<DeletionNumbers & { legalHolds: number }> {
  const result = await db.execute<DeletionNumbers & Record<string, number>>(sql`
    with subtree as (select id from tenants where path like ${`${path}%`}),
    going as (${loneUsers(path)}),
    footage as (
      select count(*) as files, coalesce(sum(size_bytes), 0) as bytes from (
        select customer_id, size_bytes from segments union all select customer_id, size_bytes from clips
      ) files where customer_id in (select id from subtree)
    )
    select
      (select count(*) from subtree)::int as tenants,
      (select count(*) from cameras where customer_id in (select id from subtree))::int as cameras,
      (select count(*) from going)::int as users,
      (select count(*) from roles where tenant_id in (select id from subtree))::int as roles,
      (select count(*) from api_keys where tenant_id in (select id from subtree))::int as "apiKeys",
      (select count(*) from user_links where user_id in (select user_id from going))::int as links,
      (select files from footage)::int as recordings,
      (select bytes from footage)::float8 as "sizeBytes"`);
  const numbers = result.rows[0] as DeletionNumbers;
  return { ...numbers, legalHolds: await holdsBelow(db, path) };
}

/**
 * Begins to delete a tenant (R24): from this transaction on nobody of it gets in, nothing is recorded and no
 * way leads back; the rest is an operation that goes on after a crash. Asked again, answers the same operation.
 *
 * Throws `not_found`, `forbidden` (not from above), `conflict` (a legal hold; an integrator with tenants,
 * agents or plans in use).
 */
export async function startDeletion(
  ctx: Pick<Context, 'db' | 'newId' | 'changes'>,
  actor: Actor,
  scope: Scope,
  tenantId: TenantId,
): Promise<OperationRow> {
  const operation = await ctx.db.transaction(async (tx) => {
    await lockTree(tx);
    const seen = await requireTenant(tx, scope, tenantId);
    requireAbove(scope, seen);
    await lockTenant(tx, seen.seq);
    const tenant = await requireTenant(tx, scope, tenantId);
    if (tenant.status === 'deleting') {
      const known = await findDeletion(tx, tenantId);
      if (known !== null) return known;
    }
    const numbers = await countDeletion(tx, tenant.path);
    if (numbers.legalHolds > 0) throw heldBack(tenant, numbers.legalHolds);
    if (tenant.kind === 'integrator') await requireEmptyIntegrator(tx, tenant);
    await closeTenant(tx, tenant);
    const payload: DeletionPayload = {
      tenantId,
      parentId: tenant.parentId as TenantId,
      name: tenant.name,
      kind: tenant.kind,
      actor,
    };
    await record(tx, {
      actor,
      tenantId: payload.parentId,
      target: { kind: 'tenant', id: tenantId },
      operation: 'tenant.deletion_started',
      sentence: `${actor.name} began to delete ${tenant.name}`,
      before: { status: tenant.status, ...numbers },
      after: { status: 'deleting' },
    });
    return queueOperation(ctx, tx, actor, {
      kind: deletionKind,
      tenantId: payload.parentId,
      payload,
      total: numbers.cameras + numbers.recordings + numbers.users + numbers.tenants,
    });
  });
  ctx.changes.hint('tenant', { tenantId });
  ctx.changes.hint('outbox', undefined);
  ctx.changes.hint('operation', undefined);
  return operation;
}

async function findDeletion(tx: Transaction, tenantId: TenantId): Promise<OperationRow | null> {
  const [known] = await tx
    .select()
    .from(operations)
    .where(and(eq(operations.kind, deletionKind), sql`${operations.payload} ->> 'tenantId' = ${tenantId}`));
  return known ?? null;
}

/** No segment that starts from now on is kept, and nobody below is let in. */
async function closeTenant(tx: Transaction, tenant: TenantRow): Promise<void> {
  const at = await databaseNow(tx);
  await tx
    .update(tenants)
    .set({ status: 'deleting', version: tenant.version + 1 })
    .where(eq(tenants.id, tenant.id));
  await tx
    .update(tenantActivity)
    .set({ toAt: sql`greatest(${tenantActivity.fromAt}, ${at.toISOString()}::timestamptz)` })
    .where(and(eq(tenantActivity.tenantId, tenant.id), isNull(tenantActivity.toAt)));
  await tx.insert(outbox).values({ kind: 'tenant', refs: [tenant.id] });
}

/** An integrator goes only when nothing hangs on it: its boxes would be nobody's. */
async function requireEmptyIntegrator(tx: Transaction, tenant: TenantRow): Promise<void> {
  const result = await tx.execute<{ below: number; agents: number; planned: number }>(sql`
    select
      (select count(*) from tenants where parent_id = ${tenant.id})::int as below,
      (select count(*) from agents a where a.integrator_id = ${tenant.id} and (a.ending is null or exists (
        select from cameras c where c.agent_id = a.id and c.integrator_id <> ${tenant.id}
      )))::int as agents,
      (select count(*) from cameras c join plans p on p.id = c.plan_id
        where p.tenant_id = ${tenant.id})::int as planned`);
  const { below, agents, planned } = result.rows[0] as { below: number; agents: number; planned: number };
  const obstacle =
    below > 0
      ? `has ${below} tenants below it. Delete or move them first.`
      : agents > 0
        ? `has ${agents} agents. Revoke them, and delete cameras of theirs that others hold, first.`
        : planned > 0
          ? `offers plans that ${planned} cameras elsewhere are on. Give them other plans first.`
          : null;
  if (obstacle !== null) throw new Failure('conflict', `${tenant.name} ${obstacle}`);
}

const heldBack = (tenant: TenantRow, holds: number): Failure =>
  new Failure(
    'conflict',
    `${holds === 1 ? 'A legal hold forbids' : `${holds} legal holds forbid`} to delete ${tenant.name}. Release ` +
      `${holds === 1 ? 'it' : 'them'} first.`,
  );
