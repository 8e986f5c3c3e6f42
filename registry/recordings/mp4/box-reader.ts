import { BrokenMp4, readBoxHeader } from './boxes.js';

/** What comes out of a stream of boxes: small ones whole, large ones piece by piece. */
export type BoxPiece =
  | { kind: 'whole'; type: string; atBytes: number; bytes: Uint8Array }
  | { kind: 'start'; type: string; atBytes: number; sizeBytes: number }
  | { kind: 'part'; type: string; bytes: Uint8Array };

export interface BoxReader {
  push(chunk: Uint8Array): BoxPiece[];
  /** Throws {@link BrokenMp4} when the stream ended inside a box. */
  end(): void;
}

/** A moov or moof of a camera's segment is a few KiB; more than this is an attack or a defect. */
const maxKeptBytes = 1024 * 1024;

const join = (left: Uint8Array, right: Uint8Array): Uint8Array => {
  if (left.byteLength === 0) return right;
  const joined = new Uint8Array(left.byteLength + right.byteLength);
  joined.set(left);
  joined.set(right, left.byteLength);
  return joined;
};

/**
 * Cuts a stream of bytes into its top-level boxes without holding more than one kept box. Boxes whose type is
 * in `keep` come whole; of others the header and body come as parts, as they arrive.
 */
export function createBoxReader(keep: ReadonlySet<string>): BoxReader {
  let held: Uint8Array = new Uint8Array(0);
  let atBytes = 0;
  let passing: { type: string; leftBytes: number } | null = null;

  const step = (pieces: BoxPiece[]): boolean => {
    if (passing !== null) {
      const bytes = held.subarray(0, passing.leftBytes);
      if (bytes.byteLength > 0) pieces.push({ kind: 'part', type: passing.type, bytes });
      held = held.subarray(bytes.byteLength);
      passing.leftBytes -= bytes.byteLength;
      if (passing.leftBytes > 0) return false;
      passing = null;
    }
    const header = readBoxHeader(held, 0);
    if (header === null) return false;
    const { type, sizeBytes } = header;
    if (!keep.has(type)) {
      pieces.push({ kind: 'start', type, atBytes, sizeBytes });
      passing = { type, leftBytes: sizeBytes };
      atBytes += sizeBytes;
      return true;
    }
    if (sizeBytes > maxKeptBytes) {
      throw new BrokenMp4(`box "${type}" at byte ${atBytes} of ${sizeBytes} bytes is over ${maxKeptBytes}`);
    }
    if (held.byteLength < sizeBytes) return false;
    pieces.push({ kind: 'whole', type, atBytes, bytes: held.subarray(0, sizeBytes) });
    held = held.subarray(sizeBytes);
    atBytes += sizeBytes;
    return true;
  };

  return {
    push(chunk) {
      const pieces: BoxPiece[] = [];
      held = join(held, chunk);
      while (step(pieces));
      return pieces;
    },
    end() {
      if (passing !== null) {
        throw new BrokenMp4(
          `the file ends inside box "${passing.type}": ${passing.leftBytes} bytes are missing`,
        );
      }
      if (held.byteLength > 0) {
        throw new BrokenMp4(`the file ends inside the box at byte ${atBytes}`);
      }
    },
  };
}
