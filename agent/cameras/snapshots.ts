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

export function startSnapshots(o: SnapshotOptions): Snapshots {
  const abort = new AbortController();
  const wanted = new Set<CameraId>();
  let wakeUp: () => void = () => undefined;

  const take = async (cameraId: CameraId) => {
    try {
      const picture = await o.fetch(cameraId, abort.signal);
      if (picture.ok) await o.put(cameraId, picture.jpeg, abort.signal);
      else o.log.debug({ cameraId, why: picture.detail }, 'no snapshot');
    } catch (error) {
      if (!abort.signal.aborted) o.log.debug({ cameraId, why: (error as Error).message }, 'no snapshot');
    }
  };
  const run = async () => {
    while (!abort.signal.aborted) {
      for (const cameraId of wanted) {
        wanted.delete(cameraId);
        if (!abort.signal.aborted) await take(cameraId);
      }
      const woken = new AbortController();
      wakeUp = () => woken.abort();
      const slept = await o.clock.sleep(o.everyMs, AbortSignal.any([abort.signal, woken.signal])).then(
        () => true,
        () => false,
      );
      if (slept) for (const cameraId of o.cameras()) wanted.add(cameraId);
    }
  };
  const running = run();
  return {
    wake(cameraId) {
      for (const one of cameraId === null ? o.cameras() : [cameraId]) wanted.add(one);
      wakeUp();
    },
    async close() {
      abort.abort(new Error('the agent stops'));
      await running;
    },
  };
}
