/** Picture size out of a sequence parameter set: H.264 (ITU-T H.264 §7.3.2.1.1) and H.265 (ITU-T H.265 §7.3.2.2). */
export interface PictureSize {
  /** Pixels, after cropping. */
  width: number;
  height: number;
}

const h264SpsType = 7;
const h265SpsType = 33;
/** High profiles and their kin carry a chroma format (H.264 §7.3.2.1.1). */
const h264ChromaProfiles = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

/** `nal` with its header byte; null when it is no readable H.264 sequence parameter set. */
export function h264PictureSize(nal: Buffer): PictureSize | null {
  return readOrNull(() => {
    if (nal.length < 4 || ((nal[0] ?? 0) & 0x1f) !== h264SpsType) return null;
    const bits = bitReader(nal.subarray(1));
    const profile = bits.unsigned(8);
    bits.skip(16);
    bits.exponential();
    const chroma = h264ChromaProfiles.has(profile)
      ? readH264Chroma(bits)
      : { format: 1, separatePlanes: false };
    bits.exponential();
    skipH264PictureOrder(bits);
    bits.exponential();
    bits.skip(1);
    const widthBlocks = bits.exponential() + 1;
    const heightMapUnits = bits.exponential() + 1;
    const framesOnly = bits.unsigned(1);
    if (framesOnly === 0) bits.skip(1);
    bits.skip(1);
    const crop = readCrop(bits);
    const monochrome = chroma.format === 0 || chroma.separatePlanes;
    const unitX = monochrome || chroma.format === 3 ? 1 : 2;
    const unitY = (monochrome || chroma.format !== 1 ? 1 : 2) * (2 - framesOnly);
    return plausible(
      widthBlocks * 16 - (crop.left + crop.right) * unitX,
      heightMapUnits * 16 * (2 - framesOnly) - (crop.top + crop.bottom) * unitY,
    );
  });
}

/** `nal` with its two header bytes; null when it is no readable H.265 sequence parameter set. */
export function h265PictureSize(nal: Buffer): PictureSize | null {
  return readOrNull(() => {
    if (nal.length < 4 || (((nal[0] ?? 0) >> 1) & 0x3f) !== h265SpsType) return null;
    const bits = bitReader(nal.subarray(2));
    bits.skip(4);
    const subLayers = bits.unsigned(3);
    bits.skip(1);
    skipH265ProfileTierLevel(bits, subLayers);
    bits.exponential();
    const chromaFormat = bits.exponential();
    const separatePlanes = chromaFormat === 3 && bits.unsigned(1) === 1;
    const width = bits.exponential();
    const height = bits.exponential();
    const crop = readCrop(bits);
    const unitX = !separatePlanes && (chromaFormat === 1 || chromaFormat === 2) ? 2 : 1;
    const unitY = !separatePlanes && chromaFormat === 1 ? 2 : 1;
    return plausible(width - (crop.left + crop.right) * unitX, height - (crop.top + crop.bottom) * unitY);
  });
}

function readH264Chroma(bits: BitReader): { format: number; separatePlanes: boolean } {
  const format = bits.exponential();
  const separatePlanes = format === 3 && bits.unsigned(1) === 1;
  bits.exponential();
  bits.exponential();
  bits.skip(1);
  if (bits.unsigned(1) === 1) {
    for (let list = 0; list < (format === 3 ? 12 : 8); list += 1) {
      if (bits.unsigned(1) === 1) skipH264ScalingList(bits, list < 6 ? 16 : 64);
    }
  }
  return { format, separatePlanes };
}

function skipH264ScalingList(bits: BitReader, size: number): void {
  let last = 8;
  for (let index = 0, next = 8; index < size; index += 1) {
    if (next !== 0) next = (last + bits.signedExponential() + 256) % 256;
    last = next === 0 ? last : next;
  }
}

function skipH264PictureOrder(bits: BitReader): void {
  const type = bits.exponential();
  if (type === 0) bits.exponential();
  if (type !== 1) return;
  bits.skip(1);
  bits.signedExponential();
  bits.signedExponential();
  const cycle = bits.exponential();
  for (let index = 0; index < cycle; index += 1) bits.signedExponential();
}

function skipH265ProfileTierLevel(bits: BitReader, subLayers: number): void {
  bits.skip(88 + 8);
  const present = Array.from({ length: subLayers }, () => ({
    profile: bits.unsigned(1) === 1,
    level: bits.unsigned(1) === 1,
  }));
  if (subLayers > 0) bits.skip(2 * (8 - subLayers));
  for (const { profile, level } of present) bits.skip((profile ? 88 : 0) + (level ? 8 : 0));
}

function readCrop(bits: BitReader): { left: number; right: number; top: number; bottom: number } {
  if (bits.unsigned(1) === 0) return { left: 0, right: 0, top: 0, bottom: 0 };
  return {
    left: bits.exponential(),
    right: bits.exponential(),
    top: bits.exponential(),
    bottom: bits.exponential(),
  };
}

const plausible = (width: number, height: number): PictureSize | null =>
  width >= 16 && height >= 16 && width <= 65_535 && height <= 65_535 ? { width, height } : null;

interface BitReader {
  skip(count: number): void;
  unsigned(count: number): number;
  /** ue(v), Exp-Golomb. */
  exponential(): number;
  /** se(v). */
  signedExponential(): number;
}

class OutOfBits extends Error {}

function readOrNull<Result>(read: () => Result | null): Result | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof OutOfBits) return null;
    throw error;
  }
}

function bitReader(escaped: Buffer): BitReader {
  const bytes = withoutEmulationPrevention(escaped);
  let position = 0;
  const bit = (): number => {
    const byte = bytes[position >> 3];
    if (byte === undefined) throw new OutOfBits();
    const value = (byte >> (7 - (position & 7))) & 1;
    position += 1;
    return value;
  };
  const unsigned = (count: number): number => {
    let value = 0;
    for (let index = 0; index < count; index += 1) value = value * 2 + bit();
    return value;
  };
  const exponential = (): number => {
    let zeros = 0;
    while (bit() === 0) zeros += 1;
    if (zeros > 32) throw new OutOfBits();
    return 2 ** zeros - 1 + unsigned(zeros);
  };
  return {
    skip: (count) => void (position += count),
    unsigned,
    exponential,
    signedExponential() {
      const code = exponential();
      return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
    },
  };
}

/** `00 00 03` stands for `00 00` (H.264 §7.4.1.1). */
function withoutEmulationPrevention(bytes: Buffer): Buffer {
  const plain: number[] = [];
  let zeros = 0;
  for (const byte of bytes) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    plain.push(byte);
  }
  return Buffer.from(plain);
}
