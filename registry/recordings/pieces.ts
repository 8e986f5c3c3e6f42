import { fragmentsOf, openSegment, type Fragment } from './mp4/fragments.js';
import type { Track } from './mp4/inspect.js';
import { shiftFragment, type Shift } from './mp4/shift.js';
import type { Storage } from './storage/storage.js';

/** Part of a segment on its own media clock, µs. */
export interface PieceRange {
  fromUs: number;
  toUs: number;
}

/**
 * A long segment piece by piece, so that its first picture does not wait for all of its bytes. Pieces of one segment
 * that follow each other give each of its fragments once, and each begins with a picture that stands alone.
 */
export interface Pieces {
  /** The fragments of a piece, shifted. Rejects with `not_found`, {@link BrokenMp4}; ending it early frees the object. */
  read(
    segment: { storageKey: string; sizeBytes: number },
    range: PieceRange,
    shift: Shift,
  ): AsyncGenerator<Uint8Array>;
}

/** What was learnt of an object while it was read: where its groups of pictures begin. */
interface Known {
  tracks: Track[];
  /** In order of both. */
  keys: { startUs: number; atBytes: number }[];
}

/** `knownSegments`: of so many it is remembered where pieces begin; of another the next piece is looked for again. */
export function createPieces(storage: Pick<Storage, 'get'>, knownSegments = 2_000): Pieces {
  const known = new Map<string, Known>();

  const remember = (storageKey: string, tracks: Track[]): Known => {
    const learnt = { tracks, keys: [] };
    known.set(storageKey, learnt);
    for (const oldest of known.keys()) {
      if (known.size <= knownSegments) break;
      known.delete(oldest);
    }
    return learnt;
  };

  /** From the last known group of pictures at or before an instant; from the beginning when none is known. */
  const openAt = async (
    { storageKey, sizeBytes }: { storageKey: string; sizeBytes: number },
    fromUs: number,
  ) => {
    const learnt = known.get(storageKey);
    const startByte = learnt?.keys.findLast(({ startUs }) => startUs <= fromUs)?.atBytes;
    if (learnt !== undefined && startByte !== undefined) {
      const media = await storage.get(storageKey, { startByte, endByte: sizeBytes });
      return { learnt, startByte, ...fragmentsOf(media, learnt.tracks) };
    }
    const opened = await openSegment(await storage.get(storageKey));
    return { learnt: remember(storageKey, opened.tracks), startByte: 0, ...opened };
  };

  return {
    async *read(segment, range, shift) {
      const opened = await openAt(segment, range.fromUs);
      const { learnt, startByte } = opened;
      async function* learning(): AsyncGenerator<Fragment> {
        for await (const fragment of opened.fragments) {
          const { key, startUs } = fragment;
          const isNew = startUs !== null && startUs > (learnt.keys.at(-1)?.startUs ?? -1);
          if (key && isNew) learnt.keys.push({ startUs, atBytes: startByte + fragment.atBytes });
          yield fragment;
        }
      }
      try {
        for await (const { moof, mdat } of wholeGroups(learning(), range)) {
          yield shiftFragment(moof, learnt.tracks, shift);
          yield mdat;
        }
      } finally {
        await opened.close();
      }
    },
  };
}

/**
 * The groups of pictures from the last that begins at or before `fromUs`, to before the last that begins at or before
 * `toUs`. Where both are one group it is given, so that no piece is empty: a player takes the same pictures twice.
 */
export async function* wholeGroups(
  fragments: AsyncIterable<Fragment>,
  { fromUs, toUs }: PieceRange,
): AsyncGenerator<Fragment> {
  let group: Fragment[] = [];
  let given = false;
  for await (const fragment of fragments) {
    const startUs = fragment.startUs ?? 0;
    if (startUs > toUs) {
      if (!given) yield* group;
      return;
    }
    if (!fragment.key) {
      group.push(fragment);
      continue;
    }
    if (startUs > fromUs && group.length > 0) {
      yield* group;
      given = true;
    }
    group = [fragment];
  }
  yield* group;
}
