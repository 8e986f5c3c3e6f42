/** One person's or program's view of a stream: bytes that begin with the init segment. */
export interface Viewer {
  body: ReadableStream<Uint8Array>;
  /** Never waits: who reads too slowly misses pictures up to the next key one. */
  push(media: Uint8Array, isKey: boolean): void;
  /** `over`: what is queued may still be read. `cut`: not a byte more. */
  end(how: 'over' | 'cut'): void;
  /** Fragments that were left out. */
  missed(): number;
}

/** Unread bytes of one viewer above which pictures are left out: some seconds of a camera's main stream. */
export const unreadLimitBytes = 1024 * 1024;

/**
 * `start`: the init segment and the pictures from the last key one on; empty pictures: nothing is shown before the
 * next key one. The bytes are shared with every other viewer, only references are queued. `onGone` is called once, when
 * the reader has left or {@link Viewer.end} was called.
 */
export function createViewer(o: {
  init: Uint8Array;
  pictures: readonly Uint8Array[];
  limitBytes?: number;
  onGone: () => void;
}): Viewer {
  const { limitBytes = unreadLimitBytes } = o;
  let isBehind = o.pictures.length === 0;
  let isGone = false;
  let missed = 0;
  let queue: ReadableStreamDefaultController<Uint8Array> | null = null;
  const leave = () => {
    if (isGone) return;
    isGone = true;
    o.onGone();
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        queue = controller;
        for (const bytes of [o.init, ...o.pictures]) controller.enqueue(bytes);
      },
      cancel: leave,
    },
    new ByteLengthQueuingStrategy({ highWaterMark: limitBytes }),
  );
  return {
    body,
    push(media, isKey) {
      if (isGone || queue === null) return;
      const roomBytes = queue.desiredSize ?? 0;
      // Half empty before it goes on: otherwise it would stumble from one gap into the next.
      if (isKey && roomBytes >= limitBytes / 2) isBehind = false;
      if (roomBytes <= 0) isBehind = true;
      if (isBehind) missed += 1;
      else queue.enqueue(media);
    },
    end(how) {
      if (isGone) return;
      if (how === 'over') queue?.close();
      else queue?.error(new Error('this may not be watched any more'));
      leave();
    },
    missed: () => missed,
  };
}
