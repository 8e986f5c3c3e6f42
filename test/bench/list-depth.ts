import { schema, type Database } from '@gantry/registry/db/database.js';
import { listCameras } from '@gantry/registry/cameras/list.js';
import type { CameraId } from '@gantry/protocol/ids.js';
import type { Scope } from '@gantry/registry/tenancy/scope.js';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import assert from 'node:assert/strict';
import pg from 'pg';
import { roundsOf, type Bench } from './bench.js';
import { compare, isWithinBudget, timed, type Variant } from './harness.js';
import { addAgent, addCameras, addMarket, addTenant, numberedCameraId } from './rows.js';
import { median } from './statistics.js';

const pageRows = 50;
/** Of all cameras, the sub-integrator's share; its cameras lie between the others' in the order of the list. */
const share = 10;

export const listDepth: Bench = {
  name: 'list-depth',
  what: 'a page of cameras deep in a list of a million against its first page',
  async *run(stage) {
    const database = await stage.openDatabase();
    const { db } = database;
    const total = stage.smoke ? 20_000 : 1_000_000;
    const { platform, integrator, planId } = await addMarket(db);
    const branch = await addTenant(db, 'integrator', 'Branch', integrator);
    const other = await addTenant(db, 'integrator', 'South Security', platform);
    const customers = 20;
    for (let i = 0; i < customers; i += 1) {
      // Two of the twenty are the branch's: a tenth of all cameras, evenly strewn.
      const isOfBranch = i % share === 0;
      const holder = isOfBranch ? branch : other;
      const customer = await addTenant(db, 'customer', `Customer ${i}`, holder);
      const agentIds = [];
      for (let a = 0; a < 10; a += 1) agentIds.push(await addAgent(db, holder.id));
      await addCameras(db, {
        agentIds,
        integratorId: holder.id,
        customerId: customer.id,
        planId,
        first: i,
        count: total / customers,
        step: customers,
      });
    }
    // Heard a moment ago: a page of cameras that record, each with its line "Recording since …".
    await db.execute(sql`update agents set presence = 'online', last_heard_at = clock_timestamp()`);
    await db.execute(sql`vacuum analyze`);
    const depth = Math.floor(total * 0.9);
    const viewers = [
      { name: 'the platform', path: platform.path, step: 1 },
      {
        name: `a sub-integrator with ${(total / share).toLocaleString('en')} of them`,
        path: branch.path,
        step: share,
      },
    ];
    for (const viewer of viewers) {
      const scope = { paths: [viewer.path] };
      const deepAfter = numberedCameraId(depth) as CameraId;
      const comparison = await compare({
        name: `list-depth of ${total.toLocaleString('en')} cameras, for ${viewer.name}`,
        unit: 'ms per page of 50',
        ...roundsOf(stage),
        variants: {
          ours: paging(
            db,
            scope,
            `after row ${depth.toLocaleString('en')}`,
            deepAfter,
            viewer.step,
            stage.smoke,
          ),
          floor: paging(db, scope, 'the first page', null, viewer.step, stage.smoke),
        },
        budgets: [{ of: 'floor', atMost: 1.1 }],
      });
      if (!stage.smoke && !isWithinBudget(comparison))
        comparison.notes.push(...(await explainPage(database.url, scope, deepAfter)));
      yield comparison;
    }
  },
};

/** Reads one page over and over; a page takes about a millisecond. */
function paging(
  db: Database,
  scope: Scope,
  label: string,
  after: CameraId | null,
  step: number,
  smoke: boolean,
): Variant {
  const page = { limit: pageRows, after: after === null ? null : { key: null, id: after } };
  const list = () => listCameras(db, scope, {}, page, new Date());
  return {
    label,
    run: async () => {
      const durations: number[] = [];
      for (let i = 0; i < (smoke ? 2 : 30); i += 1) durations.push((await timed(list)).durationMs);
      return {
        cost: median(durations),
        check: async () => {
          const { items, next } = await list();
          const from = after === null ? 0 : Number(after.slice(4)) + step;
          const expected = Array.from({ length: pageRows }, (_, i) => numberedCameraId(from + i * step));
          assert.deepEqual(
            items.map((item) => item.camera.id),
            expected,
          );
          assert.equal(next?.id, expected.at(-1));
        },
      };
    },
  };
}

/** How Postgres runs the statements of one page (the cameras, then their tenants), for whoever mends the index. */
async function explainPage(url: string, scope: Scope, after: CameraId): Promise<string[]> {
  const seen: { query: string; parameters: unknown[] }[] = [];
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  try {
    const watched = drizzle(pool, {
      schema,
      logger: { logQuery: (query, parameters) => void seen.push({ query, parameters }) },
    });
    await listCameras(watched, scope, {}, { limit: pageRows, after: { key: null, id: after } }, new Date());
    const plans: string[] = [];
    for (const { query, parameters } of seen) {
      const explained = await pool.query<{ 'QUERY PLAN': string }>(
        `explain (analyze, buffers) ${query}`,
        parameters,
      );
      plans.push(explained.rows.map((row) => row['QUERY PLAN']).join('\n'));
    }
    return plans;
  } finally {
    await pool.end();
  }
}
