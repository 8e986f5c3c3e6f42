import { withFittingNamed } from '@gantry/registry/cameras/fitting.js';
import type { CameraFilters } from '@gantry/registry/cameras/filters.js';
import { listCameras, type CameraPosition, type CameraSort } from '@gantry/registry/cameras/list.js';
import { schema, type Queryable } from '@gantry/registry/db/database.js';
import { scopedRead } from '@gantry/registry/db/row-security.js';
import type { CameraId } from '@gantry/protocol/ids.js';
import type { Scope } from '@gantry/registry/tenancy/scope.js';
import { drizzle, sql } from '@gantry/registry/db/drizzle.js';
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
    const total = stage.smoke ? 8_000 : 1_000_000;
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
      { name: 'the integrator above', path: integrator.path, step: share },
      {
        name: `a sub-integrator with ${(total / share).toLocaleString('en')} of them`,
        path: branch.path,
        step: share,
      },
    ];
    const lists: { of: string; filters: CameraFilters; sort: CameraSort }[] = [
      { of: '', filters: {}, sort: 'createdAt' },
      { of: ', newest first', filters: {}, sort: '-createdAt' },
      { of: ', only those that record', filters: { state: 'recording' }, sort: 'createdAt' },
      { of: ', of one maker', filters: { vendor: 'maker' }, sort: 'createdAt' },
      { of: ', by name', filters: {}, sort: 'name' },
      { of: ', switched on, by name', filters: { enabled: true }, sort: 'name' },
    ];
    for (const viewer of viewers) {
      const scope = { paths: [viewer.path] };
      const read: Reading = (work) => scopedRead(db, scope, work);
      const page = (filters: CameraFilters) =>
        read((q) => listCameras(q, scope, filters, { limit: pageRows, after: null }, new Date()));
      const text = `camera ${String(total - viewer.step)}`;
      yield await compare({
        name: `list-depth: a text that one of ${total.toLocaleString('en')} cameras fits, for ${viewer.name}`,
        unit: 'ms per page',
        ...roundsOf(stage),
        variants: {
          ours: {
            label: 'the page of what fits',
            run: async () => {
              const asked = async () => page(await withFittingNamed(db, scope, { text }));
              const { durationMs: cost, result } = await timed(asked);
              return { cost, check: () => assert.equal(result.items.length, 1) };
            },
          },
          floor: {
            label: 'the first page of all',
            run: async () => {
              const { durationMs: cost, result } = await timed(() => page({}));
              return { cost, check: () => assert.equal(result.items.length, pageRows) };
            },
          },
        },
        budgets: [{ of: 'floor', atMost: 10 }],
      });
      for (const { of, ...wanted } of lists) {
        const list = { scope, ...wanted };
        const first: Place = { after: null, from: list.sort === '-createdAt' ? total - viewer.step : 0 };
        const deep = placeAfter(list.sort, { depth, total }, viewer.step);
        const comparison = await compare({
          name: `list-depth of ${total.toLocaleString('en')} cameras${of}, for ${viewer.name}`,
          unit: 'ms per page of 50',
          ...roundsOf(stage),
          variants: {
            ours: paging(
              read,
              list,
              `after row ${depth.toLocaleString('en')}`,
              deep,
              viewer.step,
              stage.smoke,
            ),
            floor: paging(read, list, 'the first page', first, viewer.step, stage.smoke),
          },
          budgets: [{ of: 'floor', atMost: 1.1 }],
        });
        if (!stage.smoke && !isWithinBudget(comparison))
          comparison.notes.push(...(await explainPage(database.url, list, deep)));
        yield comparison;
      }
      const list = { scope, filters: {}, sort: 'createdAt' as const };
      const deep = placeAfter(list.sort, { depth, total }, viewer.step);
      yield await compare({
        name: `list-depth: what the second wall costs ${viewer.name}`,
        unit: 'ms per page of 50',
        ...roundsOf(stage),
        variants: {
          ours: paging(read, list, 'behind row-level security', deep, viewer.step, stage.smoke),
          floor: paging((work) => work(db), list, 'without', deep, viewer.step, stage.smoke),
        },
        budgets: [],
      });
    }
  },
};

type Reading = <Result>(work: (queryable: Queryable) => Promise<Result>) => Promise<Result>;
interface List {
  scope: Scope;
  filters: CameraFilters;
  sort: CameraSort;
}
/** Where a page begins, and the number of its first camera. */
interface Place {
  after: CameraPosition | null;
  from: number;
}

/** By name the cameras stand in another order than by id; names end in their numbers without zeros in front. */
function placeAfter(sort: CameraSort, o: { depth: number; total: number }, step: number): Place {
  const falls = sort.startsWith('-');
  const number = falls ? o.total - o.depth : o.depth;
  const id = numberedCameraId(number) as CameraId;
  const key = sort === 'name' ? `camera ${number}` : null;
  return { after: { key, id }, from: falls ? number - step : number + step };
}

/** Reads one page over and over; a page takes a few milliseconds. */
function paging(
  read: Reading,
  { scope, filters, sort }: List,
  label: string,
  { after, from }: Place,
  step: number,
  smoke: boolean,
): Variant {
  const list = () =>
    read((q) => listCameras(q, scope, filters, { limit: pageRows, sort, after }, new Date()));
  return {
    label,
    run: async () => {
      const durations: number[] = [];
      for (let i = 0; i < (smoke ? 2 : 30); i += 1) durations.push((await timed(list)).durationMs);
      return {
        cost: median(durations),
        check: async () => {
          const { items, next } = await list();
          const ids = items.map((item) => item.camera.id);
          assert.equal(ids.length, pageRows);
          assert.equal(next?.id, ids.at(-1));
          if (sort === 'name') return;
          const way = sort === 'createdAt' ? step : -step;
          const expected = Array.from({ length: pageRows }, (_, i) => numberedCameraId(from + i * way));
          assert.deepEqual(ids, expected);
        },
      };
    },
  };
}

/** How Postgres runs the statements of one page (the cameras, then their tenants), for whoever mends the index. */
async function explainPage(url: string, list: List, { after }: Place): Promise<string[]> {
  const seen: { query: string; parameters: unknown[] }[] = [];
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  try {
    const watched = drizzle(pool, {
      schema,
      logger: { logQuery: (query, parameters) => void seen.push({ query, parameters }) },
    });
    const { scope, filters, sort } = list;
    await listCameras(watched, scope, filters, { limit: pageRows, sort, after }, new Date());
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
