import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SegmentEvidence } from '@gantry/protocol/evidence.js';
import type { CameraId, SegmentId } from '@gantry/protocol/ids.js';
import { maxSegmentBytes, segmentMeta, type SegmentMeta } from '@gantry/protocol/segment.js';
import type { Log } from '../log.js';
import { syncFolder, writeDurably } from '../store.js';
import { sealFile } from './digest.js';
import { reconcileFiles } from './reconcile-files.js';
import { Rejected } from './rejected.js';
import { diskSpaceOf, shortage, type DiskSpace } from './room.js';
import {
  lossOf,
  spoolNames,
  type FootageLost,
  type LossCause,
  type NewSegment,
  type SpooledSegment,
} from './spooled-segment.js';
import { Waiting } from './waiting.js';

/** Segments waiting on the agent's disk: bounded, and complete whenever the agent or the power goes. */
export interface Spool {
  /**
   * Moves a finished segment in; once resolved it survives a power cut. Makes room first. Rejects when the disk
   * refuses: the file then still is where it was.
   *
   * @returns its description, null when it was lost (too large, or no room can be made) and reported so.
   */
  add(segment: NewSegment): Promise<SegmentMeta | null>;
  pending(): { segments: number; sizeBytes: number; oldestAtMs: number | null };
  /** The next to upload from cameras not in `exclude`; held until released, removed, rejected or lost. */
  next(exclude: ReadonlySet<CameraId>): SpooledSegment | null;
  /** Gives a segment back after an upload that may be tried again. */
  release(id: SegmentId): void;
  /** Deletes a segment: it is stored, or nobody may have it. */
  remove(id: SegmentId): Promise<void>;
  /** Sets a segment aside that the registry refused for good. */
  reject(id: SegmentId): Promise<void>;
  /** Deletes a segment whose bytes are no longer those recorded and reports it lost. */
  lose(id: SegmentId): Promise<void>;
  /** Looks whether the disk is there: what waits on one that came back is found again. */
  look(): Promise<void>;
  /** Evicts until limit and reserve are kept; for a caller that hears of a full disk. */
  makeRoom(): Promise<void>;
  /** Resolves when nothing is being written any more. */
  close(): Promise<void>;
}

/** What of the chain of evidence a spool needs. */
export interface SegmentChain {
  link(meta: SegmentMeta): Promise<SegmentEvidence>;
  advance(meta: SegmentMeta): Promise<void>;
  recover(metas: readonly SegmentMeta[]): Promise<void>;
}

export interface SpoolOptions {
  /** On the file system of the recorders' folders. */
  folder: string;
  maxBytes: number;
  /** Limit of the segments refused for good, within `folder`/rejected. */
  rejectedMaxBytes?: number;
  newSegmentId: () => SegmentId;
  /** Resolves when the loss is noted durably: the bytes go afterwards. */
  onLost: (event: FootageLost) => Promise<void>;
  /** The signed chain every segment gets its place in, one after the other. */
  chain: SegmentChain;
  /** Rejects while the disk of `folder` is not there; nothing is touched then. */
  checkDisk: () => Promise<void>;
  log: Log;
  /** Defaults to the disk `folder` is on. */
  diskSpace?: () => Promise<DiskSpace>;
}

/** Opens a spool folder and settles what a crash left in it (`reconcile-files.ts`), as soon as its disk is there. */
export async function openSpool(o: SpoolOptions): Promise<Spool> {
  const spool = new DiskSpool(o);
  await spool.look();
  return spool;
}

class DiskSpool implements Spool {
  readonly #o: SpoolOptions;
  readonly #rejected: Rejected;
  readonly #diskSpace: () => Promise<DiskSpace>;
  #waiting = new Waiting();
  #isDiskThere = false;
  /** Changes to the folder happen one after the other: room that was made is not taken twice. */
  #changes: Promise<unknown> = Promise.resolve();

