import { createHash } from 'node:crypto';
import { createBoxReader, type BoxPiece } from './box-reader.js';
import { BrokenMp4, boxesAt, viewOf } from './boxes.js';

export interface Track {
  trackId: number;
  /** `vide` or `soun`. */
  media: string;
  /** Ticks per second. */
  timescale: number;
  /** Sample entry: `avc1`, `hvc1`, `hev1`, `mp4a`, … */
  sampleEntry: string;
}

export interface Inspection {
  /** Length and sha-256 (hex) of the leading `ftyp` + `moov`: the HLS initialisation section. */
  initBytes: number;
  initSha256: string;
  tracks: Track[];
  fragments: number;
}

export interface Inspector {
  push(chunk: Uint8Array): void;
  /** The init section, once it has passed; null before. */
  init(): Pick<Inspection, 'initBytes' | 'initSha256' | 'tracks'> | null;
  /** Throws {@link BrokenMp4} when the whole is no fragmented MP4. */
  end(): Inspection;
}

const type4 = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));

/** What a `moov` says of its tracks. Throws {@link BrokenMp4}. */
export function tracksOf(moov: Uint8Array): Track[] {
  const view = viewOf(moov);
  const inTrack = (index: number, rest: string[]) => {
    const track = boxesAt(moov, ['moov', 'trak'])[index] as { bodyStart: number; end: number };
    const body = moov.subarray(track.bodyStart, track.end);
    const box = boxesAt(body, rest)[0];
    if (box === undefined) throw new BrokenMp4(`track ${index + 1} has no "${rest.at(-1)}" box`);
    return track.bodyStart + box.bodyStart;
  };
  try {
    return boxesAt(moov, ['moov', 'trak']).map((_, index) => {
      const tkhd = inTrack(index, ['tkhd']);
      const mdhd = inTrack(index, ['mdia', 'mdhd']);
      const timescale = view.getUint32(mdhd + (view.getUint8(mdhd) === 1 ? 20 : 12));
      if (timescale === 0) throw new BrokenMp4(`track ${index + 1} has the timescale 0`);
      return {
        trackId: view.getUint32(tkhd + (view.getUint8(tkhd) === 1 ? 20 : 12)),
        media: type4(moov, inTrack(index, ['mdia', 'hdlr']) + 8),
        timescale,
        sampleEntry: type4(moov, inTrack(index, ['mdia', 'minf', 'stbl', 'stsd']) + 12),
      };
    });
  } catch (error) {
    if (error instanceof RangeError) throw new BrokenMp4('a box inside "moov" is cut off');
    throw error;
  }
}

function checkFragment(moof: Uint8Array, trackIds: ReadonlySet<number>, atBytes: number): void {
  const where = `the "moof" at byte ${atBytes}`;
  const trafs = boxesAt(moof, ['moof', 'traf']).length;
  if (trafs === 0) throw new BrokenMp4(`${where} has no "traf"`);
  if (boxesAt(moof, ['moof', 'traf', 'tfdt']).length !== trafs) {
    throw new BrokenMp4(`${where} has a "traf" without "tfdt": its time is unknown`);
  }
  const view = viewOf(moof);
  for (const tfhd of boxesAt(moof, ['moof', 'traf', 'tfhd'])) {
    if (tfhd.end - tfhd.bodyStart < 8 || !trackIds.has(view.getUint32(tfhd.bodyStart + 4))) {
      throw new BrokenMp4(`${where} belongs to a track that "moov" does not know`);
    }
  }
}

/** Looks at a file as it streams by: it must be `ftyp moov (moof mdat)+`, its fragments timed, one track video. */
export function createInspector(): Inspector {
  const reader = createBoxReader(new Set(['ftyp', 'moov', 'moof']));
  const initHash = createHash('sha256');
  let previous = '';
  let init: { initBytes: number; initSha256: string; tracks: Track[] } | null = null;
  let fragments = 0;

  const look = (piece: BoxPiece): void => {
    if (piece.kind === 'part') return;
    const { type, atBytes } = piece;
    if (atBytes === 0 && type !== 'ftyp') {
      throw new BrokenMp4(`the file starts with "${type}" where an MP4 starts with "ftyp"`);
    }
    if (init === null) {
      if (piece.kind !== 'whole' || type === 'moof') {
        // `free` and the like may stand between; they would make the init section differ from what is played.
        throw new BrokenMp4(`"${type}" at byte ${atBytes} stands before "moov"`);
      }
      initHash.update(piece.bytes);
      if (type === 'moov') {
        const tracks = tracksOf(piece.bytes);
        if (!tracks.some((track) => track.media === 'vide')) throw new BrokenMp4('there is no video track');
        if (boxesAt(piece.bytes, ['moov', 'mvex']).length === 0) {
          throw new BrokenMp4('"moov" has no "mvex": this is no fragmented MP4');
        }
        init = { initBytes: atBytes + piece.bytes.byteLength, initSha256: initHash.digest('hex'), tracks };
      }
    } else if (type === 'ftyp' || type === 'moov') {
      throw new BrokenMp4(`a second "${type}" stands at byte ${atBytes}`);
    } else if (piece.kind === 'whole') {
      checkFragment(piece.bytes, new Set(init.tracks.map((track) => track.trackId)), atBytes);
    } else if (type === 'mdat') {
      if (previous !== 'moof') throw new BrokenMp4(`the "mdat" at byte ${atBytes} has no "moof" before it`);
      fragments += 1;
    }
    if (previous === 'moof' && type !== 'mdat') {
      throw new BrokenMp4(`"${type}" at byte ${atBytes} stands where the media of a "moof" should be`);
    }
    previous = type;
  };

  return {
    push: (chunk) => reader.push(chunk).forEach(look),
    init: () => init,
    end() {
      reader.end();
      if (init === null) throw new BrokenMp4('there is no "moov"');
      if (fragments === 0 || previous === 'moof') throw new BrokenMp4('there is no media after "moov"');
      return { ...init, fragments };
    },
  };
}
