import type { TenantId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import { databaseNow, type Database, type Queryable, type Transaction } from '../db/database.js';
import { and, desc, eq, inArray, lt, type SQL } from '../db/drizzle.js';
import { operations, type OperationState } from '../db/schema/operations.js';
import { Failure, notFound } from '../errors.js';
import { inScope, type Scope } from '../tenancy/scope.js';
import { dropItems } from './items.js';

export type OperationRow = typeof operations.$inferSelect;

/** Changes of many cameras may be stopped half way, and clips while they are made; what is done stays done. */
const isCancellable = ({ kind }: OperationRow): boolean =>
  kind.startsWith('cameras.') || kind === 'clip.export';
export const mayCancel = (operation: OperationRow): boolean =>
  isCancellable(operation) && (operation.state === 'queued' || operation.state === 'running');

/** Whether there is something that failed, or that was never come to, and that nobody has tried again. */
export const mayRetry = ({ kind, state, failed, retriedAs }: OperationRow): boolean =>
  kind.startsWith('cameras.') &&
  (state === 'failed' || (state === 'done' && failed > 0)) &&
  retriedAs === null;

export interface NewOperation {
  /** A stable code such as `tenant.delete`; the queue must know it. */
  kind: string;
  /** In whose scope it stands. */
  tenantId: TenantId;
  payload: Record<string, unknown>;
  /** Number of things to do, as far as known. */
  total: number;
}

/** Writes down work in the transaction that decides on it; it starts after commit. */
export async function queueOperation(
  ctx: Pick<Context, 'newId'>,
  tx: Transaction,
  actor: Actor,
  input: NewOperation,
): Promise<OperationRow> {
  const [made] = await tx
    .insert(operations)
    .values({ ...input, id: ctx.newId('operation'), actorName: actor.name })
    .returning();
  return made as OperationRow;
}

/** Throws `not_found` for what the scope does not hold. */
export async function getOperation(db: Queryable, scope: Scope, id: string): Promise<OperationRow> {
  const [found] = await db
    .select()
    .from(operations)
    .where(and(eq(operations.id, id), inScope(operations.tenantId, scope)));
  if (found === undefined) throw notFound('operation', id);
  return found;
}

/** Newest first; one more than `limit`. */
export async function listOperations(
  db: Queryable,
  scope: Scope,
  filter: { state: OperationState | null; kind: string | null },
  page: { limit: number; after: string | null },
): Promise<OperationRow[]> {
  const conditions: SQL[] = [inScope(operations.tenantId, scope)];
  if (filter.state !== null) conditions.push(eq(operations.state, filter.state));
  if (filter.kind !== null) conditions.push(eq(operations.kind, filter.kind));
  if (page.after !== null) conditions.push(lt(operations.id, page.after));
  return db
    .select()
    .from(operations)
    .where(and(...conditions))
    .orderBy(desc(operations.id))
    .limit(page.limit + 1);
}

/** Stops an operation at its next step. Throws `not_found`, or `conflict` when it cannot be stopped (any more). */
export async function cancelOperation(db: Database, scope: Scope, id: string): Promise<OperationRow> {
  return db.transaction(async (tx) => {
    const seen = await getOperation(tx, scope, id);
    if (seen.state === 'cancelled') return seen;
    if (!isCancellable(seen)) {
      throw new Failure('conflict', `A ${seen.kind} cannot be stopped once it was confirmed.`);
    }
    // First what is left to do, then its state: as a step locks them.
    await dropItems(tx, id);
    const [cancelled] = await tx
      .update(operations)
      .set({ state: 'cancelled', finishedAt: await databaseNow(tx) })
      .where(and(eq(operations.id, id), inArray(operations.state, ['queued', 'running'])))
      .returning();
    if (cancelled === undefined) throw new Failure('conflict', `Operation ${id} has ended already.`);
    return cancelled;
  });
}
