import { boxesAt, BrokenMp4, viewOf } from './boxes.js';
import type { Track } from './inspect.js';

/** Where something begins: on the file's own clock, and in its bytes. */
export interface Place {
  startUs: number;
  atBytes: number;
}

/** More than the index of five minutes in fragments of half a second. */
export const indexTailBytes = 32 * 1024;

const mfroBytes = 16;

/**
 * What the last bytes of a file say of where its fragments with pictures begin (`mfra`, ISO/IEC 14496-12 §8.8.9), in
 * order; empty when they do not hold such an index whole. A hint: nobody has compared it with the fragments.
 */
export function readFragmentIndex(tail: Uint8Array, tracks: readonly Track[]): Place[] {
  const video = tracks.find(({ media }) => media === 'vide');
  if (video === undefined || tail.byteLength < mfroBytes) return [];
  const sizeBytes = viewOf(tail).getUint32(tail.byteLength - 4);
  if (sizeBytes > tail.byteLength) return [];
  const mfra = tail.subarray(tail.byteLength - sizeBytes);
  try {
    return boxesAt(mfra, ['mfra', 'tfra'])
      .flatMap(({ bodyStart, end }) => readTable(mfra.subarray(bodyStart, end), video))
      .toSorted((a, b) => a.atBytes - b.atBytes);
  } catch (error) {
    if (error instanceof BrokenMp4 || error instanceof RangeError) return [];
    throw error;
  }
}

/** The body of one `tfra` (§8.8.10); nothing when it is another track's. */
function readTable(body: Uint8Array, video: Track): Place[] {
  const view = viewOf(body);
  if (view.getUint32(4) !== video.trackId) return [];
  const isLong = view.getUint8(0) === 1;
  const lengths = view.getUint32(8);
  /** Numbers of `traf`, `trun` and sample, one to four bytes each. */
  const numbersBytes = [4, 2, 0].reduce((sum, shift) => sum + ((lengths >> shift) & 3) + 1, 0);
  const entryBytes = (isLong ? 16 : 8) + numbersBytes;
  return Array.from({ length: Math.min(view.getUint32(12), body.byteLength) }, (_, index) => {
    const at = 16 + index * entryBytes;
    const [ticks, atBytes] = isLong
      ? [Number(view.getBigUint64(at)), Number(view.getBigUint64(at + 8))]
      : [view.getUint32(at), view.getUint32(at + 4)];
    return { startUs: (ticks * 1_000_000) / video.timescale, atBytes };
  });
}
