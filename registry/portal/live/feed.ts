import { leadership } from './leadership.js';
import { NoStream, readStream, type StreamEvent } from './stream.js';

/** What happened, as the event stream tells it. */
export interface LiveEvent {
  /** `camera.changed`, `operation.progress`, … */
  type: string;
  /** Id of the thing it is about. */
  subject?: string;
  [field: string]: unknown;
}

export interface LiveState {
  /** `none`: there is no stream; pages ask by themselves from time to time. */
  state: 'connecting' | 'live' | 'paused' | 'none';
  /** When something was last heard, by this browser's clock; null before. */
  heardAtMs: number | null;
}

/** One stream for all tabs of a browser: more would use up its connections (ux.md 2.6, trap 3). */
export interface LiveFeed {
  state: () => LiveState;
  onState: (listener: () => void) => () => void;
  /** Called at most each {@link batchMs} with everything that came meanwhile; null: ask for everything anew. */
  onEvents: (listener: (events: readonly LiveEvent[] | null) => void) => () => void;
  close: () => void;
}

/** Many events at once cost one turn of the page, not one each (ux.md 2.6, trap 8). */
const batchMs = 250;
const retryMs = [500, 1_000, 2_000, 5_000, 10_000];

type Shared =
  { kind: 'state'; state: LiveState['state'] } | { kind: 'hello' } | { kind: 'stream'; event: StreamEvent };

export function openFeed(onBye: () => void): LiveFeed {
  const ending = new AbortController();
  const channel = new BroadcastChannel('gantry.live');
  const now: {
    live: LiveState;
    pending: LiveEvent[];
    timer: number | null;
    leading: boolean;
    lastId: string | null;
  } = {
    live: { state: 'connecting', heardAtMs: null },
    pending: [],
    timer: null,
    leading: false,
    lastId: null,
  };
  const stateListeners = new Set<() => void>();
  const eventListeners = new Set<(events: readonly LiveEvent[] | null) => void>();

  const become = (state: LiveState['state']) => {
    const heardAtMs = state === 'live' ? Date.now() : now.live.heardAtMs;
    now.live = { state, heardAtMs };
    for (const listener of stateListeners) listener();
  };
  const flush = () => {
    now.timer = null;
    const events = now.pending.splice(0);
    for (const listener of eventListeners) listener(events);
  };
  const hear = (event: StreamEvent) => {
    switch (event.kind) {
      case 'open':
        return become('live');
      case 'items':
        now.live.heardAtMs = Date.now();
        now.pending.push(...(event.items as LiveEvent[]));
        now.timer ??= window.setTimeout(flush, batchMs);
        return;
      case 'reset':
        for (const listener of eventListeners) listener(null);
        return;
      case 'bye':
        return onBye();
      default: {
        const never: never = event;
        return never;
      }
    }
  };
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel has none
  const tell = (message: Shared) => channel.postMessage(message);

  channel.addEventListener('message', ({ data }: MessageEvent<Shared>) => {
    if (data.kind === 'hello') {
      if (now.leading) tell({ kind: 'state', state: now.live.state });
    } else if (data.kind === 'state') become(data.state);
    else hear(data.event);
  });

  const lead = async (signal: AbortSignal): Promise<void> => {
    now.leading = true;
    for (let failures = 0; !signal.aborted;) {
      const share = (event: StreamEvent) => {
        failures = 0;
        hear(event);
        tell({ kind: 'stream', event });
      };
      try {
        await readStream(now.lastId, share, (id) => (now.lastId = id), signal);
      } catch (error) {
        if (error instanceof NoStream) {
          become('none');
          tell({ kind: 'state', state: 'none' });
          break;
        }
      }
      if (signal.aborted) break;
      become('paused');
      tell({ kind: 'state', state: 'paused' });
      await pause(retryMs[Math.min(failures, retryMs.length - 1)] ?? 0, signal);
      failures += 1;
    }
    await ended(signal);
    now.leading = false;
  };

  void leadership()(lead, ending.signal);
  tell({ kind: 'hello' });

  return {
    state: () => now.live,
    onState: (listener) => {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    onEvents: (listener) => {
      eventListeners.add(listener);
      return () => eventListeners.delete(listener);
    },
    close: () => {
      ending.abort();
      channel.close();
      if (now.timer !== null) clearTimeout(now.timer);
    },
  };
}

const ended = (signal: AbortSignal): Promise<void> =>
  signal.aborted
    ? Promise.resolve()
    : new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  Promise.race([new Promise<void>((resolve) => setTimeout(resolve, ms)), ended(signal)]);
