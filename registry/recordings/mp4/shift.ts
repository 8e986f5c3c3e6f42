import { createBoxReader } from './box-reader.js';
import { boxesAt, viewOf } from './boxes.js';
import { tracksOf, type Track } from './inspect.js';

/**
 * How far a segment is moved on the media clock. Segments start near zero each (ffmpeg's
 * `-reset_timestamps`); players want one clock for the whole playlist.
 */
export interface Shift {
  /** Microseconds; negative moves back. */
  timeUs: number;
  /** Added to the fragments' running number. */
  fragments: number;
}

/** Microseconds in ticks of a track, rounded to the nearest; odd in its argument, so that −x undoes x. */
export function ticksOf(timeUs: number, timescale: number): bigint {
  const size = (BigInt(Math.abs(timeUs)) * BigInt(timescale) + 500_000n) / 1_000_000n;
  return timeUs < 0 ? -size : size;
}

/**
 * Rewrites one `moof`: `tfdt.baseMediaDecodeTime` of every track and `mfhd.sequence_number`
 * (ISO/IEC 14496-12 §8.8.12, §8.8.5). Sizes stay, so `trun.data_offset` holds. Both wrap at their width:
 * with the 64-bit times that ffmpeg writes never, with 32-bit ones after 13 h at 90 kHz.
 */
export function shiftFragment(moof: Uint8Array, tracks: readonly Track[], shift: Shift): Uint8Array {
  // Not `slice()`: of a Buffer that is a view, and the original would change too.
  const shifted = new Uint8Array(moof);
  const view = viewOf(shifted);
  for (const mfhd of boxesAt(moof, ['moof', 'mfhd'])) {
    view.setUint32(mfhd.bodyStart + 4, (view.getUint32(mfhd.bodyStart + 4) + shift.fragments) >>> 0);
  }
  for (const traf of boxesAt(moof, ['moof', 'traf'])) {
    const body = moof.subarray(traf.bodyStart, traf.end);
    const tfhd = boxesAt(body, ['tfhd'])[0];
    const tfdt = boxesAt(body, ['tfdt'])[0];
    if (tfhd === undefined || tfdt === undefined) continue;
    const trackId = view.getUint32(traf.bodyStart + tfhd.bodyStart + 4);
    const track = tracks.find((candidate) => candidate.trackId === trackId);
    if (track === undefined) continue;
    const ticks = ticksOf(shift.timeUs, track.timescale);
    const at = traf.bodyStart + tfdt.bodyStart;
    if (view.getUint8(at) === 1) {
      view.setBigUint64(at + 4, BigInt.asUintN(64, view.getBigUint64(at + 4) + ticks));
    } else {
      view.setUint32(at + 4, Number(BigInt.asUintN(32, BigInt(view.getUint32(at + 4)) + ticks)));
    }
  }
  return shifted;
}

/**
 * Streams what follows the init section of a segment, its fragments shifted. The index at the end (`mfra`) is
 * left out: it counts from the start of the file, which players do not get. Throws {@link BrokenMp4}.
 */
export async function* shiftMedia(file: AsyncIterable<Uint8Array>, shift: Shift): AsyncGenerator<Uint8Array> {
  const reader = createBoxReader(new Set(['ftyp', 'moov', 'moof', 'mfra']));
  let tracks: Track[] = [];
  for await (const chunk of file) {
    for (const piece of reader.push(chunk)) {
      if (piece.kind === 'part') yield piece.bytes;
      else if (piece.kind === 'whole' && piece.type === 'moov') tracks = tracksOf(piece.bytes);
      else if (piece.kind === 'whole' && piece.type === 'moof') {
        yield shiftFragment(piece.bytes, tracks, shift);
      }
    }
  }
  reader.end();
}
