import type { CameraId } from '@gantry/protocol/ids.js';
import type { Context } from '../../context.js';
import { Failure } from '../../errors.js';
import { skips, type BulkAct, type ItemResult } from './acts.js';
import { carryOut, type BulkActor } from './carry-out.js';
import { withUndo, type UndoRequest } from './undo.js';

/** So many are done within the request; more become an operation. */
export const atOnceAtMost = 1_000;
/** So many are done or left together. */
export const atomicAtMost = 5_000;

/** Does an act within one transaction, and tells after commit. `atomic`: all of it or, with a Failure, nothing. */
export async function changeCameras(
  ctx: Pick<Context, 'db' | 'changes'>,
  by: BulkActor,
  act: BulkAct,
  ids: readonly CameraId[],
  options: { atomic: boolean } = { atomic: false },
): Promise<{ results: ItemResult[]; undo: UndoRequest[] }> {
  const { results, before } = await ctx.db.transaction(async (tx) => {
    const done = await carryOut(tx, by, act, ids);
    if (options.atomic) requireAll(done.results);
    return done;
  });
  if (before.length > 0) {
    ctx.changes.hint('outbox', undefined);
    ctx.changes.hint('camera', { cameraIds: before.map(({ id }) => id) });
  }
  return { results, undo: withUndo([], act, before) };
}

/** Throws `conflict` with every camera that stands in the way; the transaction goes with it. */
function requireAll(results: readonly ItemResult[]): void {
  const faults = results.flatMap(({ id, code }, index) =>
    code === undefined ? [] : [{ pointer: `/select/ids/${index}`, code, detail: `${id}: ${skips[code]}` }],
  );
  if (faults.length === 0) return;
  throw new Failure(
    'conflict',
    `${faults.length} of ${results.length} cameras cannot be changed; nothing was. Leave them out, or send atomic: false.`,
    faults.slice(0, 1_000),
  );
}
