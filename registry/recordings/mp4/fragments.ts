import { createBoxReader, type BoxPiece } from './box-reader.js';
import { boxesAt, boxesIn, BrokenMp4, viewOf } from './boxes.js';
import { tracksOf, type Track } from './inspect.js';

/** One `moof` with its `mdat`, whole. */
export interface Fragment {
  /** Where its `moof` stands in what was read. */
  atBytes: number;
  moof: Uint8Array;
  /** With its header. */
  mdat: Uint8Array;
  /** Decode time of its first picture on the file's own clock, µs; null when it holds no picture. */
  startUs: number | null;
  /** Whether its first picture needs none before it. */
  key: boolean;
}

/** `sample_is_non_sync_sample` of sample flags (ISO/IEC 14496-12 §8.8.3.1). */
const notSync = 0x0001_0000;

const flagsAt = (view: DataView, box: { bodyStart: number }): number =>
  view.getUint32(box.bodyStart) & 0xff_ffff;

/** Sample flags of a fragment's first picture, from `trun` over `tfhd`; null when neither gives any. */
function firstFlags(view: DataView, tfhd: { bodyStart: number }, trun: { bodyStart: number }): number | null {
  const run = flagsAt(view, trun);
  // Fields of `trun` in order (§8.8.8): count, data offset, first flags, then per sample duration, size, flags.
  let at = trun.bodyStart + 8 + (run & 0x1 ? 4 : 0);
  if (run & 0x4) return view.getUint32(at);
  if (run & 0x400) {
    at += (run & 0x100 ? 4 : 0) + (run & 0x200 ? 4 : 0);
    return view.getUint32(at);
  }
  const head = flagsAt(view, tfhd);
  if (!(head & 0x20)) return null;
  const before = (head & 0x1 ? 8 : 0) + [0x2, 0x8, 0x10].filter((flag) => head & flag).length * 4;
  return view.getUint32(tfhd.bodyStart + 8 + before);
}

/** When a fragment's picture starts, and whether it stands alone. Throws {@link BrokenMp4}. */
export function readFragment(moof: Uint8Array, tracks: readonly Track[]): Pick<Fragment, 'startUs' | 'key'> {
  try {
    return readVideo(moof, tracks);
  } catch (error) {
    if (error instanceof RangeError) throw new BrokenMp4('a box inside "moof" is cut off');
    throw error;
  }
}

function readVideo(moof: Uint8Array, tracks: readonly Track[]): Pick<Fragment, 'startUs' | 'key'> {
  const view = viewOf(moof);
  const video = tracks.find((track) => track.media === 'vide');
  for (const traf of boxesAt(moof, ['moof', 'traf'])) {
    const boxes = boxesIn(moof, traf.bodyStart, traf.end);
    const [tfhd, tfdt, trun] = ['tfhd', 'tfdt', 'trun'].map((type) => boxes.find((box) => box.type === type));
    if (tfhd === undefined || tfdt === undefined || trun === undefined) continue;
    if (video === undefined || view.getUint32(tfhd.bodyStart + 4) !== video.trackId) continue;
    const ticks =
      view.getUint8(tfdt.bodyStart) === 1
        ? Number(view.getBigUint64(tfdt.bodyStart + 4))
        : view.getUint32(tfdt.bodyStart + 4);
    const flags = firstFlags(view, tfhd, trun);
    return {
      startUs: Math.round((ticks * 1_000_000) / video.timescale),
      key: flags === null || (flags & notSync) === 0,
    };
  }
  return { startUs: null, key: false };
}

/** A segment as its init section (`ftyp` + `moov`) and what follows. */
export interface OpenSegment {
  init: Uint8Array;
  tracks: Track[];
  fragments: AsyncGenerator<Fragment>;
  /** Lets go of the file, also when none or only some of its fragments were read. */
  close(): Promise<void>;
}

/** Reads a segment up to its media. Throws {@link BrokenMp4}, also while the fragments are read. */
export async function openSegment(file: AsyncIterable<Uint8Array>): Promise<OpenSegment> {
  const pieces = piecesOf(file);
  const close = async (): Promise<void> => void (await pieces.return(undefined));
  const init: Uint8Array[] = [];
  try {
    for (;;) {
      const { done, value: piece } = await pieces.next();
      if (done) throw new BrokenMp4('there is no "moov"');
      if (piece.kind === 'whole') init.push(piece.bytes);
      if (piece.type !== 'moov' || piece.kind !== 'whole') continue;
      const tracks = tracksOf(piece.bytes);
      return { init: Buffer.concat(init), tracks, fragments: fragmentsIn(pieces, tracks), close };
    }
  } catch (error) {
    await close();
    throw error;
  }
}

async function* piecesOf(file: AsyncIterable<Uint8Array>): AsyncGenerator<BoxPiece, undefined> {
  const reader = createBoxReader(new Set(['ftyp', 'moov', 'moof', 'mfra']));
  for await (const chunk of file) yield* reader.push(chunk);
  reader.end();
}

/** Reads media that begins with a `moof`; where in a file that is, is up to the caller. */
export function fragmentsOf(
  media: AsyncIterable<Uint8Array>,
  tracks: readonly Track[],
): Pick<OpenSegment, 'fragments' | 'close'> {
  const pieces = piecesOf(media);
  return {
    fragments: fragmentsIn(pieces, tracks),
    close: async () => void (await pieces.return(undefined)),
  };
}

async function* fragmentsIn(
  pieces: AsyncIterable<BoxPiece>,
  tracks: readonly Track[],
): AsyncGenerator<Fragment> {
  let moof: { bytes: Uint8Array; atBytes: number } | null = null;
  let media: { bytes: Uint8Array[]; leftBytes: number } | null = null;
  for await (const piece of pieces) {
    if (piece.kind === 'whole') {
      if (piece.type === 'moof') moof = piece;
    } else if (piece.kind === 'start') {
      media = piece.type === 'mdat' ? { bytes: [], leftBytes: piece.sizeBytes } : null;
    } else if (media !== null) {
      media.bytes.push(piece.bytes);
      media.leftBytes -= piece.bytes.byteLength;
      if (media.leftBytes > 0) continue;
      if (moof === null) throw new BrokenMp4('an "mdat" has no "moof" before it');
      const { bytes, atBytes } = moof;
      yield { atBytes, moof: bytes, mdat: Buffer.concat(media.bytes), ...readFragment(bytes, tracks) };
      moof = null;
      media = null;
    }
  }
}

/**
 * Those fragments that are needed to show `[fromUs, toUs)`: from the last one at or before `fromUs` that stands
 * alone. Holds back one group of pictures at most.
 */
export async function* cutFragments(
  fragments: AsyncIterable<Fragment>,
  range: { fromUs: number; toUs: number },
): AsyncGenerator<Fragment> {
  let held: Fragment[] = [];
  let begun = false;
  for await (const fragment of fragments) {
    const { startUs } = fragment;
    if (startUs !== null && startUs >= range.toUs) break;
    if (begun) {
      yield fragment;
      continue;
    }
    if (startUs !== null && startUs > range.fromUs) {
      yield* held;
      yield fragment;
      begun = true;
    } else if (fragment.key) held = [fragment];
    else held.push(fragment);
  }
  if (!begun) yield* held;
}
