import type { Changes } from '../changes.js';
import type { Log } from '../log.js';
import type { Watcher } from './live-stream.js';

/** Watching is one long request: rights are asked again while it lasts (R20). */
export interface Rechecks {
  close(): Promise<void>;
}

export interface RecheckOptions {
  watchers: () => readonly Watcher[];
  changes: Changes;
  log: Log;
  /** For what no hint tells: an ended session or support grant, a taken role, another process' switch. */
  everyMs?: number;
  /** Asked at once; fewer than the database's connections. */
  sideBySide?: number;
}

/**
 * Asks for every viewer whether they still may: at once after a switch of a camera or tenant, and a second after the
 * last round ended. Who cannot be checked is shown nothing: the player asks anew, and is told why.
 */
export function startRechecks(o: RecheckOptions): Rechecks {
  const { everyMs = 1_000, sideBySide = 4 } = o;
  const closing = new AbortController();
  let wake: () => void = () => undefined;
  let again = false;

  const check = async (watcher: Watcher): Promise<void> => {
    try {
      await watcher.mayStill();
    } catch (error) {
      o.log.info({ cameraId: watcher.cameraId, why: (error as Error).message }, 'a live view ended');
      watcher.end('cut');
    }
  };
  const round = async (): Promise<void> => {
    const queue = [...o.watchers()];
    const one = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) await check(next);
    };
    await Promise.all(Array.from({ length: sideBySide }, one));
  };
  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      if (!again) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, everyMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      again = false;
      if (!closing.signal.aborted) await round();
    }
  };
  const hinted = () => {
    // A round under way may have read the state before the change.
    again = true;
    wake();
  };
  const stopListening = [o.changes.listen('tenant', hinted), o.changes.listen('camera', hinted)];
  const running = run();
  return {
    close: async () => {
      closing.abort();
      for (const stop of stopListening) stop();
      wake();
      await running;
    },
  };
}
