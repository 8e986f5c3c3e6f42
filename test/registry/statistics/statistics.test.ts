import type { CameraId, SegmentId, TenantId } from '@gantry/protocol/ids.js';
import { newId } from '@gantry/protocol/ids.js';
import { registryActor } from '@gantry/registry/actor.js';
import { agents } from '@gantry/registry/db/schema/agents.js';
import { cameras } from '@gantry/registry/db/schema/cameras.js';
import { segments } from '@gantry/registry/db/schema/segments.js';
import { sampleCameras } from '@gantry/registry/statistics/sample.js';
import { readStatistics, statisticsFrom, type Statistics } from '@gantry/registry/statistics/statistics.js';
import { handUsageTo, notePlayed, rollUp } from '@gantry/registry/statistics/usage.js';
import { moveTenant } from '@gantry/registry/tenancy/move.js';
import { eq, sql } from '@gantry/registry/db/drizzle.js';
import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSite, type Site } from '../cameras/site.js';

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.close());

const mint = (kind: 'segment' | 'camera' | 'session') =>
  newId(kind, Date.now(), (b) => randomBytes(b.length));
const from = new Date('2026-11-01T00:00:00Z');
const to = new Date('2026-11-11T00:00:00Z');

interface Footage {
  customer: TenantId;
  /** Minutes after {@link from}: taken, and stored. */
  takenMin: number;
  delayMin: number;
  sizeBytes: number;
  durationMs: number;
}

async function store(footage: Footage): Promise<SegmentId> {
  const id = mint('segment') as SegmentId;
  const at = (min: number) => new Date(from.getTime() + min * 60_000);
  await site.ctx.db.insert(segments).values({
    id,
    cameraId: `cam_of_${footage.customer}` as CameraId,
    customerId: footage.customer,
    agentId: 'agt_1' as never,
    sessionId: mint('session') as never,
    sequence: 1,
    startedAt: at(footage.takenMin),
    storedAt: at(footage.takenMin + footage.delayMin),
    durationMs: footage.durationMs,
    mediaOffsetUs: 0,
    sizeBytes: footage.sizeBytes,
    sha256: '',
    video: 'h264',
    initBytes: 10,
    initSha256: '',
    storageKey: id,
    keepUntil: to,
  });
  return id;
}

const read = (
  tenant: TenantId,
  more: Partial<Parameters<typeof readStatistics>[3]> = {},
): Promise<Statistics> =>
  readStatistics(site.ctx.db, site.scope, tenant, { from, to, bucket: 'day', timeZone: 'UTC', ...more });

