import type { CameraId, PlanId, TenantId } from '@gantry/protocol/ids.js';
import { registryActor } from '../actor.js';
import type { Context } from '../context.js';
import type { Transaction } from '../db/database.js';
import { Failure } from '../errors.js';
import { record, type HistoryEntry } from '../history/history.js';
import { bindLocked, loadBindTarget, lockCameras } from './bind.js';
import { takeExpected } from './expected.js';
import type { CameraRow, RegisteringAgent } from './register-rows.js';

/** Where some new cameras go at once, and who says so. */
interface Destination {
  customerId: TenantId;
  planId: PlanId;
  because: string;
  ids: CameraId[];
}

/**
 * New cameras are bound at once (R35: registered first, in the same transaction) when somebody expects them (R40), or
 * else by the rule of their agent. Call it under `holdTree`, last in its transaction.
 */
export async function bindNew(
  ctx: Pick<Context, 'log'>,
  tx: Transaction,
  agent: RegisteringAgent,
  rows: readonly CameraRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const destinations = new Map<string, Destination>();
  const put = (to: Omit<Destination, 'ids'>, id: CameraId) => {
    const key = JSON.stringify([to.customerId, to.planId, to.because]);
    const known = destinations.get(key) ?? { ...to, ids: [] };
    known.ids.push(id);
    destinations.set(key, known);
  };
  const awaited = new Map(
    (await takeExpected(tx, agent.integratorPath, rows)).map((one) => [one.cameraId, one]),
  );
  const { autoBindCustomerId, autoBindPlanId } = agent;
  for (const { id } of rows) {
    const expected = awaited.get(id);
    if (expected !== undefined) {
      const { customerId, planId } = expected;
      put({ customerId, planId, because: `list of ${expected.actorName}` }, id);
    } else if (autoBindCustomerId !== null && autoBindPlanId !== null) {
      const because = `rule of agent ${agent.name}`;
      put({ customerId: autoBindCustomerId, planId: autoBindPlanId, because }, id);
    }
  }
  const entries: HistoryEntry[] = [];
  for (const destination of destinations.values()) {
    entries.push(...(await bindTo(ctx, tx, agent, destination)));
  }
  await record(tx, ...entries);
}

async function bindTo(
  ctx: Pick<Context, 'log'>,
  tx: Transaction,
  agent: RegisteringAgent,
  { customerId, planId, because, ids }: Destination,
): Promise<readonly HistoryEntry[]> {
  const scope = { paths: [agent.integratorPath] };
  try {
    const target = await loadBindTarget(tx, scope, customerId, planId);
    const rows = await lockCameras(tx, scope, ids);
    return (await bindLocked(tx, { ...registryActor, name: because }, rows, target)).entries;
  } catch (error) {
    // The customer or the plan is gone: the cameras wait in the inbox as if nobody had said anything.
    if (!(error instanceof Failure)) throw error;
    ctx.log.warn({ agentId: agent.id, because, why: error.message }, 'new cameras are not bound as was said');
    return [];
  }
}
