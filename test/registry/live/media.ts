import type { LivePiece } from '@gantry/protocol/live.js';

/** An ISO box of bytes and boxes. */
export const box = (type: string, ...parts: (readonly number[] | Uint8Array)[]): Uint8Array => {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array)));
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + body.byteLength);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, body]);
};

/** An init segment of one video track, as far as anybody here reads it. */
export const initOf = (entry: string, configuration: Uint8Array): Uint8Array => {
  const table = box('stsd', new Uint8Array(8), box(entry, new Uint8Array(78), configuration));
  return Buffer.concat([
    box('ftyp', new Uint8Array(8)),
    box('moov', box('trak', box('mdia', box('minf', box('stbl', table))))),
  ]);
};

export const h264Init = initOf('avc1', box('avcC', [1, 0x64, 0x00, 0x1f, 0xff]));

export const init = (): LivePiece => ({
  kind: 'init',
  isKey: false,
  sequence: 0,
  atMs: 0,
  media: h264Init,
});

/** A fragment whose bytes tell its number. */
export const fragment = (sequence: number, isKey = false, sizeBytes = 4): LivePiece => {
  const media = Buffer.alloc(sizeBytes);
  media.writeUInt32BE(sequence);
  return { kind: 'fragment', isKey, sequence, atMs: 0, media };
};

/** Numbers of the fragments in what a viewer got, the init left out. */
export const numbersIn = (bytes: Uint8Array, sizeBytes = 4): number[] => {
  const media = Buffer.from(bytes).subarray(h264Init.byteLength);
  return Array.from({ length: Math.floor(media.byteLength / sizeBytes) }, (_, index) =>
    media.readUInt32BE(index * sizeBytes),
  );
};