test('sums over a subtree are exact, whatever is added up, moved, lost or removed meanwhile (R51)', async () => {
  const { ctx, platform, scope } = site;
  const { db } = ctx;
  const [a, b] = [
    await site.addTenant('integrator', platform, 'A'),
    await site.addTenant('integrator', platform, 'B'),
  ];
  const sub = await site.addTenant('integrator', a, 'Sub');
  const shops = [
    await site.addTenant('customer', a, 'One'),
    await site.addTenant('customer', sub, 'Two'),
    await site.addTenant('customer', sub, 'Three'),
    await site.addTenant('customer', b, 'Four'),
  ];
  const inner = await site.addTenant('customer', shops[0] as TenantId, 'Inner');
  const all = [...shops, inner];
  const footage = fc.record({
    customer: fc.constantFrom(...all),
    takenMin: fc.nat(10 * 1_440 - 1),
    delayMin: fc.nat(600),
    sizeBytes: fc.integer({ min: 1, max: 10_000_000 }),
    durationMs: fc.integer({ min: 1, max: 60_000 }),
  });
  const act = fc.oneof(
    { weight: 8, arbitrary: footage.map((one) => ({ kind: 'store' as const, one })) },
    { weight: 1, arbitrary: fc.constant({ kind: 'rollUp' as const }) },
    { weight: 1, arbitrary: fc.constantFrom(a, b).map((parent) => ({ kind: 'move' as const, parent })) },
    { weight: 1, arbitrary: fc.nat(1_000).map((which) => ({ kind: 'play' as const, which })) },
    { weight: 1, arbitrary: fc.nat(1_000).map((which) => ({ kind: 'lose' as const, which })) },
  );
  const stored: { id: SegmentId; one: Footage; lost: boolean; played: number }[] = [];
  let parentOfSub = a;
  for (const step of fc.sample(act, { numRuns: 250, seed: 51 })) {
    const any = stored[('which' in step ? step.which : 0) % Math.max(stored.length, 1)];
    if (step.kind === 'store')
      stored.push({ id: await store(step.one), one: step.one, lost: false, played: 0 });
    else if (step.kind === 'rollUp') await rollUp(db);
    else if (step.kind === 'move') {
      await moveTenant(ctx, registryActor, scope, sub, step.parent);
      parentOfSub = step.parent;
    } else if (any !== undefined && step.kind === 'play') {
      const { customer, sizeBytes } = any.one;
      await notePlayed(db, { customerId: customer, cameraId: `cam_of_${customer}` as CameraId }, sizeBytes);
      any.played += any.one.sizeBytes;
    } else if (any !== undefined && !any.lost) {
      await db.update(segments).set({ state: 'lost' }).where(eq(segments.id, any.id));
      any.lost = true;
    }
  }
  const sumsOf = ({ totals }: Statistics) => [totals.ingestedBytes, totals.recordedMs];
  const plus = (...many: number[][]) => many.reduce((x, y) => x.map((value, i) => value + (y[i] as number)));
  const truth = (customers: readonly TenantId[]) => {
    const theirs = stored.filter(({ one }) => customers.includes(one.customer));
    // Of footage that arrived after the time in question the recording counts, the traffic does not yet.
    const arrived = theirs.filter(({ one }) => one.takenMin + one.delayMin < 10 * 1_440);
    return [
      arrived.reduce((sum, { one }) => sum + one.sizeBytes, 0),
      theirs.reduce((sum, { one }) => sum + one.durationMs, 0),
    ];
  };
  const [ofA, ofB, ofSub, ofAll] = [await read(a), await read(b), await read(sub), await read(platform)];
  const [one, two, three, four] = shops as [TenantId, TenantId, TenantId, TenantId];
  expect(sumsOf(ofSub)).toEqual(truth([two, three]));
  expect(sumsOf(ofSub)).toEqual(plus(sumsOf(await read(two)), sumsOf(await read(three))));
  expect(sumsOf(ofA)).toEqual(truth(parentOfSub === a ? [one, inner, two, three] : [one, inner]));
  expect(sumsOf(ofB)).toEqual(truth(parentOfSub === b ? [four, two, three] : [four]));
  expect(sumsOf(ofAll)).toEqual(plus(sumsOf(ofA), sumsOf(ofB)));
  const days = ofAll.series.map((point) => point.ingestedBytes);
  expect(days.reduce((sum, bytes) => sum + bytes, 0)).toBe(ofAll.totals.ingestedBytes);
  expect(ofAll.series).toHaveLength(10);

  // What is played, lost and removed happens now.
  const now = new Date();
  const today = { from: new Date(now.getTime() - 3_600_000), to: new Date(now.getTime() + 3_600_000) };
  const live = await read(platform, { ...today, bucket: 'hour' });
  expect(live.totals.playedBytes).toBe(stored.reduce((sum, { played }) => sum + played, 0));
  const kept = stored.filter(({ lost }) => !lost).reduce((sum, entry) => sum + entry.one.sizeBytes, 0);
  expect(live.totals.storedBytes).toBe(kept);

  // A customer that is deleted leaves what it used with the tenant above; what it stored is gone.
  const before = await read(b);
  await db.transaction(async (tx) => {
    await tx.delete(segments).where(eq(segments.customerId, four));
    await handUsageTo(tx, await site.pathOf(four), b);
    await tx.execute(sql`delete from tenants where id = ${four}`);
  });
  expect(sumsOf(await read(b))).toEqual(sumsOf(before));
  await db.delete(segments);
  await rollUp(db);
  expect((await read(platform, { ...today, bucket: 'hour' })).totals.storedBytes).toBe(0);
});

