import type { Log } from './log.js';

/**
 * Does `work` every `everyMs` until closed, never twice at once; a failure is logged and tried again at the next
 * turn. Closing waits for the turn under way, whose signal is aborted.
 */
export function startSweep(options: {
  what: string;
  everyMs: number;
  log: Log;
  work: (signal: AbortSignal) => Promise<unknown>;
}): { close(): Promise<void> } {
  const { what, everyMs, log, work } = options;
  const abort = new AbortController();
  let running: Promise<void> | null = null;
  const turn = async (): Promise<void> => {
    try {
      await work(abort.signal);
    } catch (error) {
      if (!abort.signal.aborted) log.warn({ err: error }, `${what} failed and is tried again`);
    } finally {
      running = null;
    }
  };
  const timer = setInterval(() => {
    running ??= turn();
  }, everyMs);
  return {
    close: async () => {
      clearInterval(timer);
      abort.abort();
      await running;
    },
  };
}
