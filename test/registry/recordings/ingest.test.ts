import { createHash } from 'node:crypto';
import { newId } from '@gantry/protocol/ids.js';
import type { SegmentMeta } from '@gantry/protocol/segment.js';
import { registryActor } from '@gantry/registry/actor.js';
import { databaseNow, type Queryable } from '@gantry/registry/db/database.js';
import { segments } from '@gantry/registry/db/schema/segments.js';
import { tenants } from '@gantry/registry/db/schema/tenants.js';
import { Failure } from '@gantry/registry/errors.js';
import { ingestSegment, startOnRegistryClock } from '@gantry/registry/recordings/ingest.js';
import { permissionHeld } from '@gantry/registry/recordings/permission.js';
import { purgeExpired, sweepOrphans } from '@gantry/registry/recordings/retention.js';
import { loadPath } from '@gantry/registry/tenancy/path.js';
import { disableTenant, enableTenant } from '@gantry/registry/tenancy/switch.js';
import { lockTenant } from '@gantry/registry/tenancy/tree-lock.js';
import { eq, sql } from '@gantry/registry/db/drizzle.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { waitingForLocks } from '../../support/database.js';
import { describeFootage, inPieces, record, type Footage } from './footage.js';
import { openSite, type Site } from './site.js';

let site: Site;
let footage: Footage;
beforeAll(async () => {
  footage = await record();
  site = await openSite();
});
afterAll(() => site?.close());
afterEach(() => site.db.delete(segments));

type Upload = { meta: SegmentMeta; bytes: Uint8Array };
const minuteMs = 60_000;

/** What an agent recorded that long ago. */
const recorded = (agoMs: number, cameraId = site.cameraId) =>
  describeFootage(footage, { cameraId, startedAtMs: Date.now() - agoMs });
const oneRecorded = (agoMs: number, cameraId = site.cameraId) => recorded(agoMs, cameraId)[0] as Upload;

const upload = ({ meta, bytes }: Upload, body: AsyncIterable<Uint8Array> = inPieces(bytes)) =>
  ingestSegment(site, site.agentId, meta, body);

const codeOf = async (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    (outcome) => outcome,
    (error: unknown) => (error instanceof Failure ? error.code : error),
  );

const objects = async (): Promise<string[]> => {
  const keys = [];
  for await (const object of site.storage.list('segments/')) keys.push(object.key);
  return keys;
};

const scope = async () => ({ paths: [(await loadPath(site.db, site.platformId))[0]?.path ?? ''] });
const disable = async (tenantId = site.bakery) =>
  disableTenant(site, registryActor, await scope(), tenantId, { reason: null });
const enable = async (tenantId = site.bakery) =>
  enableTenant(site, registryActor, await scope(), tenantId, { cameras: 'all' });

