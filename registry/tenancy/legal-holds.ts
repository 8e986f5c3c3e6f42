import type { CameraId, TenantId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import { databaseNow, type Queryable, type Transaction } from '../db/database.js';
import { and, desc, eq, isNull, lt, type SQL, sql } from '../db/drizzle.js';
import { bindings } from '../db/schema/cameras.js';
import { legalHolds } from '../db/schema/operations.js';
import { tenants } from '../db/schema/tenants.js';
import { Failure, notFound } from '../errors.js';
import { record } from '../history/history.js';
import { loadPath } from './path.js';
import { inScope, type Scope } from './scope.js';
import { invalidField, requireTenant } from './tenants.js';
import { holdTree } from './tree-lock.js';

export type LegalHold = typeof legalHolds.$inferSelect;
type Parts = Pick<Context, 'db' | 'newId'>;

export interface NewLegalHold {
  customerId: TenantId;
  /** Null: every camera of the customer. */
  cameraId: CameraId | null;
  fromAt: Date;
  toAt: Date;
  reason: string;
}

/** Namespace of the advisory lock of who makes a hold against who deletes footage; others: see tree-lock.ts. */
const holdsMade = 5;

/** No hold is made until the transaction ends: what it finds free of holds may be deleted within it (R24). */
export async function holdOffHolds(tx: Transaction): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock_shared(${holdsMade}, 0)`);
}

/** Forbids that recordings of a customer are deleted (R24). Throws `not_found`, `invalid`, `conflict`. */
export async function createLegalHold(
  ctx: Parts,
  actor: Actor,
  scope: Scope,
  input: NewLegalHold,
): Promise<LegalHold> {
  return ctx.db.transaction(async (tx) => {
    // A deletion takes the tree first and looks for holds then: it sees this one, or this one sees it.
    await holdTree(tx);
    await tx.execute(sql`select pg_advisory_xact_lock(${holdsMade}, 0)`);
    const customer = await requireTenant(tx, scope, input.customerId);
    if (customer.kind !== 'customer') {
      throw invalidField('/customerId', 'not_a_customer', 'must be the id of a customer');
    }
    if ((await loadPath(tx, customer.id)).some((tenant) => tenant.status === 'deleting')) {
      throw new Failure('conflict', `${customer.name} is being deleted already.`);
    }
    if (input.cameraId !== null) await requireItsCamera(tx, customer.id, input.cameraId);
    const [hold] = await tx
      .insert(legalHolds)
      .values({ ...input, id: ctx.newId('legalHold') })
      .returning();
    const made = hold as LegalHold;
    await record(tx, {
      actor,
      tenantId: customer.id,
      target: { kind: 'tenant', id: customer.id },
      operation: 'legalHold.created',
      sentence: `${actor.name} put recordings of ${customer.name} under a legal hold: ${input.reason}`,
      after: {
        id: made.id,
        cameraId: input.cameraId,
        from: input.fromAt.toISOString(),
        to: input.toAt.toISOString(),
        reason: input.reason,
      },
    });
    return made;
  });
}

/** The camera is, or was once, bound to the customer: its footage of that time is the customer's (R41). */
async function requireItsCamera(db: Queryable, customerId: TenantId, cameraId: CameraId): Promise<void> {
  const [found] = await db
    .select({ id: bindings.id })
    .from(bindings)
    .where(and(eq(bindings.cameraId, cameraId), eq(bindings.customerId, customerId)))
    .limit(1);
  if (found === undefined) {
    throw invalidField('/cameraId', 'not_found', `there is no camera ${cameraId} of this customer`);
  }
}

/** Releasing a released hold changes nothing. Throws `not_found`. */
export async function releaseLegalHold(
  ctx: Pick<Context, 'db'>,
  actor: Actor,
  scope: Scope,
  id: string,
): Promise<LegalHold> {
  return ctx.db.transaction(async (tx) => {
    const [hold] = await tx
      .select()
      .from(legalHolds)
      .where(and(eq(legalHolds.id, id), inScope(legalHolds.customerId, scope)))
      .for('update');
    if (hold === undefined) throw notFound('legal hold', id);
    if (hold.releasedAt !== null) return hold;
    const releasedAt = await databaseNow(tx);
    await tx.update(legalHolds).set({ releasedAt }).where(eq(legalHolds.id, id));
    await record(tx, {
      actor,
      tenantId: hold.customerId,
      target: { kind: 'tenant', id: hold.customerId },
      operation: 'legalHold.released',
      sentence: `${actor.name} released the legal hold: ${hold.reason}`,
      before: { id, releasedAt: null },
      after: { id, releasedAt: releasedAt.toISOString() },
    });
    return { ...hold, releasedAt };
  });
}

/** Newest first; one more than `limit`. */
export async function listLegalHolds(
  db: Queryable,
  scope: Scope,
  filter: { customerId: TenantId | null; released: boolean },
  page: { limit: number; after: string | null },
): Promise<LegalHold[]> {
  const conditions: SQL[] = [inScope(legalHolds.customerId, scope)];
  if (filter.customerId !== null) conditions.push(eq(legalHolds.customerId, filter.customerId));
  if (!filter.released) conditions.push(isNull(legalHolds.releasedAt));
  if (page.after !== null) conditions.push(lt(legalHolds.id, page.after));
  return db
    .select()
    .from(legalHolds)
    .where(and(...conditions))
    .orderBy(desc(legalHolds.id))
    .limit(page.limit + 1);
}

/** Holds in force in the subtree of a path. */
export async function holdsBelow(db: Queryable, path: string): Promise<number> {
  const [found] = await db
    .select({ count: sql<number>`count(*)::int` })
    .from(legalHolds)
    .innerJoin(tenants, eq(tenants.id, legalHolds.customerId))
    .where(and(isNull(legalHolds.releasedAt), sql`${tenants.path} like ${`${path}%`}`));
  return found?.count ?? 0;
}
