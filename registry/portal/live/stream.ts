import { createParser } from 'eventsource-parser';

export type StreamEvent =
  | { kind: 'open' }
  | { kind: 'items'; items: unknown[] }
  /** What was missed is unknown: everything on screen must be asked for anew. */
  | { kind: 'reset' }
  /** The person is locked out, or signed out. */
  | { kind: 'bye' };

/** Nothing is heard for this long, not even the heartbeat of 15 s: the connection is dead. */
const silenceMs = 40_000;

/** The registry has no event stream, or not for this person. */
export class NoStream extends Error {}

/**
 * One connection to the event stream, until it breaks or `signal` ends it. Read by fetch, which unlike
 * EventSource may name the last event it knows and sees why it is refused. Answers the last event's id.
 * Rejects with {@link NoStream} when it is of no use to try again.
 */
export async function readStream(
  lastId: string | null,
  hear: (event: StreamEvent) => void,
  remember: (id: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const silence = new AbortController();
  const heard = { timer: setTimeout(() => silence.abort(), silenceMs) };
  try {
    const response = await fetch('/api/v1/events', {
      headers: { accept: 'text/event-stream', ...(lastId === null ? {} : { 'last-event-id': lastId }) },
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (response.status === 401) return hear({ kind: 'bye' });
    if (response.status >= 400 && response.status < 500 && response.status !== 429) throw new NoStream();
    if (!response.ok || response.body === null) return;
    hear({ kind: 'open' });
    const parser = createParser({
      onEvent: ({ id, event, data }) => {
        if (id !== undefined && id !== '') remember(id);
        if (event === 'reset') hear({ kind: 'reset' });
        else if (event === 'bye') hear({ kind: 'bye' });
        else hear({ kind: 'items', items: itemsOf(data) });
      },
    });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(heard.timer);
      heard.timer = setTimeout(() => silence.abort(), silenceMs);
      parser.feed(value);
    }
  } finally {
    clearTimeout(heard.timer);
  }
}

function itemsOf(text: string): unknown[] {
  try {
    const { items } = JSON.parse(text) as { items?: unknown };
    return Array.isArray(items) ? items : [];
  } catch {
    return [];
  }
}
