import type { Fragment } from './mp4/fragments.js';
import { shiftFragment, type Shift } from './mp4/shift.js';
import type { SeekableSegment, Seeker } from './seek.js';

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
  read(segment: SeekableSegment, range: PieceRange, shift: Shift): AsyncGenerator<Uint8Array>;
}

export function createPieces(seeker: Seeker): Pieces {
  return {
    async *read(segment, range, shift) {
      const opened = await seeker.openAt(segment, range.fromUs);
      try {
        for await (const { moof, mdat } of wholeGroups(opened.fragments, range)) {
          yield shiftFragment(moof, opened.tracks, shift);
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
