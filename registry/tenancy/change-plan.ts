import type { PlanId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import type { Transaction } from '../db/database.js';
import { and, eq, sql } from '../db/drizzle.js';
import { plans } from '../db/schema/plans.js';
import { Failure, notFound } from '../errors.js';
import { record } from '../history/history.js';
import type { NewPlan, PlanRow } from './plans.js';
import { inScope, type Scope } from './scope.js';
import { lockTree } from './tree-lock.js';

type Parts = Pick<Context, 'db'>;

/** What can be changed of a plan; whose it is stays. */
export type PlanContent = Omit<NewPlan, 'tenantId'>;

/**
 * Changes a plan of the scope. Cameras took a copy of its settings when they were bound, and keep it (R8); those bound
 * from now on take the new ones. Throws `not_found`, `precondition_failed`.
 */
export async function changePlan(
  ctx: Parts,
  actor: Actor,
  scope: Scope,
  act: {
    id: PlanId;
    version: number;
    changes: { [Key in keyof PlanContent]?: PlanContent[Key] | undefined };
  },
): Promise<PlanRow> {
  return ctx.db.transaction(async (tx) => {
    const before = await lockPlan(tx, scope, act);
    const changed = (Object.keys(act.changes) as (keyof PlanContent)[]).filter(
      (key) => act.changes[key] !== before[key],
    );
    if (changed.length === 0) return before;
    const [after] = await tx
      .update(plans)
      .set({ ...act.changes, version: before.version + 1 })
      .where(eq(plans.id, act.id))
      .returning();
    await record(tx, {
      actor,
      tenantId: before.tenantId,
      target: { kind: 'plan', id: act.id },
      operation: 'plan.changed',
      sentence: `${actor.name} changed the plan ${before.name}`,
      before: Object.fromEntries(changed.map((key) => [key, before[key]])),
      after: Object.fromEntries(changed.map((key) => [key, act.changes[key]])),
    });
    return after as PlanRow;
  });
}

/**
 * Removes a plan of the scope that nothing has. Throws `conflict` naming what has it: without its plan a camera would
 * stop recording (R14), and a rule for new cameras would end silently.
 */
export async function deletePlan(
  ctx: Parts,
  actor: Actor,
  scope: Scope,
  act: { id: PlanId; version: number },
): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    // Nobody binds a camera meanwhile: who does holds the tree.
    await lockTree(tx);
    const plan = await lockPlan(tx, scope, act);
    const uses = await usesOf(tx, act.id);
    if (uses.length > 0) {
      throw new Failure(
        'conflict',
        `The plan ${plan.name} is in use by ${uses.join(', ')}. Give them another one first.`,
      );
    }
    await tx.delete(plans).where(eq(plans.id, act.id));
    await record(tx, {
      actor,
      tenantId: plan.tenantId,
      target: { kind: 'plan', id: act.id },
      operation: 'plan.deleted',
      sentence: `${actor.name} removed the plan ${plan.name}`,
      before: { name: plan.name, retentionDays: plan.retentionDays, mode: plan.mode, stream: plan.stream },
    });
  });
}

async function lockPlan(
  tx: Transaction,
  scope: Scope,
  { id, version }: { id: PlanId; version: number },
): Promise<PlanRow> {
  const [plan] = await tx
    .select()
    .from(plans)
    .where(and(eq(plans.id, id), inScope(plans.tenantId, scope)))
    .for('update');
  if (plan === undefined) throw notFound('plan', id);
  if (plan.version === version) return plan;
  throw new Failure(
    'precondition_failed',
    `${plan.name} is at version ${plan.version}, you changed version ${version}. Read it again, then repeat your change.`,
  );
}

/** `12 cameras`, `one box's rule for new cameras`: what would lose its plan. */
async function usesOf(tx: Transaction, id: PlanId): Promise<string[]> {
  const { rows } = await tx.execute<{ cameras: number; expected: number; rules: number; keys: number }>(sql`
    select
      (select count(*) from cameras where plan_id = ${id})::int as cameras,
      (select count(*) from expected_cameras where plan_id = ${id})::int as expected,
      (select count(*) from agents where auto_bind_plan_id = ${id} and ending is null)::int as rules,
      (select count(*) from enrolment_tokens where auto_bind_plan_id = ${id}
        and revoked_at is null and expires_at > now() and uses < max_uses)::int as keys`);
  const { cameras = 0, expected = 0, rules = 0, keys = 0 } = rows[0] ?? {};
  const counted: [number, string, string][] = [
    [cameras, 'one camera', 'cameras'],
    [expected, 'one camera that is expected', 'cameras that are expected'],
    [rules, 'the rule of one agent for new cameras', 'rules of agents for new cameras'],
    [keys, 'the rule of one enrolment token', 'rules of enrolment tokens'],
  ];
  return counted.flatMap(([count, one, many]) =>
    count === 0 ? [] : [count === 1 ? one : `${count} ${many}`],
  );
}
