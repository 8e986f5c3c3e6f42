import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../context.js';
import { databaseNow } from '../db/database.js';
import { and, eq, isNull } from '../db/drizzle.js';
import { clips } from '../db/schema/clips.js';
import { Failure } from '../errors.js';
import { Stopped, type OperationRun, type OperationWork } from '../operations/queue.js';
import { runFfmpeg } from '../recordings/ffmpeg.js';
import { BrokenMp4 } from '../recordings/mp4/boxes.js';
import { cutFragments, openSegment } from '../recordings/mp4/fragments.js';
import { shiftFragment } from '../recordings/mp4/shift.js';
import { clipKey } from '../recordings/storage/keys.js';
import type { Storage } from '../recordings/storage/storage.js';
import { clipFootage, type ClipFootage } from './footage.js';
import { exportTicks, type ClipRow, type ExportPayload } from './clips.js';

type Parts = Pick<Context, 'db' | 'random'> & { storage: Storage; workFolder: string };

/** Reading from a distant storage, at a megabyte a second, the largest clip takes two hours. */
const timeoutMs = 3 * 3_600_000;
/** Copied as it is; the index in front, so that a player starts before all has arrived. */
const copied = ['-map', '0', '-c', 'copy', '-avoid_negative_ts', 'make_zero', '-movflags', '+faststart'];

/**
 * Makes a clip: from the key frame at or before its start to its end, the segments joined into one MP4, nothing
 * encoded anew. After a crash it begins again; what the first attempt stored without a row is swept.
 */
export const clipExport =
  (parts: Parts): OperationWork =>
  async (run) => {
    const { clipId } = run.operation.payload as ExportPayload;
    const [clip] = await parts.db.select().from(clips).where(eq(clips.id, clipId));
    if (clip === undefined) throw new Failure('not_found', 'The clip was deleted before it was made.');
    if (clip.storageKey !== null) return resultOf(clip);
    const range = { startMs: clip.fromAt.getTime(), endMs: clip.toAt.getTime() };
    const footage = await clipFootage(parts.db, { customerId: clip.customerId }, clip.cameraId, range);
    if (footage.entries.length === 0) {
      throw new Failure('not_found', 'The recordings of this time are gone: their retention has ended.');
    }
    const attempt = Buffer.from(parts.random(8)).toString('hex');
    const file = join(parts.workFolder, `${clipId}.${attempt}.mp4`);
    const tell = progressOf(run);
    try {
      await runFfmpeg({
        args: [...copied, '-metadata', `creation_time=${clip.fromAt.toISOString()}`, '-f', 'mp4', '-y'],
        input: joined(parts.storage, footage, range, tell),
        output: file,
        timeoutMs,
        signal: run.signal,
      });
      return await keep(parts, run, clip, footage, file, clipKey(clipId, attempt));
    } catch (error) {
      if (!(error instanceof BrokenMp4)) throw error;
      throw new Failure('invalid', `A recording of this time cannot be read: ${error.message}.`);
    } finally {
      await rm(file, { force: true });
    }
  };

const resultOf = (clip: Pick<ClipRow, 'id' | 'gaps' | 'sizeBytes' | 'durationMs'>) => ({
  clipId: clip.id,
  sizeBytes: clip.sizeBytes,
  durationMs: clip.durationMs,
  gaps: (clip.gaps ?? []).map(({ startMs, endMs }) => ({
    from: new Date(startMs).toISOString(),
    to: new Date(endMs).toISOString(),
  })),
});

/** Notes progress in whole ticks, never back: also after a restart, which begins anew. */
function progressOf(run: OperationRun): (share: number) => Promise<void> {
  let told = run.operation.done;
  return async (share) => {
    // The last tick is for what is stored.
    const ticks = Math.min(Math.floor(share * exportTicks), exportTicks - 1);
    if (ticks <= told) return;
    const done = ticks - told;
    told = ticks;
    await run.step(async () => ({ done }));
  };
}

/** One fragmented MP4 out of many: the init section of the first, the media of all on one clock from zero. */
async function* joined(
  storage: Pick<Storage, 'get'>,
  footage: ClipFootage,
  range: { startMs: number; endMs: number },
  tell: (share: number) => Promise<void>,
): AsyncGenerator<Uint8Array> {
  let readBytes = 0;
  /** How far the first picture stands from where its segment begins. */
  let headUs: number | null = null;
  let fragments = 0;
  for (const [index, { segment, shiftUs }] of footage.entries.entries()) {
    const opened = await openSegment(await storage.get(segment.storageKey));
    try {
      if (index === 0) yield opened.init;
      const wanted = cutFragments(opened.fragments, {
        fromUs: Math.max(0, range.startMs - segment.startMs) * 1_000,
        toUs: (range.endMs - segment.startMs) * 1_000,
      });
      for await (const { moof, mdat, startUs } of wanted) {
        headUs ??= startUs ?? 0;
        fragments += 1;
        yield shiftFragment(moof, opened.tracks, { timeUs: shiftUs - headUs, fragments });
        yield mdat;
      }
    } finally {
      await opened.close();
    }
    readBytes += segment.sizeBytes;
    await tell(readBytes / footage.sizeBytes);
  }
  if (headUs === null) throw new BrokenMp4('none of the segments holds a picture of this time');
}

async function keep(
  parts: Parts,
  run: OperationRun,
  clip: ClipRow,
  footage: ClipFootage,
  file: string,
  storageKey: string,
): Promise<Record<string, unknown>> {
  const { size: sizeBytes } = await stat(file);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  const sha256 = hash.digest('hex');
  await parts.storage.put(storageKey, createReadStream(file), { sizeBytes, sha256 });
  const made = { gaps: [...footage.gaps], durationMs: footage.durationMs, sizeBytes, sha256 };
  try {
    await run.step(async (tx) => {
      const kept = await tx
        .update(clips)
        .set({ ...made, storageKey, storedAt: await databaseNow(tx) })
        .where(and(eq(clips.id, clip.id), isNull(clips.storageKey)))
        .returning({ id: clips.id });
      if (kept.length === 0) throw new Failure('not_found', 'The clip was deleted while it was made.');
      return { done: 1 };
    });
  } catch (error) {
    // Only a decision removes the bytes: after a broken connection the row may well have been committed.
    if (error instanceof Failure || error instanceof Stopped) await parts.storage.delete(storageKey);
    throw error;
  }
  return resultOf({ id: clip.id, ...made });
}
