import type { ServerResponse } from 'node:http';
import type { Clock } from '../clock.js';
import type { PageView } from './shapes.js';

/** Tells open pages what changed: server-sent events with the whole view, at most four a second. */
export interface ViewFeed {
  /** Sends the view now and whenever it changes, until the reader goes. */
  follow(response: ServerResponse): void;
  changed(): void;
  close(): Promise<void>;
}

const batchMs = 250;
const silenceMs = 15_000;
const unreadLimitBytes = 1_000_000;

export function startViewFeed(o: { view: () => PageView; clock: Clock }): ViewFeed {
  const readers = new Set<ServerResponse>();
  const abort = new AbortController();
  let wake: () => void = () => undefined;
  let isChanged = false;
  let last = '';

  const tell = (text: string): void => {
    for (const reader of readers) if (reader.writableLength < unreadLimitBytes) reader.write(text);
  };
  const run = async (): Promise<void> => {
    while (!abort.signal.aborted) {
      const woken = new AbortController();
      wake = () => woken.abort();
      const either = AbortSignal.any([abort.signal, woken.signal]);
      if (!isChanged) await o.clock.sleep(silenceMs, either).catch(() => undefined);
      if (abort.signal.aborted) return;
      if (readers.size === 0 || !isChanged) {
        isChanged = false;
        tell(': still here\n\n');
        continue;
      }
      isChanged = false;
      const text = JSON.stringify(o.view());
      if (text !== last) tell(`data: ${text}\n\n`);
      last = text;
      await o.clock.sleep(batchMs, abort.signal).catch(() => undefined);
    }
  };
  const running = run();
  return {
    follow(response) {
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        connection: 'keep-alive',
      });
      response.write(`retry: 2000\ndata: ${JSON.stringify(o.view())}\n\n`);
      readers.add(response);
      response.once('close', () => readers.delete(response));
    },
    changed() {
      isChanged = true;
      wake();
    },
    async close() {
      abort.abort();
      for (const reader of readers) reader.end();
      await running;
    },
  };
}
