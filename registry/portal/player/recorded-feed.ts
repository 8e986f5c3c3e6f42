import { mediaSourceFor } from './media-feed.js';
import type { Piece } from './playlist.js';
import { nextEvent, pause } from './waiting.js';

/** Pictures around the shown one that the browser has or keeps. */
const aheadSeconds = 20;
const keptSeconds = 10;
/** What one recording ends short of and the next one begins late by: nobody waits for it. */
const holeSeconds = 0.5;
const retryMs = [500, 1_000, 2_000];

/** This browser does not play what the camera sent. */
export class Unplayable extends Error {
  constructor(type: string) {
    super(`This browser does not play ${type}.`);
    this.name = 'Unplayable';
  }
}

export interface RecordedFeedOptions {
  video: HTMLVideoElement;
  /** Their media times are their places (registry/recordings/playlist.ts). */
  pieces: readonly Piece[];
  /** Address of a piece's file, or of its init section. */
  addressOf: (name: string) => string;
  startS: number;
  signal: AbortSignal;
}

/**
 * Gives the video the pieces around the place it shows, until the signal ends it or what comes has other tracks than
 * what is shown: then it resolves, and a new feed begins at that place. Rejects with {@link Unplayable}, or when a
 * piece cannot be had.
 */
export async function feedRecorded(o: RecordedFeedOptions): Promise<void> {
  const { video, pieces, addressOf, startS, signal } = o;
  const have = new Set<Piece>();
  const inits = new Map<string, Promise<Init>>();
  const initOf = (name: string) => {
    const known = inits.get(name) ?? readInit(addressOf(name), signal);
    inits.set(name, known);
    return known;
  };

  const first = await initOf((pieces.find((piece) => endOf(piece) > startS) ?? pieces.at(-1))?.init ?? '');
  const source = mediaSourceFor(first.type);
  if (source === null) throw new Unplayable(first.type);
  const url = URL.createObjectURL(source);
  // Safari has its own sources only where nothing can be sent to another screen.
  video.disableRemotePlayback = true;
  video.src = url;
  try {
    await nextEvent(source, 'sourceopen', signal);
    source.duration = pieces.reduce((latest, piece) => Math.max(latest, endOf(piece)), 0);
    video.currentTime = startS;
    const buffer = source.addSourceBuffer(first.type);
    let current: Init | null = null;
    const append = async (bytes: BufferSource) => {
      buffer.appendBuffer(bytes);
      await nextEvent(buffer, 'updateend', signal);
    };
    for (;;) {
      if (video.error !== null) throw new Error(video.error.message);
      stepOverHole(video);
      const piece = wantedOf(pieces, have, video.currentTime);
      if (piece === null) {
        if (have.has(pieces.at(-1) as Piece) && source.readyState === 'open') source.endOfStream();
        await moved(video, signal);
        continue;
      }
      const init = await initOf(piece.init);
      if (init.tracks !== first.tracks) {
        if (video.currentTime >= piece.atS - holeSeconds) return;
        await moved(video, signal);
        continue;
      }
      const bytes = await unlessLeft(video, piece, signal, async (still) =>
        (await read(addressOf(piece.media), still)).arrayBuffer(),
      );
      if (bytes === null) continue;
      if (current !== init) {
        if (current !== null && current.type !== init.type) buffer.changeType(init.type);
        await append(init.bytes);
        current = init;
      }
      await append(bytes);
      have.add(piece);
      for (const old of have) {
        if (Math.abs(old.atS - video.currentTime) <= aheadSeconds + keptSeconds) continue;
        have.delete(old);
        buffer.remove(old.atS, endOf(old));
        await nextEvent(buffer, 'updateend', signal);
      }
    }
  } finally {
    URL.revokeObjectURL(url);
  }
}

interface Init {
  bytes: ArrayBuffer;
  type: string;
  /** How many; one source takes no others. */
  tracks: number;
}

async function readInit(address: string, signal: AbortSignal): Promise<Init> {
  const answered = await read(address, signal);
  const type = answered.headers.get('content-type') ?? 'video/mp4';
  return { bytes: await answered.arrayBuffer(), type, tracks: type.split(',').length };
}

const endOf = ({ atS, durationS }: Piece): number => atS + durationS;

/** The next piece that should be there by now; null while all are. */
export function wantedOf(pieces: readonly Piece[], have: ReadonlySet<Piece>, placeS: number): Piece | null {
  const near = pieces.filter((piece) => endOf(piece) > placeS && piece.atS < placeS + aheadSeconds);
  return near.find((piece) => !have.has(piece)) ?? null;
}

/** An answer, asked for again where that may help. */
async function read(address: string, signal: AbortSignal): Promise<Response> {
  for (let tries = 0; ; tries += 1) {
    const retryAfterMs = retryMs[tries];
    const answered = await fetch(address, { signal }).catch((error: unknown) => {
      if (signal.aborted || retryAfterMs === undefined) throw error;
      return null;
    });
    if (answered?.ok === true) return answered;
    if (answered !== null && (answered.status < 500 || retryAfterMs === undefined))
      throw new Error(`The recording could not be read (${answered.status}).`);
    await pause(retryAfterMs ?? 0, signal);
  }
}

/** Null when somebody went elsewhere before `work` was done: it is not wanted any more. */
async function unlessLeft<Result>(
  video: HTMLVideoElement,
  { atS, durationS }: Piece,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result | null> {
  const leaving = new AbortController();
  const left = () => {
    const { currentTime } = video;
    if (currentTime >= atS + durationS || currentTime < atS - aheadSeconds) leaving.abort();
  };
  video.addEventListener('seeking', left);
  try {
    return await work(AbortSignal.any([signal, leaving.signal]));
  } catch (error) {
    if (leaving.signal.aborted && !signal.aborted) return null;
    throw error;
  } finally {
    video.removeEventListener('seeking', left);
  }
}

/** Resolves when the video shows another place, waits for one, or gave up. */
async function moved(video: HTMLVideoElement, signal: AbortSignal): Promise<void> {
  const one = new AbortController();
  const either = AbortSignal.any([signal, one.signal]);
  const events = ['timeupdate', 'seeking', 'waiting', 'error'].map((name) => nextEvent(video, name, either));
  try {
    await Promise.race(events);
  } finally {
    one.abort();
    await Promise.allSettled(events);
  }
}

/** Where one recording ends a little before the next one begins, the video would stand still. */
function stepOverHole(video: HTMLVideoElement): void {
  const { buffered, currentTime } = video;
  for (let index = 0; index < buffered.length; index += 1) {
    const startS = buffered.start(index);
    // Within a picture of the end there is none to show.
    if (currentTime < startS) {
      if (startS - currentTime < holeSeconds) video.currentTime = startS;
      return;
    }
    if (currentTime < buffered.end(index) - 0.02) return;
  }
}