test('days begin where the person is, also when the clocks change', async () => {
  const customer = await site.addTenant('customer', site.integrator, 'Berlin');
  // 23:30 in UTC on the 24th of October 2026 is half past one on the 25th in Berlin, a day of 25 hours.
  const minutes = (new Date('2026-10-24T23:30:00Z').getTime() - from.getTime()) / 60_000;
  await store({ customer, takenMin: minutes, delayMin: 0, sizeBytes: 7, durationMs: 1 });
  const range = { from: new Date('2026-10-23T22:00:00Z'), to: new Date('2026-10-26T23:00:00Z') };
  const { series } = await read(customer, { ...range, timeZone: 'Europe/Berlin' });
  expect(series.map(({ at, ingestedBytes }) => [at.toISOString(), ingestedBytes])).toEqual([
    ['2026-10-23T22:00:00.000Z', 0],
    ['2026-10-24T22:00:00.000Z', 7],
    ['2026-10-25T23:00:00.000Z', 0],
  ]);
  expect(series.map(({ storedBytes }) => storedBytes)).toEqual([0, 7, 7]);
});

test('cameras are counted by state for the time since the last look, once whoever looks', async () => {
  const { db } = site.ctx;
  const customer = await site.addTenant('customer', site.integrator, 'Shop');
  const agentId = await site.addAgent(site.integrator);
  await db.update(agents).set({ presence: 'online' }).where(eq(agents.id, agentId));
  const state = (reportedState: 'recording' | 'parked') => ({
    ...{ id: mint('camera') as CameraId, agentId, localId: mint('camera').toLowerCase(), tenantId: customer },
    ...{
      integratorId: site.integrator,
      customerId: customer,
      planId: site.plan,
      name: 'C',
      kind: 'onvif' as const,
    },
    ...{ address: 'a', access: 'ready' as const, streams: [], inventoryHash: '', reportedState },
  });
  await db
    .insert(cameras)
    .values([state('recording'), state('recording'), state('recording'), state('parked')]);
  await sampleCameras(db, 0);
  await db.execute(
    sql`update registry_state set value = to_jsonb((value #>> '{}')::float8 - 60000) where key = 'cameraSample'`,
  );
  const looked = await Promise.all([sampleCameras(db, 50_000), sampleCameras(db, 50_000)]);
  expect(looked.filter((ms) => ms > 0)).toHaveLength(1);
  const now = Date.now();
  const shown = await read(customer, {
    from: new Date(now - 7_200_000),
    to: new Date(now + 3_600_000),
    bucket: 'hour',
  });
  const { cameraMs, uptime } = shown.totals;
  expect(cameraMs.recording).toBe(cameraMs.notRecording * 3);
  expect(cameraMs.notRecording).toBeGreaterThanOrEqual(60_000);
  expect(uptime).toBe(0.75);
});

test('where nothing was to be recorded there is no uptime', () => {
  const cameraMs = { recording: 0, notRecording: 0, waiting: 0, offline: 0, disabled: 5, unassigned: 5 };
  const row = { at: from, storedBytes: 5, ingestedBytes: 0, playedBytes: 0, recordedMs: 0, cameraMs };
  expect(statisticsFrom([row, { ...row, storedBytes: -2 }]).series).toMatchObject([
    { storedBytes: 5, uptime: null },
    { storedBytes: 3, uptime: null },
  ]);
});

test('more points than anybody looks at are refused', async () => {
  await expect(read(site.platform, { bucket: 'hour', from: new Date(0) })).rejects.toMatchObject({
    code: 'invalid',
  });
});
