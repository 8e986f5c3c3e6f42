import { buffer } from 'node:stream/consumers';
import { BrokenMp4 } from './mp4/boxes.js';
import { indexTailBytes, readFragmentIndex, type Place } from './mp4/fragment-index.js';
import { fragmentsOf, openSegment, type Fragment, type OpenSegment } from './mp4/fragments.js';
import { tracksOf, type Track } from './mp4/inspect.js';
import type { Storage } from './storage/storage.js';

/** Where the bytes of a segment are. */
export interface SeekableSegment {
  storageKey: string;
  sizeBytes: number;
  /** Its leading `ftyp` + `moov`. */
  initBytes: number;
}

/**
 * Opens segments anywhere, reading of an object little more than what is asked for: minutes of footage are one object
 * in S3, and a picture of it is a second.
 */
export interface Seeker {
  /**
   * The fragments from the group of pictures on that shows an instant of the segment's own clock, or from an earlier
   * one. Rejects with `not_found` and {@link BrokenMp4}; the latter also while the fragments are read.
   */
  openAt(segment: SeekableSegment, fromUs: number): Promise<OpenSegment>;
}

/** What was learnt of an object while it was read. */
interface Known {
  init: Uint8Array;
  tracks: Track[];
  /** Where fragments begin, as the file says; null: not looked for yet. */
  index: readonly Place[] | null;
  /** Where groups of pictures begin; in order. */
  keys: Place[];
}

/** How far before an instant the group that shows it is looked for; then farther; then from the beginning. */
const nearUs = 4_000_000;
const farUs = 16_000_000;

/**
 * `knownSegments`: of so many it is remembered where groups begin. `wholeBytes`: smaller ones are read from their
 * beginning the first time, as asking for parts takes longer than reading them.
 */
export function createSeeker(
  storage: Pick<Storage, 'get'>,
  limits = { knownSegments: 500, wholeBytes: 1024 * 1024 },
): Seeker {
  const known = new Map<string, Known>();

  const remember = (storageKey: string, learnt: Known): Known => {
    known.set(storageKey, learnt);
    for (const oldest of known.keys()) {
      if (known.size <= limits.knownSegments) break;
      known.delete(oldest);
    }
    return learnt;
  };
  const read = async (storageKey: string, startByte: number, endByte: number): Promise<Uint8Array> =>
    buffer(await storage.get(storageKey, { startByte, endByte }));

  const openWhole = async ({ storageKey }: SeekableSegment): Promise<OpenSegment> => {
    const opened = await openSegment(await storage.get(storageKey));
    const { init, tracks } = opened;
    const learnt = known.get(storageKey) ?? remember(storageKey, { init, tracks, index: null, keys: [] });
    return { ...opened, fragments: learning(opened.fragments, learnt, 0) };
  };

  /** Null when a group that shows the instant does not begin between `startByte` and it, or nothing begins there. */
  const openPart = async (
    { storageKey, sizeBytes }: SeekableSegment,
    learnt: Known,
    startByte: number,
    fromUs: number,
  ): Promise<OpenSegment | null> => {
    const media = await storage.get(storageKey, { startByte, endByte: sizeBytes });
    const { fragments, close } = fragmentsOf(media, learnt.tracks);
    try {
      for (;;) {
        const { done, value } = await fragments.next();
        if (done || (value.startUs ?? 0) > fromUs) break;
        if (!value.key) continue;
        const all = learning(after(value, fragments), learnt, startByte);
        return { init: learnt.init, tracks: learnt.tracks, fragments: all, close };
      }
    } catch (error) {
      if (!(error instanceof BrokenMp4)) throw error;
    }
    await close();
    return null;
  };

  const learn = async ({ storageKey, initBytes }: SeekableSegment): Promise<Known> => {
    const init = await read(storageKey, 0, initBytes);
    return remember(storageKey, { init, tracks: tracksOf(init), index: null, keys: [] });
  };
  const indexOf = async ({ storageKey, sizeBytes }: SeekableSegment, { tracks }: Known) => {
    const tail = await read(storageKey, Math.max(0, sizeBytes - indexTailBytes), sizeBytes);
    return readFragmentIndex(tail, tracks);
  };

  const isLong = ({ sizeBytes }: SeekableSegment, fromUs: number) =>
    sizeBytes > limits.wholeBytes && fromUs > nearUs;

  /** Where to begin, the best place first. */
  const placesFor = async (segment: SeekableSegment, learnt: Known, fromUs: number): Promise<number[]> => {
    const key = learnt.keys.findLast(({ startUs }) => startUs <= fromUs);
    const last = key === undefined ? [] : [key.atBytes];
    if (!isLong(segment, fromUs) || (key && fromUs - key.startUs <= nearUs)) return last;
    const index = (learnt.index ??= await indexOf(segment, learnt));
    const hinted = [nearUs, farUs].flatMap(
      (reachUs) => index.findLast(({ startUs }) => startUs <= fromUs - reachUs)?.atBytes ?? [],
    );
    const fitting = hinted.filter((atBytes) => atBytes > (last[0] ?? 0) && atBytes < segment.sizeBytes);
    return [...fitting, ...last];
  };

  return {
    async openAt(segment, fromUs) {
      const learnt = known.get(segment.storageKey) ?? (isLong(segment, fromUs) ? await learn(segment) : null);
      if (learnt !== null) {
        for (const atBytes of await placesFor(segment, learnt, fromUs)) {
          const opened = await openPart(segment, learnt, atBytes, fromUs);
          if (opened !== null) return opened;
        }
      }
      return openWhole(segment);
    },
  };
}

async function* after(first: Fragment, rest: AsyncIterable<Fragment>): AsyncGenerator<Fragment> {
  yield first;
  yield* rest;
}

/** Remembers where groups begin. `startByte`: where in the object the reading began. */
async function* learning(
  fragments: AsyncIterable<Fragment>,
  { keys }: Known,
  startByte: number,
): AsyncGenerator<Fragment> {
  for await (const fragment of fragments) {
    const { key, startUs } = fragment;
    if (key && startUs !== null) {
      const before = keys.findLastIndex((one) => one.startUs <= startUs);
      if (keys[before]?.startUs !== startUs)
        keys.splice(before + 1, 0, { startUs, atBytes: startByte + fragment.atBytes });
    }
    yield fragment;
  }
}