describe('a segment that may be kept', () => {
  it('is stored once, however often it is sent', async () => {
    const segment = oneRecorded(minuteMs);
    expect(await upload(segment)).toBe('stored');
    expect(await upload(segment)).toBe('known');
    expect(await upload(segment)).toBe('known');
    const [row] = await site.db.select().from(segments);
    expect(row).toMatchObject({ id: segment.meta.id, customerId: site.bakery, sha256: segment.meta.sha256 });
    expect(row?.keepUntil.getTime()).toBe((row?.startedAt.getTime() ?? 0) + 30 * 86_400_000);
    expect(await objects()).toContain(row?.storageKey);
  });

  it('is stored once also when it is sent five times at once', async () => {
    const before = (await objects()).length;
    const segment = oneRecorded(minuteMs);
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => upload(segment)));
    expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1);
    expect(await objects()).toHaveLength(before + 1);
  });

  it('is known again under a new id, as an agent sends what it salvaged after a crash', async () => {
    const segment = oneRecorded(minuteMs);
    await upload(segment);
    const id = newId('segment', Date.now(), (bytes) => bytes.fill(9));
    expect(await upload({ ...segment, meta: { ...segment.meta, id } })).toBe('known');
    expect(await site.db.$count(segments)).toBe(1);
  });

  it('contradicts another one with its id, or its place in the session', async () => {
    const [first, second] = recorded(minuteMs) as Upload[] as [Upload, Upload];
    await upload(first);
    const { sizeBytes, sha256 } = second.meta;
    const otherBytes = { bytes: second.bytes, meta: { ...first.meta, sizeBytes, sha256 } };
    expect(await codeOf(upload(otherBytes))).toBe('conflict');
    expect(await codeOf(upload({ ...otherBytes, meta: { ...otherBytes.meta, id: second.meta.id } }))).toBe(
      'conflict',
    );
  });

  it('starts on the registry clock, and never so late that it would end in the future', async () => {
    const measured = describeFootage(footage, {
      cameraId: site.cameraId,
      startedAtMs: Date.now() - 90 * minuteMs,
      clockOffsetMs: 80 * minuteMs,
    })[0] as Upload;
    await upload(measured);
    const ahead = oneRecorded(-365 * 86_400_000);
    await upload(ahead);
    const now = await databaseNow(site.db);
    const startOf = async ({ meta }: Upload) =>
      (await site.db.select().from(segments).where(eq(segments.id, meta.id)))[0]?.startedAt.getTime() ?? NaN;
    expect(await startOf(measured)).toBe(measured.meta.startedAtMs + 80 * minuteMs);
    expect((await startOf(ahead)) + ahead.meta.durationMs).toBeLessThanOrEqual(now.getTime());
    const startAt = (startedAtMs: number, durationMs: number) =>
      startOnRegistryClock({ startedAtMs, clockOffsetMs: -1_000, durationMs }, 9_000);
    expect(startAt(5_000, 100)).toBe(4_000);
    // An error of measuring tears no segment from its neighbour, however short it is.
    expect(startAt(2_000, 9_900)).toBe(1_000);
    expect(startAt(2_000, 10_001)).toBe(-1_001);
    expect(startAt(10_300, 50)).toBe(9_300);
    expect(startAt(12_000, 50)).toBe(8_950);
  });

  it('waits for the start of a short last segment of an agent whose clock is a little ahead', async () => {
    const [whole, last] = recorded(0) as Upload[] as [Upload, Upload];
    const aheadMs = 400;
    const offset = { clockOffsetMs: Math.round(Date.now() + aheadMs - last.meta.startedAtMs) };
    const ahead = ({ bytes, meta }: Upload): Upload => ({ bytes, meta: { ...meta, ...offset } });
    const short = { bytes: last.bytes, meta: { ...ahead(last).meta, durationMs: 100 } };
    await upload(ahead(whole));
    await upload(short);
    const rows = await site.db.select().from(segments).orderBy(segments.startedAt);
    const now = await databaseNow(site.db);
    const [first, second] = rows.map(({ startedAt }) => startedAt.getTime()) as [number, number];
    expect(second - first).toBe(last.meta.startedAtMs - whole.meta.startedAtMs);
    expect(second).toBeLessThanOrEqual(now.getTime());
  });
});

describe('bytes that are not what was announced', () => {
  it('cut at any byte leave nothing behind, and the whole is taken afterwards', async () => {
    const before = await objects();
    const segment = oneRecorded(minuteMs);
    for (let round = 0; round < 30; round += 1) {
      const cutAt = Math.floor(Math.random() * segment.bytes.byteLength);
      const broken = async function* () {
        yield* inPieces(segment.bytes.subarray(0, cutAt));
        if (round % 2 === 0) throw new Failure('digest_mismatch', 'the connection broke');
      };
      expect(await codeOf(upload(segment, broken())), `cut at byte ${cutAt}`).toBe('digest_mismatch');
    }
    expect(await objects()).toEqual(before);
    expect(await site.db.$count(segments)).toBe(0);
    expect(await upload(segment)).toBe('stored');
  });

  it('damaged on the way are a digest mismatch, which the agent mends by sending again', async () => {
    const segment = oneRecorded(minuteMs);
    const damaged = Buffer.from(segment.bytes).fill(0, 4, 8);
    expect(await codeOf(upload(segment, inPieces(damaged)))).toBe('digest_mismatch');
  });

  it('that are no fragmented MP4 are refused for good, with the reason', async () => {
    const bytes = Buffer.from('this is no video at all, but somebody sent it');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const { meta } = oneRecorded(minuteMs);
    const sent = upload({ bytes, meta: { ...meta, sha256, sizeBytes: bytes.byteLength } });
    await expect(sent).rejects.toThrow(/cannot be played: the file starts with " is "/);
    expect(await codeOf(upload({ ...oneRecorded(minuteMs), meta: { ...meta, video: 'h265' } }))).toBe(
      'invalid',
    );
  });
});

