import { nextEvent } from './waiting.js';

/** Distances from the newest picture that has arrived. */
const edge = {
  /** Where a jump lands: a fragment lasts 0.2 s, and the next one may be late. */
  aimSeconds: 0.3,
  /** Beyond it, playing is a little faster: nobody sees it. */
  hurrySeconds: 0.6,
  jumpSeconds: 1,
};
const hurryRate = 1.1;
/** Pictures behind the shown one that the browser keeps. */
const keptSeconds = 10;
/** The registry says nothing for so long only when the line is dead. */
const silentMs = 10_000;

/** Safari on phones has only this one (Media Source Extensions 2, §3). */
const mediaSources = (): (typeof MediaSource)[] =>
  ['ManagedMediaSource', 'MediaSource'].flatMap(
    (name) => (globalThis as unknown as Record<string, typeof MediaSource | undefined>)[name] ?? [],
  );

/** Whether it can be given video piece by piece at all; older phones play whole playlists themselves instead. */
export const playsPieces = (): boolean => mediaSources().length > 0;

/** A source for this type; null where the browser plays no such video. */
export function mediaSourceFor(type: string): MediaSource | null {
  const Source = mediaSources().find((one) => one.isTypeSupported(type));
  return Source ? new Source() : null;
}

/** How far what is shown is behind what has arrived, seconds; null while nothing has. */
export function lagOf({ buffered, currentTime }: HTMLVideoElement): number | null {
  return buffered.length === 0 ? null : buffered.end(buffered.length - 1) - currentTime;
}

export interface FeedOptions {
  video: HTMLVideoElement;
  source: MediaSource;
  /** With its codecs. */
  type: string;
  /** Fragmented MP4, one video track. */
  body: ReadableStream<BufferSource>;
  signal: AbortSignal;
  /** The first picture is there. */
  onShown: () => void;
}

/** Shows what comes until it ends. Rejects when the line is dead or the browser cannot go on with what it got. */
export async function feedVideo(o: FeedOptions): Promise<void> {
  const { video, source, body, signal, onShown } = o;
  const url = URL.createObjectURL(source);
  const reader = body.getReader();
  video.addEventListener('loadeddata', onShown, { once: true });
  try {
    // What browsers ask for before they play by themselves.
    video.muted = true;
    video.playsInline = true;
    video.disableRemotePlayback = true;
    video.src = url;
    await nextEvent(source, 'sourceopen', signal);
    const buffer = source.addSourceBuffer(o.type);
    // Everybody begins at zero, and pictures that were left out for a slow line leave no hole to stop at.
    buffer.mode = 'sequence';
    void video.play().catch(() => undefined);
    for (;;) {
      const { done, value } = await inTime(reader.read());
      if (done) return;
      buffer.appendBuffer(value);
      await nextEvent(buffer, 'updateend', signal);
      if (video.error !== null) throw new Error(video.error.message);
      stayNearTheEdge(video);
      await dropOld(video, buffer, signal);
    }
  } finally {
    video.removeEventListener('loadeddata', onShown);
    void reader.cancel().catch(() => undefined);
    URL.revokeObjectURL(url);
  }
}

async function inTime<Result>(read: Promise<Result>): Promise<Result> {
  let timer = 0;
  const late = new Promise<never>((_resolve, reject) => {
    timer = window.setTimeout(() => reject(new Error('nothing came for a while')), silentMs);
  });
  return Promise.race([read, late]).finally(() => clearTimeout(timer));
}

/** A tab that slept, a machine that stuttered: what is shown catches up. */
function stayNearTheEdge(video: HTMLVideoElement): void {
  const lag = lagOf(video) ?? 0;
  if (lag > edge.jumpSeconds) video.currentTime += lag - edge.aimSeconds;
  video.playbackRate = lag > edge.hurrySeconds ? hurryRate : 1;
}

async function dropOld(video: HTMLVideoElement, buffer: SourceBuffer, signal: AbortSignal): Promise<void> {
  const { buffered } = buffer;
  if (buffered.length === 0) return;
  const [from, until] = [buffered.start(0), video.currentTime - keptSeconds];
  // Twice as much before it is worth the work.
  if (until - from < keptSeconds) return;
  buffer.remove(from, until);
  await nextEvent(buffer, 'updateend', signal);
}
