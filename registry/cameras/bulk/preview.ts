import type { CameraId } from '@gantry/protocol/ids.js';
import type { Queryable } from '../../db/database.js';
import { sql } from '../../db/drizzle.js';
import { plans } from '../../db/schema/plans.js';
import { tenants } from '../../db/schema/tenants.js';
import { texts } from '../arrays.js';
import { loadBindTarget, readForChange, type LockedCamera } from '../bind.js';
import type { BulkAct, SkipCode } from './acts.js';
import { loadTargets, seenAmong, type BulkActor } from './carry-out.js';
import { decide } from './decide.js';

interface Named {
  id: string;
  name: string;
}

/** What an act concerns of a camera; only what it may change is given. */
export interface Setting {
  /** Null: in the inbox. */
  customer?: Named | null;
  plan?: Named | null;
  enabled?: boolean;
}

/** An act in numbers, before anybody confirms it. */
export interface Preview {
  total: number;
  /** Cameras that would change, by what they are and would be. */
  changes: { from: Setting; to: Setting; count: number }[];
  unchanged: number;
  skipped: { code: SkipCode; count: number }[];
}

/** Looks at so many cameras at a time. */
const atOnce = 5_000;

/** What {@link carryOut} would do now. Throws as it does when the act itself is impossible; locks and writes nothing. */
export async function previewAct(
  db: Queryable,
  by: Omit<BulkActor, 'actor'>,
  act: BulkAct,
  ids: readonly CameraId[],
): Promise<Preview> {
  if (act.verb === 'bind') await loadBindTarget(db, by.scope, act.customerId, act.planId);
  const changes = new Map<string, { before: LockedCamera; count: number }>();
  const skipped = new Map<SkipCode, number>();
  const add = (code: SkipCode, count: number) => {
    if (count > 0) skipped.set(code, (skipped.get(code) ?? 0) + count);
  };
  let unchanged = 0;
  for (let from = 0; from < ids.length; from += atOnce) {
    const part = ids.slice(from, from + atOnce);
    const rows = await readForChange(db, by.configure, part);
    const targets = await loadTargets(db, by, act, rows);
    for (const row of rows) {
      const verdict = decide(row, act, { side: by.side, targets });
      if (verdict.kind === 'unchanged') unchanged += 1;
      else if (verdict.kind === 'skip') add(verdict.code, 1);
      else {
        const key = keyOf(act, row);
        const group = changes.get(key) ?? { before: row, count: 0 };
        changes.set(key, { ...group, count: group.count + 1 });
      }
    }
    const known = new Set(rows.map(({ id }) => id));
    const others = part.filter((id) => !known.has(id));
    const seen = await seenAmong(db, by, others);
    add('forbidden', seen.size);
    add('not_found', others.length - seen.size);
  }
  const nameOf = await loadNames(db, act, [...changes.values()]);
  return {
    total: ids.length,
    changes: [...changes.values()].map(({ before, count }) => ({
      ...fromTo(act, before, nameOf),
      count,
    })),
    unchanged,
    skipped: [...skipped].map(([code, count]) => ({ code, count })),
  };
}

/** Cameras that stand alike in what the act changes are one line. */
function keyOf(act: BulkAct, { customerId, planId, enabled }: LockedCamera): string {
  switch (act.verb) {
    case 'bind':
    case 'unbind':
    case 'setPlan':
      return JSON.stringify([customerId, planId]);
    case 'enable':
    case 'disable':
      return String(enabled);
    case 'tag':
      return '';
    default: {
      const never: never = act;
      return never;
    }
  }
}

function fromTo(
  act: BulkAct,
  before: LockedCamera,
  nameOf: (id: string | null) => Named | null,
): { from: Setting; to: Setting } {
  const from = { customer: nameOf(before.customerId), plan: nameOf(before.planId) };
  switch (act.verb) {
    case 'bind':
      return { from, to: { customer: nameOf(act.customerId), plan: nameOf(act.planId) } };
    case 'unbind':
      return { from, to: { customer: null, plan: null } };
    case 'setPlan':
      return { from, to: { customer: from.customer, plan: nameOf(act.planId) } };
    case 'enable':
    case 'disable':
      return { from: { enabled: before.enabled }, to: { enabled: act.verb === 'enable' } };
    case 'tag':
      return { from: {}, to: {} };
    default: {
      const never: never = act;
      return never;
    }
  }
}

async function loadNames(
  db: Queryable,
  act: BulkAct,
  groups: readonly { before: LockedCamera }[],
): Promise<(id: string | null) => Named | null> {
  const wanted = groups.flatMap(({ before }) => [before.customerId, before.planId]);
  if (act.verb === 'bind') wanted.push(act.customerId, act.planId);
  if (act.verb === 'setPlan') wanted.push(act.planId);
  const ids = texts([...new Set(wanted.filter((id) => id !== null))]);
  const { rows } = await db.execute<{ id: string; name: string }>(sql`
    select ${tenants.id}, ${tenants.name} from ${tenants} where ${tenants.id} = any(${ids})
    union all select ${plans.id}, ${plans.name} from ${plans} where ${plans.id} = any(${ids})`);
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return (id) => (id === null ? null : { id, name: names.get(id) ?? '' });
}