describe('what may not be recorded', () => {
  it('a camera of nobody, or of another agent, does not exist', async () => {
    const { meta, bytes } = oneRecorded(minuteMs);
    const stranger = newId('agent', 1, (empty) => empty.fill(1));
    expect(await codeOf(ingestSegment(site, stranger, meta, inPieces(bytes)))).toBe('not_found');
    const cameraId = newId('camera', 1, (empty) => empty.fill(1));
    expect(await codeOf(upload({ bytes, meta: { ...meta, cameraId } }))).toBe('not_found');
  });

  it('after a disable: refused and gone, while footage from before is still taken', async () => {
    const before = await objects();
    const late = oneRecorded(minuteMs);
    await disable();
    // An agent whose clock runs a year ahead, or lies: clamped to now, which is after T.
    expect(await codeOf(upload(oneRecorded(-60 * minuteMs)))).toBe('stored');
    await site.db.delete(segments);
    await site.db.execute(sql`select pg_sleep(0.01)`);
    const after = { ...oneRecorded(0), meta: { ...oneRecorded(0).meta, durationMs: 1 } };
    after.meta.startedAtMs = (await databaseNow(site.db)).getTime() - 2;
    expect(await codeOf(upload(after))).toBe('recording_not_permitted');
    expect(await upload(late)).toBe('stored');
    await enable();
    expect((await objects()).length).toBe(before.length + 2);
  });

  it('a disabled integrator stops the customers below it, and enabling gives them back', async () => {
    await disable(site.integratorId);
    await site.db.execute(sql`select pg_sleep(0.01)`);
    const during = oneRecorded(0);
    during.meta.durationMs = 1;
    during.meta.startedAtMs = (await databaseNow(site.db)).getTime() - 2;
    expect(await codeOf(upload(during))).toBe('recording_not_permitted');
    await enable(site.integratorId);
    expect(await codeOf(upload(during))).toBe('recording_not_permitted');
  });

  it('before the camera was bound', async () => {
    expect(await codeOf(upload(oneRecorded(3 * 60 * minuteMs)))).toBe('recording_not_permitted');
  });

  it('footage belongs to who held the camera when it was taken, also after it changed hands', async () => {
    const cameraId = await site.addCamera();
    const ofBakery = oneRecorded(minuteMs, cameraId);
    await site.unbind(cameraId);
    await site.db.execute(sql`select pg_sleep(0.05)`);
    const ofNobody = oneRecorded(0, cameraId);
    ofNobody.meta.durationMs = 1;
    ofNobody.meta.startedAtMs = (await databaseNow(site.db)).getTime() - 20;
    await site.bind(cameraId, site.butcher);
    await site.db.execute(sql`select pg_sleep(0.05)`);
    const ofButcher = oneRecorded(0, cameraId);
    ofButcher.meta.durationMs = 1;
    ofButcher.meta.startedAtMs = (await databaseNow(site.db)).getTime() - 20;
    for (const segment of [ofButcher, ofBakery]) expect(await upload(segment)).toBe('stored');
    expect(await codeOf(upload(ofNobody))).toBe('recording_not_permitted');
    const rows = await site.db.select().from(segments);
    expect(Object.fromEntries(rows.map((row) => [row.id, row.customerId]))).toEqual({
      [ofBakery.meta.id]: site.bakery,
      [ofButcher.meta.id]: site.butcher,
    });
  });
});

