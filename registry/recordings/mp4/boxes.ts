/** One box (ISO/IEC 14496-12 §4.2) inside a buffer that holds it whole; offsets count from the buffer's start. */
export interface Box {
  type: string;
  start: number;
  /** First byte after the box's header. */
  bodyStart: number;
  end: number;
}

/** Something in a file that makes it no MP4 we can play; `message` says what and where. */
export class BrokenMp4 extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BrokenMp4';
  }
}

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const printable = (type: string): string => type.replaceAll(/[^\x20-\x7e]/g, '?');

/**
 * Reads a box's header at `offset`. Null when fewer bytes than the header are there yet.
 * Size 0 ("to the end of the file") is refused: nobody could tell such a file from one that was cut off.
 */
export function readBoxHeader(
  bytes: Uint8Array,
  offset: number,
): { type: string; headerBytes: number; sizeBytes: number } | null {
  if (bytes.byteLength - offset < 8) return null;
  const view = viewOf(bytes);
  const type = printable(String.fromCharCode(...bytes.subarray(offset + 4, offset + 8)));
  let sizeBytes = view.getUint32(offset);
  let headerBytes = 8;
  if (sizeBytes === 1) {
    if (bytes.byteLength - offset < 16) return null;
    sizeBytes = Number(view.getBigUint64(offset + 8));
    headerBytes = 16;
  }
  if (sizeBytes < headerBytes || !Number.isSafeInteger(sizeBytes)) {
    throw new BrokenMp4(`box "${type}" gives its size as ${sizeBytes} bytes`);
  }
  return { type, headerBytes, sizeBytes };
}

/** The boxes directly inside `[start, end)`. Throws {@link BrokenMp4} when one reaches past the end. */
export function boxesIn(bytes: Uint8Array, start = 0, end = bytes.byteLength): Box[] {
  const boxes: Box[] = [];
  let offset = start;
  while (offset < end) {
    const header = readBoxHeader(bytes.subarray(0, end), offset);
    if (header === null || offset + header.sizeBytes > end) {
      throw new BrokenMp4(`box "${header?.type ?? '?'}" reaches past the box around it`);
    }
    boxes.push({
      type: header.type,
      start: offset,
      bodyStart: offset + header.headerBytes,
      end: offset + header.sizeBytes,
    });
    offset += header.sizeBytes;
  }
  return boxes;
}

/** Boxes at a path of types, every branch of it: `boxesAt(moof, ['moof', 'traf', 'tfdt'])`. */
export function boxesAt(bytes: Uint8Array, path: readonly string[]): Box[] {
  let level: { bodyStart: number; end: number }[] = [{ bodyStart: 0, end: bytes.byteLength }];
  let found: Box[] = [];
  for (const type of path) {
    found = level.flatMap((outer) =>
      boxesIn(bytes, outer.bodyStart, outer.end).filter((box) => box.type === type),
    );
    level = found;
  }
  return found;
}
