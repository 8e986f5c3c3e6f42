import type { CameraId, TenantId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import { carryOutImport, lineId, type ImportNumbers } from '../cameras/import/carry-out.js';
import type { ImportStep } from '../cameras/import/resolve.js';
import type { Context } from '../context.js';
import type { Transaction } from '../db/database.js';
import { scopeNow, type Place } from './camera-acts.js';
import { nextItems, putItems, settleItems } from './items.js';
import { queueOperation, type OperationRow } from './operations.js';
import type { OperationWork } from './queue.js';

export const importKind = 'cameras.import';

interface Payload extends Record<string, unknown> {
  actor: Actor;
  tenantIds: TenantId[];
}

const linesPerStep = 250;
const nothingYet: ImportNumbers = { bound: 0, renamed: 0, tagged: 0, expected: 0 };

/** Writes down the valid lines of a list as one operation. */
export async function beginImport(
  ctx: Pick<Context, 'db' | 'newId' | 'changes'>,
  actor: Actor,
  steps: readonly ImportStep[],
  place: Place,
): Promise<OperationRow> {
  const begun = await ctx.db.transaction((tx) => writeImport(ctx, tx, actor, steps, place));
  ctx.changes.hint('operation', undefined);
  return begun;
}

/** {@link beginImport} within a transaction; the hint after its commit is the caller's. */
export async function writeImport(
  ctx: Pick<Context, 'newId'>,
  tx: Transaction,
  actor: Actor,
  steps: readonly ImportStep[],
  place: Place,
): Promise<OperationRow> {
  const payload: Payload = { actor, tenantIds: [...place.tenantIds] };
  const operation = await queueOperation(ctx, tx, actor, {
    kind: importKind,
    tenantId: place.tenantId,
    payload,
    total: steps.length,
  });
  await putItems(tx, operation.id, steps);
  return operation;
}

/** Carries an import out; lines that became impossible meanwhile are its failures. */
export const cameraImport =
  (parts: Pick<Context, 'db' | 'changes'>): OperationWork =>
  async (run) => {
    const { actor, tenantIds } = run.operation.payload as Payload;
    let numbers: ImportNumbers = { ...nothingYet, ...(run.operation.result as Partial<ImportNumbers>) };
    for (;;) {
      let changed: CameraId[] = [];
      const { done, result } = await run.step(async (tx) => {
        const items = await nextItems<ImportStep>(tx, run.operation.id, linesPerStep);
        if (items.length === 0) return { done: 0 };
        const scope = await scopeNow(tx, tenantIds);
        const steps = items.map(({ item }) => item);
        const one = await carryOutImport(tx, { actor, scope }, steps);
        const failed = new Set(one.failures.map(({ id }) => id));
        await settleItems(tx, run.operation.id, items, (step) => failed.has(lineId(step)));
        changed = one.changed;
        return { done: steps.length, failures: one.failures, result: { ...sum(numbers, one) } };
      });
      if (done === 0) return { ...numbers };
      numbers = { ...nothingYet, ...(result as Partial<ImportNumbers>) };
      if (changed.length > 0) {
        parts.changes.hint('outbox', undefined);
        parts.changes.hint('camera', { cameraIds: changed });
      }
    }
  };

const sum = (a: ImportNumbers, b: ImportNumbers): ImportNumbers => ({
  bound: a.bound + b.bound,
  renamed: a.renamed + b.renamed,
  tagged: a.tagged + b.tagged,
  expected: a.expected + b.expected,
});
