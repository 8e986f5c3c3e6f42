import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, open, readFile, readdir, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judgeFiles } from '@gantry/agent/spool/reconcile-files.js';
import { reserveBytes, shortage } from '@gantry/agent/spool/room.js';
import type { Spool } from '@gantry/agent/spool/spool.js';
import { spoolNames } from '@gantry/agent/spool/spooled-segment.js';
import { maxSegmentBytes, type SegmentMeta } from '@gantry/protocol/segment.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gibibyte, newCameraId, openTestSpool, recordedFile } from './spooling.js';

let folder: string;
let recordings: string;
beforeEach(async () => {
  const root = await mkdtemp(join(tmpdir(), 'gantry-spool-'));
  [folder, recordings] = [join(root, 'spool'), root];
});
afterEach(() => rm(recordings, { recursive: true, force: true }));

const none = new Set<never>();
const addOne = async (spool: Spool, given: Parameters<typeof recordedFile>[1] = {}): Promise<SegmentMeta> => {
  const meta = await spool.add(await recordedFile(recordings, given));
  if (!meta) throw new Error('the segment was lost');
  return meta;
};
const files = async (): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name !== 'rejected').sort();

describe('a spool', () => {
  it('takes a file over and describes it by its bytes', async () => {
    const { spool } = await openTestSpool(folder);
    const bytes = randomBytes(700_000);
    const recorded = await recordedFile(recordings, { bytes });
    const meta = await spool.add(recorded);
    expect(meta).toMatchObject({
      sizeBytes: 700_000,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
    expect(existsSync(recorded.file)).toBe(false);
    const next = spool.next(none);
    expect(next?.meta).toEqual(meta);
    expect(await readFile(next?.file ?? '')).toEqual(bytes);
    expect(spool.pending()).toEqual({ segments: 1, sizeBytes: 700_000, oldestAtMs: recorded.startedAtMs });
    await spool.remove(next?.meta.id ?? (meta as SegmentMeta).id);
    expect(await files()).toEqual([]);
    expect(spool.pending()).toEqual({ segments: 0, sizeBytes: 0, oldestAtMs: null });
  });

  it('knows after a restart what waits', async () => {
    const first = await openTestSpool(folder);
    const metas = [await addOne(first.spool), await addOne(first.spool)];
    await first.spool.close();
    const second = await openTestSpool(folder);
    expect(second.spool.pending()).toMatchObject({ segments: 2, sizeBytes: 2_000 });
    const found = [second.spool.next(none), second.spool.next(none)].map((segment) => segment?.meta.id);
    expect(new Set(found)).toEqual(new Set(metas.map((meta) => meta.id)));
    expect(second.lost).toEqual([]);
  });

  it('serves the newest and the oldest in turn, never two of an excluded camera', async () => {
    const { spool } = await openTestSpool(folder);
    const [a, b] = [newCameraId(), newCameraId()];
    for (const [cameraId, startedAtMs] of [
      [a, 30],
      [a, 10],
      [b, 20],
      [a, 40],
    ] as const) {
      await addOne(spool, { cameraId, startedAtMs });
    }
    const next = (...exclude: (typeof a)[]): number | undefined =>
      spool.next(new Set(exclude))?.meta.startedAtMs;
    expect(next()).toBe(40);
    expect(next()).toBe(10);
    expect(next(a)).toBe(20);
    expect(next(b)).toBe(30);
    expect(next()).toBeUndefined();
  });

  it('gives a released segment again', async () => {
    const { spool } = await openTestSpool(folder);
    const meta = await addOne(spool);
    expect(spool.next(none)?.meta.id).toBe(meta.id);
    expect(spool.next(none)).toBeNull();
    spool.release(meta.id);
    expect(spool.next(none)?.meta.id).toBe(meta.id);
  });

  it('at its limit gives up the oldest of the camera that takes most room, and says so', async () => {
    const { spool, lost } = await openTestSpool(folder, { maxBytes: 4_500 });
    const [loud, quiet] = [newCameraId(), newCameraId()];
    await addOne(spool, { cameraId: quiet, startedAtMs: 1 });
    for (const startedAtMs of [100, 200, 300]) await addOne(spool, { cameraId: loud, startedAtMs });
    await addOne(spool, { cameraId: loud, startedAtMs: 400 });
    expect(lost).toMatchObject([{ cameraId: loud, fromMs: 100, toMs: 30_100, cause: 'spool_full' }]);
    expect(spool.pending().sizeBytes).toBe(4_000);
    expect(await files()).toHaveLength(8);
  });

  it('holds its limit to the byte through an outage longer than it has room for, and reports every second', async () => {
    const maxBytes = 50_000;
    const { spool, lost } = await openTestSpool(folder, { maxBytes });
    const cameras = [newCameraId(), newCameraId(), newCameraId()];
    // Two uploads hang all the while: what is on its way is not given up.
    const held: SegmentMeta[] = [];
    for (let count = 0; count < 120; count += 1) {
      const cameraId = cameras[count % 3] ?? newCameraId();
      const bytes = randomBytes(1_000 + ((count * 977) % 9_000));
      await spool.add(
        await recordedFile(recordings, { cameraId, startedAtMs: count * 1_000, durationMs: 1_000, bytes }),
      );
      if (count === 10) held.push(...[spool.next(none), spool.next(none)].flatMap((one) => one?.meta ?? []));
      expect(spool.pending().sizeBytes).toBeLessThanOrEqual(maxBytes);
      const sizes = await Promise.all(
        (await files()).filter((name) => name.endsWith('.mp4')).map((name) => stat(join(folder, name))),
      );
      expect(sizes.reduce((sum, { size }) => sum + size, 0)).toBe(spool.pending().sizeBytes);
    }
    expect(held).toHaveLength(2);
    expect(lost.every(({ cause, toMs, fromMs }) => cause === 'spool_full' && toMs - fromMs === 1_000)).toBe(
      true,
    );
    const lostStarts = new Set(lost.map(({ fromMs }) => fromMs));
    expect(lostStarts.size).toBe(lost.length);
    expect(lost.length + spool.pending().segments).toBe(120);
    for (const meta of held) expect(lostStarts.has(meta.startedAtMs)).toBe(false);
  });

  it('gives up what comes rather than go beyond its limit when all that waits is on its way', async () => {
    const { spool, lost } = await openTestSpool(folder, { maxBytes: 2_500 });
    await addOne(spool);
    await addOne(spool);
    expect([spool.next(none), spool.next(none)].every((one) => one !== null)).toBe(true);
    expect(await spool.add(await recordedFile(recordings))).toBeNull();
    expect(lost).toMatchObject([{ cause: 'spool_full' }]);
    expect(spool.pending().sizeBytes).toBe(2_000);
  });

  it('keeps the disk reserve free, sparing what is being uploaded', async () => {
    let freeBytes = 100 * gibibyte;
    const { spool, lost } = await openTestSpool(folder, {
      diskSpace: () => Promise.resolve({ freeBytes, totalBytes: 100 * gibibyte }),
    });
    const cameraId = newCameraId();
    await addOne(spool, { cameraId, startedAtMs: 1 });
    await addOne(spool, { cameraId, startedAtMs: 2 });
    expect(spool.next(none)?.meta.startedAtMs).toBe(2);
    freeBytes = 5 * gibibyte - 1;
    await spool.makeRoom();
    expect(lost).toMatchObject([{ fromMs: 1, cause: 'disk_low' }]);
    expect(spool.pending().segments).toBe(1);
  });

  it('leaves the file where it is when the disk refuses, and takes it later', async () => {
    const { spool } = await openTestSpool(folder);
    const recorded = await recordedFile(recordings);
    await rename(folder, `${folder}-away`);
    await expect(spool.add(recorded)).rejects.toThrow('ENOENT');
    expect(existsSync(recorded.file)).toBe(true);
    await rename(`${folder}-away`, folder);
    expect(await spool.add(recorded)).not.toBeNull();
  });

  it('reports a segment no request can carry', async () => {
    const { spool, lost } = await openTestSpool(folder);
    const recorded = await recordedFile(recordings);
    await truncate(recorded.file, maxSegmentBytes + 1);
    expect(await spool.add(recorded)).toBeNull();
    expect(lost).toMatchObject([{ cause: 'too_large', cameraId: recorded.cameraId }]);
    expect(existsSync(recorded.file)).toBe(false);
  });

  it('keeps what was refused for good, within bounds', async () => {
    const { spool, lost } = await openTestSpool(folder, { rejectedMaxBytes: 2_500 });
    const metas: SegmentMeta[] = [];
    for (let count = 0; count < 3; count += 1) {
      const meta = await addOne(spool);
      metas.push(meta);
      await spool.reject(meta.id);
    }
    const kept = (await readdir(join(folder, 'rejected'))).filter((name) => name.endsWith('.mp4'));
    expect(kept).toHaveLength(2);
    expect(lost).toMatchObject([{ cause: 'rejected' }]);
    expect(await files()).toEqual([]);
  });
});

describe('a spool opened after a crash', () => {
  it.each([
    [['media', 'sidecar'], 'waiting'],
    [['media', 'sidecar', 'announced'], 'waiting'],
    [['media', 'announced'], 'finish_adding'],
    [['announced'], 'never_arrived'],
    [['media'], 'finish_removing'],
    [['sidecar'], 'media_lost'],
  ] as const)('reads %j as %s', (kinds, verdict) => {
    expect(judgeFiles(new Set(kinds))).toBe(verdict);
  });

  it('settles every mixture, and reports only what is really gone', async () => {
    const before = await openTestSpool(folder);
    const added = await addOne(before.spool);
    const gone = await addOne(before.spool);
    const announcedOnly = await addOne(before.spool);
    const removing = await addOne(before.spool);
    const cut = await addOne(before.spool);
    await before.spool.close();
    const path = (name: string): string => join(folder, name);
    await rename(path(spoolNames.sidecar(added.id)), path(spoolNames.announced(added.id)));
    await rm(path(spoolNames.media(gone.id)));
    await rename(path(spoolNames.sidecar(announcedOnly.id)), path(spoolNames.announced(announcedOnly.id)));
    await rm(path(spoolNames.media(announcedOnly.id)));
    await rm(path(spoolNames.sidecar(removing.id)));
    await truncate(path(spoolNames.media(cut.id)), 10);
    await writeFile(path('x.json.1.tmp'), 'half');
    await writeFile(path('somebody-elses.txt'), 'untouched');

    const after = await openTestSpool(folder);
    expect(after.spool.pending().segments).toBe(1);
    expect(after.spool.next(none)?.meta).toEqual(added);
    expect(after.lost.every(({ cause }) => cause === 'damaged')).toBe(true);
    expect(new Set(after.lost.map(({ segmentId }) => segmentId))).toEqual(new Set([gone.id, cut.id]));
    expect(await files()).toEqual(
      ['somebody-elses.txt', spoolNames.media(added.id), spoolNames.sidecar(added.id)].sort(),
    );
  });

  it('sets a segment aside whose description is damaged', async () => {
    const before = await openTestSpool(folder);
    const meta = await addOne(before.spool);
    const sidecar = await open(join(folder, spoolNames.sidecar(meta.id)), 'r+');
    await sidecar.write('}', 0);
    await sidecar.close();
    const after = await openTestSpool(folder);
    expect(after.spool.pending().segments).toBe(0);
    expect(await readdir(join(folder, 'rejected'))).toEqual([spoolNames.media(meta.id)]);
  });
});

describe('room on the disk', () => {
  it.each([
    [4 * gibibyte, 0.4 * gibibyte],
    [10 * gibibyte, gibibyte],
    [20 * gibibyte, gibibyte],
    [100 * gibibyte, 5 * gibibyte],
  ])('of %i bytes, %i stay free', (total, reserve) => {
    expect(reserveBytes(total)).toBe(reserve);
  });
  it.each([
    [900, 200, 1_000, 'spool_full'],
    [800, 200, 1_000, null],
    [800, 200, 0, 'disk_low'],
  ])('a spool of %i with %i coming and %i GiB free: %s', (sizeBytes, coming, freeGibibyte, cause) => {
    const disk = { freeBytes: freeGibibyte * gibibyte, totalBytes: 2_000 * gibibyte };
    expect(shortage({ sizeBytes, maxBytes: 1_000 }, disk, coming)).toBe(cause);
  });
});
