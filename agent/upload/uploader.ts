import { setMaxListeners } from 'node:events';
import type { CameraId, SegmentId } from '@gantry/protocol/ids.js';
import type { SegmentMeta } from '@gantry/protocol/segment.js';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import { backoffMs } from '../retry.js';
import type { UploadVerdict } from './verdict.js';

interface WaitingSegment {
  meta: SegmentMeta;
  file: string;
}

/** What of the spool an uploader needs. */
export interface UploadSource {
  next(exclude: ReadonlySet<CameraId>): WaitingSegment | null;
  pending(): { segments: number };
  release(id: SegmentId): void;
  remove(id: SegmentId): Promise<void>;
  reject(id: SegmentId): Promise<void>;
  lose(id: SegmentId): Promise<void>;
}

export interface UploaderOptions {
  spool: UploadSource;
  /** One try; must not reject. */
  send: (segment: WaitingSegment, signal: AbortSignal) => Promise<UploadVerdict>;
  /** Uploads at the same time, at most one per camera. */
  inFlight: number;
  clock: Clock;
  random: () => number;
  log: Log;
  onVerdict: (segment: WaitingSegment, verdict: UploadVerdict) => void;
}

export interface Uploader {
  /** Look again: something was added or the connection is back. Back-off is kept. */
  wake(): void;
  /** Nothing is on its way and nothing waits. */
  idle(): boolean;
  /** Aborts what is on its way and resolves when nothing runs any more; segments stay in the spool. */
  close(): Promise<void>;
}

const backoff = { firstMs: 1_000, maxMs: 60_000 };

/** Uploads what the spool holds, as long as it takes. */
export function startUploader(o: UploaderOptions): Uploader {
  const uploads = new Set<Promise<void>>();
  const pauses = new Set<CameraId>();
  const busy = new Set<CameraId>();
  const failuresOf = new Map<CameraId, number>();
  const closing = new AbortController();
  // One pause per camera may wait on it.
  setMaxListeners(0, closing.signal);
  let failuresInRow = 0;
  /** The pause of all cameras that holds now; null: none. */
  let commonPause: symbol | null = null;

  const lookAgainIn = (pauseMs: number, endPause: () => void): void => {
    o.clock.sleep(pauseMs, closing.signal).then(
      () => {
        endPause();
        lookAgain();
      },
      () => {},
    );
  };

  /** A camera pauses for its own failures, so that one bad segment stops nobody; all pause when nothing gets through. */
  const pauseAfterFailure = (cameraId: CameraId): void => {
    const failures = failuresOf.get(cameraId) ?? 0;
    failuresOf.set(cameraId, failures + 1);
    pauses.add(cameraId);
    lookAgainIn(backoffMs(failures, backoff, o.random), () => pauses.delete(cameraId));
    const pause = Symbol('pause');
    commonPause = pause;
    lookAgainIn(backoffMs(failuresInRow, backoff, o.random), () => {
      if (commonPause === pause) commonPause = null;
    });
    failuresInRow += 1;
  };

  const settle = async ({ meta }: WaitingSegment, verdict: UploadVerdict): Promise<void> => {
    if (verdict.kind === 'retry') {
      o.spool.release(meta.id);
      if (!closing.signal.aborted) pauseAfterFailure(meta.cameraId);
      return;
    }
    failuresInRow = 0;
    commonPause = null;
    failuresOf.delete(meta.cameraId);
    switch (verdict.kind) {
      case 'stored':
      case 'not_permitted':
        return o.spool.remove(meta.id);
      case 'rejected':
        return o.spool.reject(meta.id);
      case 'damaged':
        return o.spool.lose(meta.id);
      default:
        return verdict satisfies never;
    }
  };

  const upload = async (segment: WaitingSegment): Promise<void> => {
    const { id, cameraId } = segment.meta;
    busy.add(cameraId);
    try {
      const verdict = await o.send(segment, closing.signal);
      if (verdict.kind !== 'stored' && !closing.signal.aborted) {
        o.log.warn({ segmentId: id, cameraId, verdict }, 'a segment was not stored');
      }
      await settle(segment, verdict);
      o.onVerdict(segment, verdict);
    } catch (error) {
      // Our own disk: the segment is as it was, or is found again at the next start.
      o.log.error({ err: error, segmentId: id }, 'an upload could not be settled');
      o.spool.release(id);
      pauseAfterFailure(cameraId);
    } finally {
      busy.delete(cameraId);
    }
  };

  const mayStart = (): boolean =>
    uploads.size < o.inFlight && !closing.signal.aborted && commonPause === null;

  const lookAgain = (): void => {
    while (mayStart()) {
      const segment = o.spool.next(new Set([...busy, ...pauses]));
      if (!segment) return;
      const running = upload(segment).finally(() => {
        uploads.delete(running);
        lookAgain();
      });
      uploads.add(running);
    }
  };

  lookAgain();
  return {
    wake: lookAgain,
    idle: () => uploads.size === 0 && o.spool.pending().segments === 0,
    close: async () => {
      closing.abort(new Error('the uploader is closing'));
      await Promise.all(uploads);
    },
  };
}
