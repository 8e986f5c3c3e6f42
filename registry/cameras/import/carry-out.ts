import type { CameraId, PlanId, TenantId } from '@gantry/protocol/ids.js';
import type { Actor } from '../../actor.js';
import type { Transaction } from '../../db/database.js';
import { Failure } from '../../errors.js';
import { record, type HistoryEntry } from '../../history/history.js';
import type { Scope } from '../../tenancy/scope.js';
import { holdTree } from '../../tenancy/tree-lock.js';
import { bindLocked, loadBindTarget, lockCameras, type BindTarget, type LockedCamera } from '../bind.js';
import { expectCameras } from '../expected.js';
import { renameLocked } from '../rename.js';
import { isSameTags, tagLocked } from '../tag.js';
import type { ImportStep } from './resolve.js';

export interface ImportNumbers {
  bound: number;
  renamed: number;
  tagged: number;
  expected: number;
}

export interface Imported extends ImportNumbers {
  changed: CameraId[];
  failures: { id: string; code: string; detail: string }[];
}

/** How a failure names its line. */
export const lineId = ({ line }: Pick<ImportStep, 'line'>): string => `line ${line}`;

interface Ready {
  step: ImportStep;
  row: LockedCamera;
}

/**
 * Does some lines of a list in one transaction. What became impossible since the list was read (a camera that went, a
 * customer that is being deleted) is a failure of its line.
 */
export async function carryOutImport(
  tx: Transaction,
  by: { actor: Actor; scope: Scope },
  steps: readonly ImportStep[],
): Promise<Imported> {
  const { actor, scope } = by;
  await holdTree(tx);
  const ids = steps.flatMap(({ cameraId }) => cameraId ?? []);
  const rows = new Map((await lockCameras(tx, scope, ids)).map((row) => [row.id, row]));
  const failures: Imported['failures'] = [];
  const fail = (step: ImportStep, code: string, why: string) =>
    failures.push({ id: lineId(step), code, detail: why });
  const targets = await loadTargets(tx, scope, steps);
  const targetOf = ({ customerId, planId }: ImportStep) => targets.get(`${customerId}\0${planId}`);

  const ready: Ready[] = [];
  const expected: ImportStep[] = [];
  for (const step of steps) {
    const target = step.customerId === null ? null : targetOf(step);
    const row = step.cameraId === null ? null : rows.get(step.cameraId);
    if (target instanceof Failure) fail(step, target.code, target.message);
    else if (row === undefined) fail(step, 'not_found', 'the camera is not there any more');
    else if (row === null) expected.push(step);
    else ready.push({ step, row });
  }

  const entries: HistoryEntry[] = [];
  const changed = new Set<CameraId>();
  const done = ({
    ids: written,
    entries: told,
  }: {
    ids: readonly CameraId[];
    entries: readonly HistoryEntry[];
  }) => {
    for (const id of written) changed.add(id);
    entries.push(...told);
    return written.length;
  };
  const named = ready.flatMap(({ row, step: { name } }) =>
    name === null || name === row.name ? [] : [{ row, name }],
  );
  const renamed = done(await renameLocked(tx, actor, named));
  const words = ready.flatMap(({ row, step: { tags } }) =>
    tags === null || isSameTags(tags, row.tags) ? [] : [{ row, tags }],
  );
  const tagged = done(await tagLocked(tx, actor, words));
  let bound = 0;
  for (const target of targets.values()) {
    if (target instanceof Failure) continue;
    const theirs = ready.filter(({ step }) => step.customerId !== null && targetOf(step) === target);
    const now = theirs.map(({ row, step }) => ({ ...row, name: step.name ?? row.name }));
    bound += done(await bindLocked(tx, actor, now, target));
  }
  await expectCameras(
    tx,
    actor.name,
    expected.flatMap(({ expect, name, customerId, planId, tags }) =>
      expect === null || customerId === null || planId === null
        ? []
        : [{ ...expect, name, customerId, planId, tags: tags ?? [] }],
    ),
  );
  entries.push(...expectedEntries(actor, expected));
  await record(tx, ...entries);
  return { bound, renamed, tagged, expected: expected.length, changed: [...changed], failures };
}

/** Each customer and plan of the list once; a Failure where it is impossible by now. */
async function loadTargets(
  tx: Transaction,
  scope: Scope,
  steps: readonly ImportStep[],
): Promise<Map<string, BindTarget | Failure>> {
  const targets = new Map<string, BindTarget | Failure>();
  for (const { customerId, planId } of steps) {
    const key = `${customerId}\0${planId}`;
    if (customerId === null || planId === null || targets.has(key)) continue;
    targets.set(key, await loadTarget(tx, scope, customerId, planId));
  }
  return targets;
}

const loadTarget = (
  tx: Transaction,
  scope: Scope,
  customerId: TenantId,
  planId: PlanId,
): Promise<BindTarget | Failure> =>
  loadBindTarget(tx, scope, customerId, planId).catch((error: unknown) => {
    if (error instanceof Failure) return error;
    throw error;
  });

/** One entry per customer: the cameras are not there yet. */
function expectedEntries(actor: Actor, steps: readonly ImportStep[]): HistoryEntry[] {
  const counts = new Map<TenantId, number>();
  for (const { customerId } of steps) {
    if (customerId !== null) counts.set(customerId, (counts.get(customerId) ?? 0) + 1);
  }
  return [...counts].map(([tenantId, count]) => ({
    actor,
    tenantId,
    target: { kind: 'tenant', id: tenantId },
    operation: 'cameras.expected',
    sentence: `${actor.name} expects ${count === 1 ? 'one camera' : `${count} cameras`} by a list`,
    after: { count },
  }));
}
