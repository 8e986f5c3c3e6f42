import { scopedRead } from '@gantry/registry/db/row-security.js';
import type { Transaction } from '@gantry/registry/db/database.js';
import { forgetOldEvents, readEnds, readEvents, readNews, tell } from '@gantry/registry/events/log.js';
import { start, type Position } from '@gantry/registry/events/position.js';
import { sql } from '@gantry/registry/db/drizzle.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../support/until.js';
import { startSite, type Site } from '../cameras/site.js';

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.close());

const happen = (db: Site['ctx']['db'] | Transaction, subject: string) =>
  tell(db, { type: 'tenant.stopping', tenantId: site.customer, subject, data: {} });

/** A transaction that has written, and waits to be let go. */
async function open(subject: string): Promise<{ commit(): Promise<void> }> {
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  let written = (): void => undefined;
  const began = new Promise<void>((resolve) => (written = resolve));
  const whole = site.ctx.db.transaction(async (tx) => {
    await happen(tx, subject);
    written();
    await held;
  });
  await began;
  return {
    commit: async () => {
      letGo();
      await whole;
    },
  };
}

/** Reads on as the feed does, everything that can be read at this moment. */
async function readOn(from: Position): Promise<{ subjects: string[]; reached: Position }> {
  const { reached } = await readNews(site.ctx.db, from, 1_000);
  const events = await readEvents(site.ctx.db, site.scope, { after: from, upTo: reached, limit: 1_000 });
  return { subjects: events.map(({ subject }) => subject), reached };
}

/** Reads on until so many came, and once more. Other databases of this server have transactions too: it may take. */
async function readAll(from: Position, count: number): Promise<string[]> {
  const seen: string[] = [];
  const state = { from };
  const on = async (): Promise<boolean> => {
    const { subjects, reached } = await readOn(state.from);
    seen.push(...subjects);
    state.from = reached;
    return seen.length >= count;
  };
  await until(on, { what: `${count} events`, timeoutMs: 60_000 });
  await on();
  return seen;
}

/** The end of the log, once everything so far can be read. */
async function now(): Promise<Position> {
  await happen(site.ctx.db, 'mark');
  return until(
    async () => {
      const { rows } = await site.ctx.db.execute<{ settled: boolean }>(sql`
        select max(xid::text::bigint) < pg_snapshot_xmin(pg_current_snapshot())::text::bigint as settled from events`);
      return rows[0]?.settled === true ? (await readEnds(site.ctx.db)).newest : null;
    },
    { what: 'everything to be readable', timeoutMs: 60_000 },
  );
}

test('what is committed late is not passed by, and nothing is read twice', async () => {
  const from = await now();
  const early = await open('early');
  const late = await open('late');
  await late.commit();
  await happen(site.ctx.db, 'latest');
  // The first has an older number and may still write: nobody reads past it.
  expect((await readOn(from)).subjects).toEqual([]);
  await early.commit();
  expect(await readAll(from, 3)).toEqual(['early', 'late', 'latest']);
});

test('a transaction that began first and wrote last comes in its place', async () => {
  const { ctx } = site;
  const from = await now();
  let letWrite = (): void => undefined;
  const mayWrite = new Promise<void>((resolve) => (letWrite = resolve));
  let begun = (): void => undefined;
  const hasBegun = new Promise<void>((resolve) => (begun = resolve));
  const first = ctx.db.transaction(async (tx) => {
    await tx.execute(sql`select pg_current_xact_id()`);
    begun();
    await mayWrite;
    await happen(tx, 'began first');
  });
  await hasBegun;
  // It takes a lower position, but ends later in the order of transactions.
  await happen(ctx.db, 'wrote first');
  expect((await readOn(from)).subjects).toEqual([]);
  letWrite();
  await first;
  expect(await readAll(from, 2)).toEqual(['began first', 'wrote first']);
});

test('many writers at once: whoever reads along sees each event once', async () => {
  const { ctx } = site;
  const reading = readAll(await now(), 240);
  const writer = async (name: number): Promise<void> => {
    for (let n = 0; n < 20; n += 1) {
      await ctx.db.transaction(async (tx) => {
        await happen(tx, `${name}-${n}-a`);
        await tx.execute(sql`select pg_sleep(${((name * 7 + n) % 5) / 1_000})`);
        await happen(tx, `${name}-${n}-b`);
      });
    }
  };
  await Promise.all(Array.from({ length: 6 }, (_none, name) => writer(name)));
  const seen = await reading;
  expect(seen).toHaveLength(240);
  expect(new Set(seen).size).toBe(240);
});

test('a change that is rolled back was never told', async () => {
  const from = await now();
  await site.ctx.db
    .transaction(async (tx) => {
      await happen(tx, 'undone');
      throw new Error('undo');
    })
    .catch(() => undefined);
  await happen(site.ctx.db, 'done');
  expect(await readAll(from, 1)).toEqual(['done']);
});

test('behind the second wall a read without a scope of its own finds the own events only', async () => {
  const { ctx, integrator } = site;
  const shop = await site.addTenant('customer', integrator, 'Shop');
  await tell(ctx.db, { type: 'tenant.stopping', tenantId: shop, subject: 'shop', data: {} });
  await happen(ctx.db, 'bakery');
  const of = async (path: string) => {
    const { rows } = await scopedRead(ctx.db, { paths: [path] }, (q) =>
      q.execute<{ tenant_id: string }>(sql`select distinct tenant_id from events`),
    );
    return rows.map((row) => row.tenant_id);
  };
  expect(await of(await site.pathOf(shop))).toEqual([shop]);
  expect((await of(await site.pathOf(integrator))).toSorted()).toEqual(
    expect.arrayContaining([shop, site.customer]),
  );
  await expect(
    scopedRead(ctx.db, site.scope, (q) => q.execute(sql`insert into events (type) values ('x')`)),
  ).rejects.toThrow('insert into events');
});

test('what is a day old is forgotten, what is younger stays', async () => {
  const { db } = site.ctx;
  await happen(db, 'old');
  await happen(db, 'young');
  await db.execute(sql`update events set at = now() - interval '25 hours' where subject = 'old'`);
  await forgetOldEvents(db);
  const { rows } = await db.execute<{ subject: string }>(
    sql`select subject from events where subject in ('old', 'young')`,
  );
  expect(rows).toEqual([{ subject: 'young' }]);
  expect((await readEnds(db)).oldest).not.toEqual(start);
});
