import type { CameraId, TenantId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import { texts } from '../cameras/arrays.js';
import { loadBindTarget } from '../cameras/bind.js';
import { outcomeOf, skips, type BulkAct, type BulkVerb, type SkipCode } from '../cameras/bulk/acts.js';
import { carryOut, seenAmong, type BulkActor } from '../cameras/bulk/carry-out.js';
import { undoneAtMost, withUndo, type UndoRequest } from '../cameras/bulk/undo.js';
import { inSight } from '../cameras/sight.js';
import type { Side } from '../cameras/switch.js';
import type { Context } from '../context.js';
import type { Queryable, Transaction } from '../db/database.js';
import { eq, inArray, sql } from '../db/drizzle.js';
import { cameras } from '../db/schema/cameras.js';
import { operations } from '../db/schema/operations.js';
import { tenants } from '../db/schema/tenants.js';
import type { Scope } from '../tenancy/scope.js';
import { holdTree } from '../tenancy/tree-lock.js';
import { nextItems, putItems, settleItems } from './items.js';
import { queueOperation, type OperationRow } from './operations.js';
import type { OperationWork } from './queue.js';

/** A change of many cameras as an operation: its kind is `cameras.` and the verb. */
export const cameraActKind = (verb: BulkVerb): string => `cameras.${verb}`;

/** In whose scope an operation stands, and which subtrees it may touch. */
export interface Place {
  tenantId: TenantId;
  tenantIds: readonly TenantId[];
}

export interface CameraActPayload extends Record<string, unknown> {
  act: BulkAct;
  actor: Actor;
  side: Side;
  /** Whose subtrees it may touch; by id, for paths change when a tenant moves. */
  tenantIds: TenantId[];
}

/** Outcome so far; grows while it runs. */
export interface CameraActResult extends Record<string, unknown> {
  changed: number;
  unchanged: number;
  skipped: Partial<Record<SkipCode, number>>;
  /** Requests that take it back; null for more cameras than that is kept for. */
  undo: UndoRequest[] | null;
}

/** One transaction each: short enough that nobody waits long for a camera of it. */
const camerasPerStep = 250;

/**
 * Writes down an act for these cameras: the selection is what it is now, whatever a filter holds later. What the
 * person may not configure has failed already. Throws when the act itself is impossible.
 */
export async function beginCameraAct(
  ctx: Pick<Context, 'db' | 'newId' | 'changes'>,
  by: BulkActor,
  act: BulkAct,
  ids: readonly CameraId[],
  place: Place,
): Promise<OperationRow> {
  const begun = await ctx.db.transaction((tx) => writeCameraAct(ctx, tx, by, act, ids, place));
  ctx.changes.hint('operation', undefined);
  return begun;
}

/** {@link beginCameraAct} within a transaction; the hint after its commit is the caller's. */
export async function writeCameraAct(
  ctx: Pick<Context, 'newId'>,
  tx: Transaction,
  by: BulkActor,
  act: BulkAct,
  ids: readonly CameraId[],
  place: Place,
): Promise<OperationRow> {
  await holdTree(tx);
  if (act.verb === 'bind') await loadBindTarget(tx, by.scope, act.customerId, act.planId);
  const may = new Set(await configurable(tx, by, ids));
  const others = ids.filter((id) => !may.has(id));
  const seen = await seenAmong(tx, by, others);
  const failures = others.map((id) => failureOf(id, seen.has(id) ? 'forbidden' : 'not_found'));
  const { actor, side } = by;
  const payload: CameraActPayload = { act, actor, side, tenantIds: [...place.tenantIds] };
  const operation = await queueOperation(ctx, tx, actor, {
    kind: cameraActKind(act.verb),
    tenantId: place.tenantId,
    payload,
    total: ids.length,
  });
  const items = ids.map((id) => ({ id }));
  await putItems(tx, operation.id, items, ({ id }) => !may.has(id));
  if (failures.length === 0) return operation;
  const skipped: CameraActResult['skipped'] = {};
  for (const { code } of failures) skipped[code] = (skipped[code] ?? 0) + 1;
  const [counted] = await tx
    .update(operations)
    .set({
      done: failures.length,
      failed: failures.length,
      failures: failures.slice(0, 100),
      result: { ...nothingYet, skipped },
    })
    .where(eq(operations.id, operation.id))
    .returning();
  return counted as OperationRow;
}

const nothingYet: CameraActResult = { changed: 0, unchanged: 0, skipped: {}, undo: [] };

const failureOf = (id: CameraId, code: SkipCode) => ({ id, code, detail: skips[code] });

async function configurable(
  db: Queryable,
  { configure }: BulkActor,
  ids: readonly CameraId[],
): Promise<CameraId[]> {
  const rows = await db
    .select({ id: cameras.id })
    .from(cameras)
    .where(sql`${cameras.id} = any(${texts(ids)}) and ${inSight(configure)}`);
  return rows.map(({ id }) => id);
}

/** For the queue: every verb. */
export const cameraActKinds = (parts: Pick<Context, 'db' | 'changes'>): Record<string, OperationWork> =>
  Object.fromEntries(
    (Object.keys(outcomeOf) as BulkVerb[]).map((verb) => [cameraActKind(verb), cameraActs(parts)]),
  );

/** Carries such an operation out, step by step; what a step did and what it took from the list is one transaction. */
const cameraActs =
  (parts: Pick<Context, 'db' | 'changes'>): OperationWork =>
  async (run) => {
    const { act, actor, side, tenantIds } = run.operation.payload as CameraActPayload;
    let result: CameraActResult = { ...nothingYet, ...run.operation.result };
    for (;;) {
      let changed: CameraId[] = [];
      const { done } = await run
        .step(async (tx) => {
          const items = await nextItems<{ id: CameraId }>(tx, run.operation.id, camerasPerStep);
          if (items.length === 0) return { done: 0 };
          await holdTree(tx);
          const scope = await scopeNow(tx, tenantIds);
          const by = { actor, side, scope, view: scope, configure: scope };
          const { results, before } = await carryOut(
            tx,
            by,
            act,
            items.map(({ item }) => item.id),
          );
          const failures = results.flatMap(({ id, code }) =>
            code === undefined ? [] : [failureOf(id, code)],
          );
          const failed = new Set(failures.map(({ id }) => id));
          await settleItems(tx, run.operation.id, items, ({ id }) => failed.has(id));
          const next = added(result, act, {
            before,
            failures,
            unchanged: results.filter(({ outcome }) => outcome === 'unchanged').length,
          });
          changed = before.map(({ id }) => id);
          return { done: results.length, failures, result: next };
        })
        .then((outcome) => {
          if (outcome.result !== undefined) result = outcome.result as CameraActResult;
          return outcome;
        });
      if (done === 0) return result;
      if (changed.length > 0) {
        parts.changes.hint('outbox', undefined);
        parts.changes.hint('camera', { cameraIds: changed });
      }
    }
  };

function added(
  soFar: CameraActResult,
  act: BulkAct,
  step: {
    before: Awaited<ReturnType<typeof carryOut>>['before'];
    failures: readonly { code: SkipCode }[];
    unchanged: number;
  },
): CameraActResult {
  const changed = soFar.changed + step.before.length;
  const skipped = { ...soFar.skipped };
  for (const { code } of step.failures) skipped[code] = (skipped[code] ?? 0) + 1;
  return {
    changed,
    unchanged: soFar.unchanged + step.unchanged,
    skipped,
    undo: soFar.undo === null || changed > undoneAtMost ? null : withUndo(soFar.undo, act, step.before),
  };
}

/** The subtrees where they are at this moment; a tenant that is gone holds nothing. */
export async function scopeNow(tx: Transaction, tenantIds: readonly TenantId[]): Promise<Scope> {
  const rows = await tx
    .select({ path: tenants.path })
    .from(tenants)
    .where(inArray(tenants.id, [...tenantIds]));
  return { paths: rows.map(({ path }) => path) };
}