it('a disable that races 200 uploads leaves no segment that starts at or after T', async () => {
  const cameras = await Promise.all(Array.from({ length: 8 }, () => site.addCamera()));
  const outcomes: unknown[] = [];
  let started = 0;
  const agent = async (): Promise<void> => {
    while (started < 200) {
      const cameraId = cameras[(started += 1) % cameras.length] as (typeof cameras)[number];
      const segment = oneRecorded(0, cameraId);
      // As late as can be: it ends now.
      segment.meta.durationMs = 1;
      segment.meta.startedAtMs = Date.now() + minuteMs;
      outcomes.push(await codeOf(upload(segment)));
    }
  };
  const racing = Promise.all(Array.from({ length: 6 }, agent));
  await expect.poll(() => outcomes.length, { timeout: 20_000 }).toBeGreaterThan(60);
  const { at } = await disable();
  await racing;
  const rows = await site.db.select().from(segments);
  const atMs = at?.getTime() ?? NaN;
  expect(rows.filter((row) => row.startedAt.getTime() >= atMs)).toEqual([]);
  expect(rows.length).toBeGreaterThan(60);
  expect(new Set(outcomes)).toEqual(new Set(['stored', 'recording_not_permitted']));
  expect(rows).toHaveLength(outcomes.filter((outcome) => outcome === 'stored').length);
  await enable();
});

it('a customer that moves while a segment waits for its switch is looked at anew, and the segment stored', async () => {
  const [tenant] = await site.db.select().from(tenants).where(eq(tenants.id, site.bakery));
  if (tenant === undefined) throw new Error('there is no bakery');
  const moveTo = (path: string) => (db: Queryable) =>
    db.update(tenants).set({ path }).where(eq(tenants.id, site.bakery));
  const { at, decided } = await site.db.transaction(async (tx) => {
    await lockTenant(tx, tenant.seq);
    const at = Date.now() - minuteMs;
    const decided = site.db.transaction((other) => permissionHeld(other, site.cameraId, at));
    const uploaded = upload(oneRecorded(minuteMs));
    await until(async () => (await waitingForLocks(site.db)) === 2, { what: 'both to wait for the switch' });
    await moveTo(`${tenant.path.split('.')[0]}.${tenant.seq}.`)(tx);
    return { at, decided: Promise.all([decided, uploaded]) };
  });
  expect(await decided).toEqual(['moved', 'stored']);
  const again = await site.db.transaction((tx) => permissionHeld(tx, site.cameraId, at));
  expect(again).toMatchObject({ customerId: site.bakery });
  await moveTo(tenant.path)(site.db);
});

describe('what lies in the storage', () => {
  it('goes with the end of its retention, and not before', async () => {
    const [first, second] = recorded(minuteMs) as Upload[] as [Upload, Upload];
    await upload(first);
    await upload(second);
    const rows = await site.db.select().from(segments);
    const expired = rows.find((row) => row.id === first.meta.id);
    await site.db
      .update(segments)
      .set({ keepUntil: new Date(Date.now() - minuteMs) })
      .where(eq(segments.id, first.meta.id));
    expect(await purgeExpired(site)).toBe(1);
    expect(await objects()).not.toContain(expired?.storageKey);
    expect((await site.db.select().from(segments)).map((row) => row.id)).toEqual([second.meta.id]);
    expect(await purgeExpired(site)).toBe(0);
  });

  it('without a row, as a crash leaves it, is swept once it is old enough', async () => {
    const [kept, orphan] = recorded(minuteMs) as Upload[] as [Upload, Upload];
    await upload(kept);
    await upload(orphan);
    await site.db.delete(segments).where(eq(segments.id, orphan.meta.id));
    const clock = { nowMs: () => Date.now() + 10_000 };
    const parts = { ...site, clock };
    expect(await sweepOrphans(parts, { minAgeMs: 3_600_000 })).toBe(0);
    expect(await sweepOrphans(parts, { minAgeMs: 0 })).toBeGreaterThan(0);
    const rows = await site.db.select().from(segments);
    expect(await objects()).toEqual(rows.map((row) => row.storageKey));
  });
});
