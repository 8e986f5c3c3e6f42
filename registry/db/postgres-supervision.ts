import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../log.js';
import { readProcess } from '../process-start.js';

const lookEveryMs = 250;
const firstPauseMs = 250;
const longestPauseMs = 5_000;

/** How long to wait before another start: 250, 500 ms … 5 s. */
export const pauseBeforeMs = (attempt: number): number =>
  Math.min(firstPauseMs * 2 ** Math.min(attempt, 10), longestPauseMs);

/**
 * Starts the server again, as often as it takes, when its process is gone; the registry answers 503 meanwhile.
 * `start` answers the process number of the new server, which listens where the old one did.
 */
export function supervisePostgres(server: { pid: number; start: () => Promise<number>; log: Log }): {
  pid(): number;
  close(): Promise<void>;
} {
  const { log } = server;
  const stop = new AbortController();
  let pid = server.pid;
  const wait = (ms: number) =>
    pause(ms, undefined, { signal: stop.signal, ref: false }).catch(() => undefined);

  async function restart(): Promise<void> {
    log.error({ pid }, 'the embedded Postgres died: starting it again');
    for (let attempt = 0; !stop.signal.aborted; attempt += 1) {
      try {
        pid = await server.start();
        log.warn({ pid }, 'the embedded Postgres runs again');
        return;
      } catch (error) {
        // Children of a killed server hold its memory until they notice, too.
        log.warn({ why: (error as Error).message, attempt }, 'the embedded Postgres did not start again yet');
        await wait(pauseBeforeMs(attempt));
      }
    }
  }

  const watching = (async () => {
    while (!stop.signal.aborted) {
      const found = await readProcess(pid);
      if (found?.command === 'postgres') await wait(lookEveryMs);
      else if (!stop.signal.aborted) await restart();
    }
  })();
  return {
    pid: () => pid,
    close: async () => {
      stop.abort();
      await watching;
    },
  };
}
