import type { Clock } from './clock.js';
import type { Log } from './log.js';

/** What was opened, in order; closed in reverse order, each part while those it needs still work. */
export interface Closing {
  add(name: string, close: () => Promise<void> | void): void;
  /** Resolves when all is closed, or `limitMs` is over: then it says what is not. Never rejects. */
  close(): Promise<void>;
}

export function createClosing(o: { clock: Clock; log: Log; limitMs: number }): Closing {
  const opened: { name: string; close: () => Promise<void> | void }[] = [];
  const closeAll = async (done: AbortController) => {
    for (let next = opened.at(-1); next !== undefined; next = opened.at(-1)) {
      try {
        await next.close();
      } catch (error) {
        o.log.error({ err: error, part: next.name }, 'a part did not close');
      }
      opened.pop();
    }
    done.abort();
  };
  let closed: Promise<void> | null = null;
  const closeInTime = async () => {
    const done = new AbortController();
    const limit = o.clock.sleep(o.limitMs, done.signal).then(
      () => o.log.error({ waitingFor: opened.at(-1)?.name }, `not closed within ${o.limitMs} ms`),
      () => undefined,
    );
    await Promise.race([closeAll(done), limit]);
  };
  return {
    add: (name, close) => void opened.push({ name, close }),
    close: () => (closed ??= closeInTime()),
  };
}
