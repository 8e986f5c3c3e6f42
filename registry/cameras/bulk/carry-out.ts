import type { CameraId, TenantId } from '@gantry/protocol/ids.js';
import type { Actor } from '../../actor.js';
import type { Queryable, Transaction } from '../../db/database.js';
import { sql } from '../../db/drizzle.js';
import { cameras } from '../../db/schema/cameras.js';
import { Failure } from '../../errors.js';
import { record, type HistoryEntry } from '../../history/history.js';
import { holdTree } from '../../tenancy/tree-lock.js';
import type { Scope } from '../../tenancy/scope.js';
import { texts } from '../arrays.js';
import {
  bindLocked,
  loadBindTarget,
  lockCameras,
  unbindLocked,
  type BindTarget,
  type LockedCamera,
  type Written,
} from '../bind.js';
import { inSight, type CameraSight } from '../sight.js';
import { switchLocked, type Side } from '../switch.js';
import { tagLocked, tagsAfter } from '../tag.js';
import { outcomeOf, type BulkAct, type ItemResult } from './acts.js';
import { decide } from './decide.js';

/** Who does it: targets must lie in `scope`; of what is in `view` and not in `configure` one hears that one may not. */
export interface BulkActor {
  actor: Actor;
  side: Side;
  scope: Scope;
  view: CameraSight;
  configure: CameraSight;
}

export interface CarriedOut {
  /** One per id, in the order asked. */
  results: ItemResult[];
  /** The cameras that changed, as they were. */
  before: LockedCamera[];
}

/**
 * Does an act to cameras in one transaction: the shape of the tree is held, then the cameras are locked in order of
 * id, then each is decided and all that change are written at one instant (R40, R42). Throws when the act itself is
 * impossible (no such customer, plan not offered); what is wrong with one camera is its result.
 */
export async function carryOut(
  tx: Transaction,
  by: BulkActor,
  act: BulkAct,
  ids: readonly CameraId[],
): Promise<CarriedOut> {
  await holdTree(tx);
  const bindTarget =
    act.verb === 'bind' ? await loadBindTarget(tx, by.scope, act.customerId, act.planId) : null;
  const rows = await lockCameras(tx, by.configure, ids);
  const targets = bindTarget
    ? new Map([[bindTarget.customer.id, bindTarget]])
    : await loadTargets(tx, by, act, rows);
  const verdicts = new Map(
    rows.map((row) => [row.id, { row, verdict: decide(row, act, { side: by.side, targets }) }]),
  );
  const changing = rows.filter(({ id }) => verdicts.get(id)?.verdict.kind === 'change');
  const { entries } = await write(tx, by, act, changing, targets);
  await record(tx, ...entries);
  const unlocked = ids.filter((id) => !verdicts.has(id));
  const seen = await seenAmong(tx, by, unlocked);
  const results = ids.map((id): ItemResult => {
    const verdict = verdicts.get(id)?.verdict;
    switch (verdict?.kind) {
      case undefined:
        return seen.has(id)
          ? { id, outcome: 'skipped', code: 'forbidden' }
          : { id, outcome: 'not_found', code: 'not_found' };
      case 'change':
        return { id, outcome: outcomeOf[act.verb] };
      case 'unchanged':
        return { id, outcome: 'unchanged' };
      case 'skip':
        return { id, outcome: 'skipped', code: verdict.code };
      default: {
        const never: never = verdict;
        return never;
      }
    }
  });
  return { results, before: changing };
}

/** Of cameras that one may not change: which one sees all the same. */
export async function seenAmong(
  db: Queryable,
  { view }: Pick<BulkActor, 'view'>,
  ids: readonly CameraId[],
): Promise<Set<CameraId>> {
  if (ids.length === 0) return new Set();
  const rows = await db
    .select({ id: cameras.id })
    .from(cameras)
    .where(sql`${cameras.id} = any(${texts(ids)}) and ${inSight(view)}`);
  return new Set(rows.map(({ id }) => id));
}

/** For `setPlan`: what the plan is for each customer concerned; null where it is not offered (R46). */
export async function loadTargets(
  db: Queryable,
  { scope }: Pick<BulkActor, 'scope'>,
  act: BulkAct,
  rows: readonly LockedCamera[],
): Promise<Map<TenantId, BindTarget | null>> {
  const targets = new Map<TenantId, BindTarget | null>();
  if (act.verb !== 'setPlan') return targets;
  const customers = new Set(rows.flatMap(({ customerId }) => customerId ?? []));
  for (const customerId of customers) {
    const target = await loadBindTarget(db, scope, customerId, act.planId).catch((error: unknown) => {
      if (error instanceof Failure) return null;
      throw error;
    });
    targets.set(customerId, target);
  }
  return targets;
}

async function write(
  tx: Transaction,
  { actor, side }: BulkActor,
  act: BulkAct,
  rows: readonly LockedCamera[],
  targets: ReadonlyMap<TenantId, BindTarget | null>,
): Promise<Pick<Written, 'entries'>> {
  switch (act.verb) {
    case 'bind': {
      const target = targets.get(act.customerId);
      return target ? bindLocked(tx, actor, rows, target) : { entries: [] };
    }
    case 'setPlan': {
      const entries: HistoryEntry[] = [];
      for (const [customerId, target] of targets) {
        if (target === null) continue;
        const own = rows.filter((row) => row.customerId === customerId);
        entries.push(...(await bindLocked(tx, actor, own, target)).entries);
      }
      return { entries };
    }
    case 'unbind':
      return unbindLocked(tx, actor, rows, { endReason: 'unbound', historyOf: (row) => row.customerId });
    case 'enable':
    case 'disable':
      return switchLocked(tx, actor, rows, { enabled: act.verb === 'enable', side });
    case 'tag':
      return tagLocked(
        tx,
        actor,
        rows.map((row) => ({ row, tags: tagsAfter(row.tags, act) })),
      );
    default: {
      const never: never = act;
      return never;
    }
  }
}
