import { readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { cameraId as cameraIdSchema, type CameraId, type SessionId } from '@gantry/protocol/ids.js';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import { readStored } from '../store.js';
import { placementOf } from './media-clock.js';
import type { Mp4Content } from './mp4.js';
import { refusesAll } from './outcome.js';
import { parseSegmentFile, segmentFile } from './segment-files.js';
import { sessionFile, sessionRecord, type SessionRecord } from './session-file.js';
import type { FinishedSegment } from './spec.js';
import { cutToWhole, wholeMs } from './whole-fragments.js';

export interface Salvage {
  onSegment: (segment: FinishedSegment) => Promise<void>;
  /** The registry's clock as the agent knows it: for sessions that did not note their own offset. */
  registryNowMs: () => number;
  clock: Clock;
  log: Log;
}

/**
 * Hands over what earlier sessions left behind in every camera's folder under `folder`. Call at start, after the
 * orphans are reaped and before any recorder starts.
 *
 * @returns how many segments were handed over.
 */
export async function salvageAll(folder: string, o: Salvage): Promise<number> {
  let salvaged = 0;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(nothingThere)) {
    if (entry.isDirectory() && cameraIdSchema.safeParse(entry.name).success) {
      // A full disk must not keep the agent from starting: starting is what empties it.
      salvaged += await salvageCamera(join(folder, entry.name), o).catch((error: unknown) => {
        o.log.error(
          { err: error, cameraId: entry.name },
          'segments of an earlier run wait in the recorder folder',
        );
        return 0;
      });
    }
  }
  return salvaged;
}

/**
 * Hands over the files of one camera that no ffmpeg writes any more: whole ones as they are, torn ones cut to
 * their last whole fragment, empty ones removed. A file that cannot be handed over now stays for the next time.
 * Rejects when the disk takes nothing at all.
 *
 * @returns how many segments were handed over.
 */
export async function salvageCamera(cameraFolder: string, o: Salvage): Promise<number> {
  const cameraId = cameraIdSchema.parse(basename(cameraFolder));
  const names = (await readdir(cameraFolder).catch(nothingThere)).sort();
  const sessions = new Map<SessionId, number[]>();
  for (const name of names) {
    const record = /^(ses_[0-9A-Z]{26})\.json$/.test(name)
      ? parseSegmentFile(name.replace('.json', '-000000.mp4'))
      : null;
    const file = parseSegmentFile(name);
    if (record && !sessions.has(record.session)) sessions.set(record.session, []);
    if (file) sessions.set(file.session, [...(sessions.get(file.session) ?? []), file.sequence]);
    if (name.endsWith('.tmp')) await rm(join(cameraFolder, name), { force: true });
  }
  let salvaged = 0;
  for (const [session, sequences] of sessions) {
    salvaged += await salvageSession({ cameraFolder, cameraId, session, sequences }, o);
  }
  return salvaged;
}

interface Leftovers {
  cameraFolder: string;
  cameraId: CameraId;
  session: SessionId;
  sequences: number[];
}

async function salvageSession(
  { cameraFolder, cameraId, session, sequences }: Leftovers,
  o: Salvage,
): Promise<number> {
  const recordPath = sessionFile(cameraFolder, session);
  const stored = await readStored(recordPath, sessionRecord);
  if (stored.kind === 'damaged')
    o.log.warn({ cameraId, session, why: stored.why }, 'a session record is damaged');
  const record = stored.kind === 'value' ? stored.value : null;
  let next = record?.next ?? null;
  /** False: there is no picture in it. */
  const handOver = async (sequence: number): Promise<boolean> => {
    const file = join(cameraFolder, segmentFile(session, sequence));
    const content = await cutToWhole(file);
    const video = content.video ?? record?.video;
    if (content.fragments === 0 || video === undefined) {
      o.log.info({ cameraId, session, sequence }, 'a file without a whole fragment was removed');
      await rm(file, { force: true });
      return false;
    }
    const listed = record?.listed.find((segment) => segment.sequence === sequence);
    const placement =
      listed ?? (await place(file, content, record, next?.sequence === sequence ? next.mediaOffsetUs : null));
    // One that was kept back may lie long before the open one, of which the record says where it starts.
    if (!listed) {
      const mediaOffsetUs = placement.mediaOffsetUs + placement.durationMs * 1_000;
      next = { sequence: sequence + 1, mediaOffsetUs };
    }
    await o.onSegment({
      file,
      cameraId,
      sessionId: session,
      sequence,
      startedAtMs: placement.startedAtMs,
      durationMs: wholeMs(placement.durationMs, content),
      clockOffsetMs:
        listed?.clockOffsetMs ??
        record?.clockOffsetMs ??
        Math.round(o.registryNowMs()) - Math.round(o.clock.wallMs()),
      mediaOffsetUs: placement.mediaOffsetUs,
      video,
      audio: content.audio,
    });
    return true;
  };
  let salvaged = 0;
  let isLeft = false;
  for (const sequence of sequences.sort((a, b) => a - b)) {
    try {
      if (await handOver(sequence)) salvaged += 1;
    } catch (error) {
      if (refusesAll(error)) throw error;
      // A file that the disk cannot read any more keeps neither the others back nor the camera from being recorded.
      o.log.error({ err: error, cameraId, session, sequence }, 'a segment waits in the recorder folder');
      isLeft = true;
    }
  }
  // Last: as long as a file is left, its record is.
  if (!isLeft) await rm(recordPath, { force: true });
  return salvaged;
}

/**
 * A torn file starts where the record says the open segment started. Without a record the file's own age
 * places it: its last fragment was written when it was last changed.
 */
async function place(
  file: string,
  content: Mp4Content,
  record: SessionRecord | null,
  mediaOffsetUs: number | null,
): Promise<{ startedAtMs: number; durationMs: number; mediaOffsetUs: number }> {
  if (record && mediaOffsetUs !== null) {
    return placementOf(record.startedAtMs, mediaOffsetUs, mediaOffsetUs + content.durationUs);
  }
  const { mtimeMs } = await stat(file);
  const startedAtMs = Math.max(0, Math.round(mtimeMs - content.durationUs / 1_000));
  const offsetUs = record ? Math.max(0, startedAtMs - record.startedAtMs) * 1_000 : 0;
  return { ...placementOf(startedAtMs, 0, content.durationUs), mediaOffsetUs: offsetUs };
}

function nothingThere(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
