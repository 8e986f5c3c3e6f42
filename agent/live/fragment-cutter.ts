import { maxLiveFragmentBytes, maxLiveInitBytes } from '@gantry/protocol/live.js';

/** What a player is given at once: what describes the stream, or some pictures of it. */
export interface MediaPiece {
  kind: 'init' | 'fragment';
  /** The first picture stands alone. */
  isKey: boolean;
  bytes: Buffer;
}

/** What came is no fragmented MP4 of one video track, or one that nobody would send. */
export class NotLive extends Error {
  override name = 'NotLive';
}

/**
 * Gathers ffmpeg's output, cut anywhere, into an init segment (ftyp, moov) and fragments (moof, mdat). Boxes:
 * ISO/IEC 14496-12. Throws {@link NotLive}; then the stream is of no more use.
 */
export function createFragmentCutter(): (bytes: Buffer) => MediaPiece[] {
  let held = Buffer.alloc(0);
  let open: Buffer[] = [];
  let openBytes = 0;
  let defaultFlags = 0;

  const take = (type: string, box: Buffer): MediaPiece | null => {
    open.push(box);
    openBytes += box.byteLength;
    if (openBytes > maxLiveFragmentBytes)
      throw new NotLive(`a fragment is over ${maxLiveFragmentBytes} bytes`);
    if (type !== 'moov' && type !== 'mdat') return null;
    const bytes = Buffer.concat(open);
    open = [];
    openBytes = 0;
    if (type === 'moov') {
      if (bytes.byteLength > maxLiveInitBytes)
        throw new NotLive(`the init is over ${maxLiveInitBytes} bytes`);
      defaultFlags = defaultSampleFlags(bytes);
      return { kind: 'init', isKey: false, bytes };
    }
    return { kind: 'fragment', isKey: beginsWithKeyPicture(bytes, defaultFlags), bytes };
  };

  return (bytes) => {
    held = Buffer.concat([held, bytes]);
    const pieces: MediaPiece[] = [];
    while (held.byteLength >= 8) {
      const sizeBytes = held.readUInt32BE(0);
      if (sizeBytes < 8 || sizeBytes > maxLiveFragmentBytes) throw new NotLive(`a box of ${sizeBytes} bytes`);
      if (held.byteLength < sizeBytes) break;
      const piece = take(held.toString('latin1', 4, 8), held.subarray(0, sizeBytes));
      if (piece) pieces.push(piece);
      held = held.subarray(sizeBytes);
    }
    return pieces;
  };
}

/** Bodies of the boxes at a path of types, from the first branch that has it. */
function bodyAt(bytes: Buffer, ...path: string[]): Buffer | null {
  let body: Buffer | null = bytes;
  for (const type of path) {
    let found: Buffer | null = null;
    for (let at = 0; at + 8 <= body.byteLength && found === null;) {
      const sizeBytes = body.readUInt32BE(at);
      if (sizeBytes < 8 || at + sizeBytes > body.byteLength) break;
      if (body.toString('latin1', at + 4, at + 8) === type) found = body.subarray(at + 8, at + sizeBytes);
      at += sizeBytes;
    }
    if (found === null) return null;
    body = found;
  }
  return body;
}

const uint32 = (body: Buffer, at: number): number => (at + 4 <= body.byteLength ? body.readUInt32BE(at) : 0);
const boxFlags = (body: Buffer): number => uint32(body, 0) & 0xffffff;

/** `trex`: what holds where a fragment does not say otherwise (§8.8.3). */
function defaultSampleFlags(init: Buffer): number {
  const trex = bodyAt(init, 'moov', 'mvex', 'trex');
  return trex ? uint32(trex, 20) : 0;
}

/** `sample_is_non_sync_sample` (§8.8.3.1). */
const notSync = 0x10000;

/** Whether that is not set for the first sample: by its own flags, the first's, the fragment's or the stream's. */
function beginsWithKeyPicture(fragment: Buffer, streamFlags: number): boolean {
  const header = bodyAt(fragment, 'moof', 'traf', 'tfhd');
  const run = bodyAt(fragment, 'moof', 'traf', 'trun');
  if (!header || !run) throw new NotLive('a fragment without a track');
  return ((firstSampleFlags(run) ?? fragmentFlags(header) ?? streamFlags) & notSync) === 0;
}

function firstSampleFlags(run: Buffer): number | null {
  const flags = boxFlags(run);
  const firstAt = 8 + (flags & 0x1 ? 4 : 0);
  if (flags & 0x4) return uint32(run, firstAt);
  if (!(flags & 0x400)) return null;
  const before = [0x100, 0x200].filter((field) => flags & field).length;
  return uint32(run, firstAt + 4 * before);
}

/** `tfhd`: each field is there only when flagged (§8.8.7). */
function fragmentFlags(header: Buffer): number | null {
  const flags = boxFlags(header);
  if (!(flags & 0x20)) return null;
  const before = (flags & 0x1 ? 8 : 0) + 4 * [0x2, 0x8, 0x10].filter((field) => flags & field).length;
  return uint32(header, 8 + before);
}
