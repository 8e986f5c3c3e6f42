import type { CameraId } from '@gantry/protocol/ids.js';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';

export type Snapshot = { ok: true; jpeg: Uint8Array } | { ok: false; detail: string };

export interface SnapshotOptions {
  /** Cameras of the registry that can give a picture. */
  cameras: () => readonly CameraId[];
  fetch: (cameraId: CameraId, signal: AbortSignal) => Promise<Snapshot>;
  /** Brings a picture to the registry. */
  put: (cameraId: CameraId, jpeg: Uint8Array, signal: AbortSignal) => Promise<void>;
  clock: Clock;
  log: Log;
  everyMs: number;
  /** A camera that gave none is asked again after so long, then after twice as long, until its next turn is nearer. */
  againMs: number;
}

/** One picture per registered camera after its registration, every `everyMs`, and when somebody asks. */
export interface Snapshots {
  /** Null: of every camera. */
  wake(cameraId: CameraId | null): void;
  close(): Promise<void>;
}

/** Cameras asked at the same time: one that does not answer must not hold up a grid of others. */
const atOnce = 4;

export function startSnapshots(o: SnapshotOptions): Snapshots {
  const abort = new AbortController();
  const wanted = new Set<CameraId>();
  const taking = new Map<CameraId, Promise<void>>();

  /** Pauses that cameras without a picture have had, or are having. */
  const pauses = new Map<CameraId, { count: number; isOver: boolean }>();

  /** Resolves with why there is none; null when the registry has it. */
  const bring = async (cameraId: CameraId): Promise<string | null> => {
    try {
      const picture = await o.fetch(cameraId, abort.signal);
      if (!picture.ok) return picture.detail;
      await o.put(cameraId, picture.jpeg, abort.signal);
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  };
  const take = async (cameraId: CameraId): Promise<void> => {
    const why = await bring(cameraId);
    if (why === null) pauses.delete(cameraId);
    if (why === null || abort.signal.aborted) return;
    o.log.debug({ cameraId, why }, 'no snapshot');
    const { count, isOver } = pauses.get(cameraId) ?? { count: 0, isOver: true };
    const pauseMs = o.againMs * 2 ** count;
    if (!isOver || pauseMs >= o.everyMs) return;
    const pause = { count: count + 1, isOver: false };
    pauses.set(cameraId, pause);
    // Cut short by the end of the agent only.
    void o.clock.sleep(pauseMs, abort.signal).then(
      () => {
        pause.isOver = true;
        wake(o.cameras().filter((id) => id === cameraId));
      },
      () => undefined,
    );
  };
  /** A camera whose turn has come while it is being asked is asked once more after that. */
  const takeWanted = (): void => {
    for (const cameraId of wanted) {
      if (abort.signal.aborted || taking.size >= atOnce) return;
      if (taking.has(cameraId)) continue;
      wanted.delete(cameraId);
      const taken = take(cameraId).finally(() => {
        taking.delete(cameraId);
        takeWanted();
      });
      taking.set(cameraId, taken);
    }
  };
  const wake = (cameraIds: readonly CameraId[]) => {
    for (const cameraId of cameraIds) wanted.add(cameraId);
    takeWanted();
  };
  const run = async () => {
    for (;;) {
      await o.clock.sleep(o.everyMs, abort.signal);
      wake(o.cameras());
    }
  };
  // Ends with the agent only.
  const running = run().catch(() => undefined);
  return {
    wake: (cameraId) => wake(cameraId === null ? o.cameras() : [cameraId]),
    async close() {
      abort.abort(new Error('the agent stops'));
      await running;
      await Promise.all(taking.values());
    },
  };
}