  constructor(o: SpoolOptions) {
    this.#o = o;
    this.#rejected = new Rejected({
      folder: join(o.folder, 'rejected'),
      maxBytes: o.rejectedMaxBytes ?? Math.ceil(o.maxBytes / 20),
      onLost: o.onLost,
    });
    this.#diskSpace = o.diskSpace ?? (() => diskSpaceOf(o.folder));
  }

  look(): Promise<void> {
    return this.#inTurn(() => this.#findDisk()).catch((error: unknown) => {
      this.#o.log.error({ err: error }, 'the spool has no disk');
    });
  }

  async #findDisk(): Promise<void> {
    try {
      await this.#o.checkDisk();
    } catch (error) {
      // What waits on it is not lost: it is found again with the disk.
      this.#waiting = new Waiting();
      this.#isDiskThere = false;
      throw error;
    }
    if (this.#isDiskThere) return;
    await mkdir(this.#o.folder, { recursive: true });
    await this.#rejected.open();
    const quarantine = join(this.#o.folder, 'rejected');
    const found = await reconcileFiles({ ...this.#o, quarantine });
    for (const segment of found) this.#waiting.add(segment);
    await this.#o.chain.recover(found.map(({ meta }) => meta));
    this.#isDiskThere = true;
  }

  async add(segment: NewSegment): Promise<SegmentMeta | null> {
    const { file, ...known } = segment;
    const sealed = await sealFile(file);
    if (sealed.sizeBytes > maxSegmentBytes) {
      await this.#o.onLost(lossOf({ ...known, ...sealed, id: this.#o.newSegmentId() }, 'too_large'));
      await rm(file, { force: true });
      return null;
    }
    return this.#inTurn(async () => {
      await this.#findDisk();
      const described = segmentMeta.parse({ ...known, ...sealed, id: this.#o.newSegmentId() });
      // Its bytes are on the disk already, only the spool's own limit sees them as coming.
      if (!(await this.#evictFor(sealed.sizeBytes))) {
        // All that waits is on its way to the registry: the limit holds, and the newest pays.
        await this.#o.onLost(lossOf(described, 'spool_full'));
        await rm(file, { force: true });
        return null;
      }
      const meta = { ...described, evidence: await this.#o.chain.link(described) };
      const media = this.#path(spoolNames.media(meta.id));
      const announced = this.#path(spoolNames.announced(meta.id));
      // Order: see `judgeFiles`. Until the rename of the media the recorder's salvage finds it again.
      await writeDurably(announced, JSON.stringify(meta));
      await rename(file, media).catch(async (error: unknown) => {
        await rm(announced, { force: true });
        throw error;
      });
      await rename(announced, this.#path(spoolNames.sidecar(meta.id)));
      await syncFolder(this.#o.folder);
      await syncFolder(dirname(file));
      // Before it can be uploaded and forgotten: the next link must find this one.
      await this.#o.chain.advance(meta).catch((error: unknown) => {
        this.#o.log.error({ err: error, segmentId: meta.id }, 'the head of a chain cannot be written');
      });
      this.#waiting.add({ meta, file: media });
      return meta;
    });
  }

  pending(): { segments: number; sizeBytes: number; oldestAtMs: number | null } {
    const { segments, sizeBytes, oldestAtMs } = this.#waiting;
    return { segments, sizeBytes, oldestAtMs };
  }

  next(exclude: ReadonlySet<CameraId>): SpooledSegment | null {
    return this.#waiting.take(exclude);
  }

  release(id: SegmentId): void {
    this.#waiting.release(id);
  }

  remove(id: SegmentId): Promise<void> {
    return this.#inTurn(async () => {
      const segment = this.#waiting.remove(id);
      if (segment) await this.#delete(segment);
    });
  }

  reject(id: SegmentId): Promise<void> {
    return this.#inTurn(async () => {
      const segment = this.#waiting.remove(id);
      if (!segment) return;
      await this.#rejected.add(segment);
      await rm(this.#path(spoolNames.sidecar(id)), { force: true });
    });
  }

  lose(id: SegmentId): Promise<void> {
    return this.#inTurn(async () => {
      const segment = this.#waiting.remove(id);
      if (segment) await this.#lose(segment, 'damaged');
    });
  }

  makeRoom(): Promise<void> {
    return this.#inTurn(async () => void (await this.#evictFor(0)));
  }

  async close(): Promise<void> {
    await this.#changes;
  }

  /** False: what comes would not fit, and nothing more can be given up. */
  async #evictFor(comingBytes: number): Promise<boolean> {
    for (;;) {
      const size = { sizeBytes: this.#waiting.sizeBytes, maxBytes: this.#o.maxBytes };
      const cause = shortage(size, await this.#diskSpace(), comingBytes);
      const segment = cause && this.#waiting.evictable();
      if (!cause || !segment) return cause !== 'spool_full';
      this.#waiting.remove(segment.meta.id);
      await this.#lose(segment, cause);
    }
  }

  async #lose(segment: SpooledSegment, cause: LossCause): Promise<void> {
    this.#o.log.warn(
      { segmentId: segment.meta.id, cameraId: segment.meta.cameraId, cause },
      'footage was lost',
    );
    // Told before it is done: a crash in between tells twice, never not at all.
    await this.#o.onLost(lossOf(segment.meta, cause));
    await this.#delete(segment);
  }

  /** Order: see `judgeFiles`. */
  async #delete({ meta, file }: SpooledSegment): Promise<void> {
    await rm(this.#path(spoolNames.sidecar(meta.id)), { force: true });
    await rm(file, { force: true });
  }

  #path(name: string): string {
    return join(this.#o.folder, name);
  }

  #inTurn<Result>(change: () => Promise<Result>): Promise<Result> {
    const turn = this.#changes.then(change);
    this.#changes = turn.catch(() => {});
    return turn;
  }
}
