import { z } from 'zod';
import { publicKey } from './enrol.js';
import { signedRecord } from './evidence.js';

/**
 * An evidence file: a POSIX tar (IEEE 1003.1, ustar) with the segments of a range, in the order of the chain, and
 * the manifest as its last entry. Anybody can unpack it; `gantry verify` says whether it is whole.
 */
export const manifestName = 'manifest.json';

/** Segments are also hashed in pieces, so that an altered one is told apart to this many bytes. */
export const pieceBytes = 64 * 1024;

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);

export const evidenceManifest = z.strictObject({
  format: z.literal('gantry-evidence-1'),
  camera: z.strictObject({ id: z.string(), name: z.string() }),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  /** What the registry states beside what the agent signed. */
  statement: z.strictObject({
    registry: z.string(),
    exportedAt: z.iso.datetime(),
    exportedBy: z.string(),
    agents: z.array(z.strictObject({ id: z.string(), name: z.string() })),
  }),
  keys: z.array(z.strictObject({ thumbprint: z.string(), enrolledAt: z.iso.datetime(), publicKey })),
  /** The chain, in order. */
  chain: z.array(
    z.strictObject({
      signed: signedRecord,
      thumbprint: z.string(),
      /** Entry of the archive; null for a segment that is lost. */
      file: z.string().nullable(),
      /** sha-256 of each piece of the file: says where it was altered, the record says whether. */
      pieces: z.array(hex64),
    }),
  ),
  /** Segments from agents that signed nothing: in the file, proven by nobody. */
  unsigned: z.array(z.strictObject({ file: z.string(), sha256: hex64 })),
});
export type EvidenceManifest = z.infer<typeof evidenceManifest>;

export const tarBlockBytes = 512;

/** Zeroes that fill an entry up to whole blocks. */
export const tarPadding = (sizeBytes: number): number =>
  (tarBlockBytes - (sizeBytes % tarBlockBytes)) % tarBlockBytes;

const checksumAt = 148;

function checksumOf(block: Uint8Array): number {
  let sum = 0;
  for (const [index, byte] of block.entries()) {
    sum += index >= checksumAt && index < checksumAt + 8 ? 32 : byte;
  }
  return sum;
}

/** The header of one regular file; `name` of at most 100 plain letters. */
export function encodeTarHeader(name: string, sizeBytes: number): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(tarBlockBytes);
  const write = (text: string, at: number): void => block.set(new TextEncoder().encode(text), at);
  write(name, 0);
  write('0000644\0', 100);
  write('0000000\0', 108);
  write('0000000\0', 116);
  write(`${sizeBytes.toString(8).padStart(11, '0')}\0`, 124);
  write('00000000000\0', 136);
  write('0', 156);
  write('ustar\x0000', 257);
  write(`${checksumOf(block).toString(8).padStart(6, '0')}\0 `, checksumAt);
  return block;
}

/** The inverse of {@link encodeTarHeader}; `end` for a block of zeroes, null for anything else. */
export function decodeTarHeader(block: Uint8Array): { name: string; sizeBytes: number } | 'end' | null {
  if (block.every((byte) => byte === 0)) return 'end';
  const text = (from: number, to: number): string =>
    new TextDecoder('latin1').decode(block.subarray(from, to)).split('\0', 1)[0] ?? '';
  const sizeBytes = Number.parseInt(text(124, 136), 8);
  const stated = Number.parseInt(text(checksumAt, checksumAt + 8), 8);
  if (text(257, 262) !== 'ustar' || !Number.isSafeInteger(sizeBytes) || stated !== checksumOf(block))
    return null;
  return { name: text(0, 100), sizeBytes };
}
