import { registryActor } from '@gantry/registry/actor.js';
import { createChanges } from '@gantry/registry/changes.js';
import type { Database } from '@gantry/registry/db/database.js';
import { disableTenant, enableTenant } from '@gantry/registry/tenancy/switch.js';
import { sql } from '@gantry/registry/db/drizzle.js';
import assert from 'node:assert/strict';
import { roundsOf, type Bench } from './bench.js';
import { compare, timed, type Variant } from './harness.js';
import { addAgent, addCameras, addMarket, addTenant, type PlacedTenant } from './rows.js';
import { median } from './statistics.js';

/** Pairs of switches in one run: a commit takes about as long as one write of the disk, which varies. */
const switchesPerRun = { full: 40, smoke: 3 };

export const disableCommit: Bench = {
  name: 'disable-commit',
  what: 'commit of disabling a customer with 100,000 cameras against one with 100',
  async *run(stage) {
    const { db } = await stage.openDatabase();
    const market = await addMarket(db);
    const sizes = stage.smoke ? ([10, 50, 250] as const) : ([100, 10_000, 100_000] as const);
    const customers: PlacedTenant[] = [];
    let first = 0;
    for (const count of sizes) {
      const customer = await addTenant(db, 'customer', `Customer of ${count}`, market.integrator);
      const agentIds = [await addAgent(db, market.integrator.id), await addAgent(db, market.integrator.id)];
      await addCameras(db, {
        agentIds,
        integratorId: market.integrator.id,
        customerId: customer.id,
        planId: market.planId,
        first,
        count,
      });
      first += count;
      customers.push(customer);
    }
    await db.execute(sql`analyze`);
    const [small, middle, large] = customers as [PlacedTenant, PlacedTenant, PlacedTenant];
    const switches = stage.smoke ? switchesPerRun.smoke : switchesPerRun.full;
    const scope = { paths: [market.platform.path] };
    const both = (act: 'off' | 'on') =>
      compare({
        name: act === 'off' ? 'disable-commit' : 'disable-commit, on again',
        unit: 'ms per switch',
        ...roundsOf(stage),
        variants: {
          ours: switching(db, scope, large, { act, cameras: sizes[2], switches }),
          also: switching(db, scope, middle, { act, cameras: sizes[1], switches }),
          floor: switching(db, scope, small, { act, cameras: sizes[0], switches }),
        },
        budgets: [{ of: 'floor', atMost: 1.2 }],
      });
    yield await both('off');
    yield await both('on');
  },
};

/** Switches a customer off and on again; counts the half that `act` names. */
function switching(
  db: Database,
  scope: { paths: string[] },
  customer: PlacedTenant,
  o: { act: 'off' | 'on'; cameras: number; switches: number },
): Variant {
  const ctx = { db, changes: createChanges() };
  return {
    label: `${o.cameras.toLocaleString('en')} cameras`,
    run: async () => {
      const durations: number[] = [];
      const before = await countHistory(db, customer);
      for (let i = 0; i < o.switches; i += 1) {
        const off = await timed(() =>
          disableTenant(ctx, registryActor, scope, customer.id, { reason: 'bench' }),
        );
        assert.equal(off.result.changed, true);
        const on = await timed(() =>
          enableTenant(ctx, registryActor, scope, customer.id, { cameras: 'all' }),
        );
        assert.equal(on.result.changed, true);
        durations.push((o.act === 'off' ? off : on).durationMs);
      }
      // Nobody works it off here; the next run finds it empty like this one.
      await db.execute(sql`truncate outbox`);
      return {
        cost: median(durations),
        check: async () => {
          const { rows } = await db.execute<{ status: string; open: number; cameras: number }>(sql`
            select status, (select count(*)::int from tenant_activity where tenant_id = t.id and to_at is null) as open,
              (select count(*)::int from cameras where customer_id = t.id and enabled) as cameras
            from tenants t where id = ${customer.id}`);
          assert.deepEqual(rows, [{ status: 'active', open: 1, cameras: o.cameras }]);
          assert.equal((await countHistory(db, customer)) - before, 2 * o.switches);
        },
      };
    },
  };
}

async function countHistory(db: Database, customer: PlacedTenant): Promise<number> {
  const { rows } = await db.execute<{ count: number }>(
    sql`select count(*)::int as count from history where tenant_id = ${customer.id}`,
  );
  return rows[0]?.count ?? 0;
}
