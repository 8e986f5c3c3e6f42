/** One person's or program's view of a stream: bytes that begin with the init segment. */
export interface Viewer {
  body: ReadableStream<Uint8Array>;
  /** Never waits: who reads too slowly misses pictures up to the next key one. */
  push(media: Uint8Array, isKey: boolean): void;
  /** `over`: what is queued may still be read. `cut`: nothing more. */
  end(how: 'over' | 'cut'): void;
}

/** Unread bytes of one viewer above which pictures are left out: some seconds of a camera's main stream. */
export const unreadLimitBytes = 1024 * 1024;

/**
 * `init`, then the pictures from the last key one on; with none, nothing is shown before the next key one. The bytes
 * are shared with every other viewer, only references are queued. `onGone` is called once, when the reader has left or
 * {@link Viewer.end} was called.
 */
export function createViewer(o: {
  init: Uint8Array;
  pictures: readonly Uint8Array[];
  limitBytes?: number;
  /** So many bytes left for the viewer. */
  onSent: (sizeBytes: number) => void;
  onGone: () => void;
}): Viewer {
  const { limitBytes = unreadLimitBytes } = o;
  let queue: Uint8Array[] = [o.init, ...o.pictures];
  let queuedBytes = queue.reduce((sum, { byteLength }) => sum + byteLength, 0);
  let isBehind = o.pictures.length === 0;
  const gone = new AbortController();
  const { signal } = gone;
  let wake: () => void = () => undefined;
  const leave = () => {
    if (signal.aborted) return;
    gone.abort();
    wake();
    o.onGone();
  };
  // Its own queue and not the stream's: that one can be emptied only by an error, which the server would log.
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        while (queue.length === 0 && !signal.aborted) await new Promise<void>((resolve) => (wake = resolve));
        const next = queue.shift();
        if (next === undefined) return controller.close();
        queuedBytes -= next.byteLength;
        controller.enqueue(next);
        o.onSent(next.byteLength);
      },
      cancel: leave,
    },
    { highWaterMark: 0 },
  );
  return {
    body,
    push(media, isKey) {
      if (signal.aborted) return;
      // Half empty before it goes on: otherwise it would stumble from one gap into the next.
      if (isKey && queuedBytes <= limitBytes / 2) isBehind = false;
      if (queuedBytes >= limitBytes) isBehind = true;
      if (isBehind) return;
      queue.push(media);
      queuedBytes += media.byteLength;
      wake();
    },
    end(how) {
      if (how === 'cut') queue = [];
      leave();
    },
  };
}
