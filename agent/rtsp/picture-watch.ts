import { h264PictureSize, h265PictureSize, type PictureSize } from './picture-size.js';
import type { TrackCodec } from './sdp.js';

/** The first interleaved frame that belongs to a picture of another size. */
export interface PictureChange {
  /** Where the frame begins. */
  atByte: number;
  from: PictureSize;
  to: PictureSize;
}

/** In words for a person. */
export function describeChange({ from, to }: PictureChange): string {
  const [before, after] = [from, to].map(({ width, height }) => `${width} × ${height}`);
  return `the camera’s picture changed from ${before} to ${after}`;
}

interface UnitLayout {
  headerBytes: number;
  typeOf: (header: number) => number;
  /** Sequence parameter set, and the packet that holds several units with their lengths. */
  sps: number;
  several: number;
  sizeOf: (nal: Buffer) => PictureSize | null;
}

/** RFC 6184 §5.2 and RFC 7798 §4.4. */
const layouts: Partial<Record<TrackCodec, UnitLayout>> = {
  h264: { headerBytes: 1, typeOf: (header) => header & 0x1f, sps: 7, several: 24, sizeOf: h264PictureSize },
  h265: {
    headerBytes: 2,
    typeOf: (header) => (header >> 1) & 0x3f,
    sps: 33,
    several: 48,
    sizeOf: h265PictureSize,
  },
};

const none: readonly Buffer[] = [];
const prefixBytes = 4;
const rtpHeaderBytes = 12;

/**
 * Watches a camera's video for another picture size within one stream: a file holds pictures of one size, named in
 * its header. What the camera sends counts, never its description, which may be stale. Called with whole interleaved
 * frames; answers the first change there is, once. Looks at packet headers only, and at sequence parameter sets.
 */
export function createPictureWatch(video: {
  codec: TrackCodec;
  payloadType: number;
}): (frames: Buffer) => PictureChange | null {
  const layout = layouts[video.codec];
  if (layout === undefined) return () => null;
  let known: { nal: Buffer; size: PictureSize } | null = null;

  /** The new size when it is another one. Cameras repeat their sets with every key frame: equal bytes, equal size. */
  const look = (nal: Buffer): PictureSize | null => {
    if (known?.nal.equals(nal)) return null;
    const size = layout.sizeOf(nal);
    if (size === null) return null;
    const isOther = known !== null && (known.size.width !== size.width || known.size.height !== size.height);
    if (isOther) return size;
    known = { nal: Buffer.from(nal), size };
    return null;
  };
  return (frames) => {
    for (let at = 0; at + prefixBytes <= frames.length;) {
      const end = at + prefixBytes + frames.readUInt16BE(at + 2);
      for (const nal of parameterSets(frames, at + prefixBytes, end, video.payloadType, layout)) {
        const from = known?.size;
        const to = look(nal);
        if (from && to) return { atByte: at, from, to };
      }
      at = end;
    }
    return null;
  };
}

/** The sequence parameter sets in the RTP packet (RFC 3550 §5.1) between two positions. */
function parameterSets(
  bytes: Buffer,
  from: number,
  end: number,
  payloadType: number,
  { headerBytes, typeOf, sps, several }: UnitLayout,
): readonly Buffer[] {
  if (end - from <= rtpHeaderBytes || ((bytes[from + 1] ?? 0) & 0x7f) !== payloadType) return none;
  const first = bytes[from] ?? 0;
  let at = from + rtpHeaderBytes + 4 * (first & 0x0f);
  if (first & 0x10 && at + 4 <= end) at += 4 + 4 * bytes.readUInt16BE(at + 2);
  if (at >= end) return none;
  const type = typeOf(bytes[at] ?? 0);
  if (type === sps) return [bytes.subarray(at, end)];
  if (type !== several) return none;
  const sets: Buffer[] = [];
  for (at += headerBytes; at + 2 < end;) {
    const next = at + 2 + bytes.readUInt16BE(at);
    if (next > end) break;
    if (typeOf(bytes[at + 2] ?? 0) === sps) sets.push(bytes.subarray(at + 2, next));
    at = next;
  }
  return sets;
}
