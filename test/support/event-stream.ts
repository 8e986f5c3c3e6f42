import { until } from './until.js';

/** A message of an event stream. */
export interface Frame {
  event: string;
  data: string;
}

export interface StreamedEvent {
  id: string;
  type: string;
  tenantId: string;
  subject: string;
  at: string;
  data: Record<string, unknown>;
  camera?: { name: string; status: { chip: string; sentence: string } } | null;
}

/** An open event stream, read as a browser does. */
export interface EventStream {
  response: Response;
  /** Everything that came so far. */
  frames: readonly Frame[];
  /** Comments, heartbeats among them. */
  comments: readonly string[];
  /** The events of all batches so far. */
  items: readonly StreamedEvent[];
  /** Place of the last message or heartbeat: what a browser sends when it comes back. */
  lastId: string | null;
  ended: boolean;
  /** Resolves with the first event that fits, also one that came already. */
  next(fits: (event: StreamedEvent) => boolean, what: string): Promise<StreamedEvent>;
  close(): Promise<void>;
}

/** Opens an event stream; `path` with the query. Rejects when the answer is none. */
export async function openEventStream(
  url: string,
  headers: Readonly<Record<string, string>>,
  path = '/events',
): Promise<EventStream> {
  const abort = new AbortController();
  const response = await fetch(`${url}/api/v1${path}`, { headers, signal: abort.signal });
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  const frames: Frame[] = [];
  const comments: string[] = [];
  const items: StreamedEvent[] = [];
  const state = { lastId: null as string | null, ended: false };
  const take = (block: string): void => {
    const frame: Frame = { event: 'message', data: '' };
    for (const line of block.split('\n')) {
      const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
      if (field === '') comments.push(value);
      else if (field === 'id') state.lastId = value;
      else if (field === 'event') frame.event = value;
      else if (field === 'data') frame.data += value;
    }
    if (frame.data === '') return;
    frames.push(frame);
    if (frame.event === 'message')
      items.push(...(JSON.parse(frame.data) as { items: StreamedEvent[] }).items);
  };
  const reading = (async () => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      blocks.forEach(take);
    }
  })()
    .catch(() => undefined)
    .finally(() => (state.ended = true));
  return {
    response,
    frames,
    comments,
    items,
    get lastId() {
      return state.lastId;
    },
    get ended() {
      return state.ended;
    },
    next: (fits, what) => until(() => items.find(fits), { what }),
    close: async () => {
      abort.abort();
      await reading;
    },
  };
}
