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

  const take = async (cameraId: CameraId) => {
    try {
      const picture = await o.fetch(cameraId, abort.signal);
      if (picture.ok) await o.put(cameraId, picture.jpeg, abort.signal);
      else o.log.debug({ cameraId, why: picture.detail }, 'no snapshot');
    } catch (error) {
      if (!abort.signal.aborted) o.log.debug({ cameraId, why: (error as Error).message }, 'no snapshot');
    }
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
