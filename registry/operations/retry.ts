import type { CameraId } from '@gantry/protocol/ids.js';
import type { BulkActor } from '../cameras/bulk/carry-out.js';
import type { ImportStep } from '../cameras/import/resolve.js';
import { seesAllBelow } from '../cameras/sight.js';
import type { Context } from '../context.js';
import type { Transaction } from '../db/database.js';
import { and, eq } from '../db/drizzle.js';
import { operations } from '../db/schema/operations.js';
import { Failure, notFound } from '../errors.js';
import { inScope, type Scope } from '../tenancy/scope.js';
import { writeCameraAct, type CameraActPayload, type Place } from './camera-acts.js';
import { importKind, writeImport } from './camera-import.js';
import { itemsLeft, keptDays } from './items.js';
import { mayRetry, type OperationRow } from './operations.js';

type Parts = Pick<Context, 'db' | 'newId' | 'changes'>;

/**
 * Tries again what an operation over cameras did in vain or never came to: as an operation of its own, with the rights
 * of who asks. Throws `not_found`; `conflict` when nothing is left to try or somebody did; `forbidden`; and what the
 * act itself throws when it is impossible.
 */
export async function retryOperation(
  ctx: Parts,
  by: BulkActor,
  id: string,
  place: Place,
): Promise<OperationRow> {
  const begun = await ctx.db.transaction(async (tx) => {
    const before = await lockOperation(tx, by.scope, id);
    requireRetriable(before);
    const left = await itemsLeft<Record<string, unknown>>(tx, id);
    if (left.length === 0) {
      throw new Failure(
        'conflict',
        `What operation ${id} did in vain was kept for ${keptDays} days and is forgotten. Begin it anew.`,
      );
    }
    const again = await write(ctx, tx, by, before, left, place);
    await tx.update(operations).set({ retriedAs: again.id }).where(eq(operations.id, id));
    return again;
  });
  ctx.changes.hint('operation', undefined);
  return begun;
}

/** Of two who try it again at once the second hears that the first did. */
async function lockOperation(tx: Transaction, scope: Scope, id: string): Promise<OperationRow> {
  const [found] = await tx
    .select()
    .from(operations)
    .where(and(eq(operations.id, id), inScope(operations.tenantId, scope)))
    .for('update');
  if (found === undefined) throw notFound('operation', id);
  return found;
}

function requireRetriable(operation: OperationRow): void {
  if (mayRetry(operation)) return;
  const { id, kind, retriedAs } = operation;
  throw new Failure(
    'conflict',
    retriedAs === null
      ? `There is nothing to try again in operation ${id} (${kind}): it goes on, was stopped, or nothing of it failed.`
      : `Operation ${id} was tried again already, as ${retriedAs}.`,
  );
}

async function write(
  ctx: Parts,
  tx: Transaction,
  by: BulkActor,
  { kind, payload }: OperationRow,
  left: readonly Record<string, unknown>[],
  place: Place,
): Promise<OperationRow> {
  if (kind !== importKind) {
    const ids = (left as { id: CameraId }[]).map((one) => one.id);
    return writeCameraAct(ctx, tx, by, (payload as CameraActPayload).act, ids, place);
  }
  // The lines were checked against the rights of who sent them; to come are cameras that no role names yet.
  if (!by.scope.paths.every((path) => seesAllBelow(by.configure, path))) {
    throw new Failure(
      'forbidden',
      'Your roles are about single cameras. Import the lines that failed as a list of their own.',
    );
  }
  return writeImport(ctx, tx, by.actor, left as ImportStep[], place);
}
