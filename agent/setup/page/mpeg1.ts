/**
 * Decodes what the aiming preview sends: MPEG-TS with one MPEG-1 video stream whose pictures all stand alone, so that
 * motion and its tables are not needed (ISO 11172-2, `live/mpeg1-stream.ts`).
 */
export interface Mpeg1Player {
  /** Takes whole transport packets; some may be missing. */
  feed(packets: Uint8Array): void;
}

/** Codes of run and level (table 2-B.5c), each with a 1 before it; by run, and in it by level from 1. */
const levelCodes = (
  '7 14 25 86 126 121 40a 101d 1018 1013 1010 201a 2019 2018 2017 401f 401e 401d 401c 401b 401a ' +
  '4019 4018 4017 4016 4015 4014 4013 4012 4011 4010 8018 8017 8016 8015 8014 8013 8012 8011 ' +
  '8010 ; b 46 125 40c 101b 2016 2015 801f 801e 801d 801c 801b 801a 8019 10013 10012 10011 ' +
  '10010 ; 15 84 40b 1014 2014 ; 27 124 101c 2013 ; 26 40f 1012 ; 47 409 2012 ; 45 101e 10014 ; ' +
  '44 1015 ; 87 1011 ; 85 2011 ; 127 2010 ; 123 1001a ; 122 10019 ; 120 10018 ; 40e 10017 ; 40d ' +
  '10016 ; 408 10015 ; 101f ; 101a ; 1019 ; 1017 ; 1016 ; 201f ; 201e ; 201d ; 201c ; 201b ; ' +
  '1001f ; 1001e ; 1001d ; 1001c ; 1001b '
).split(' ; ');
const escapeCode = 0x41;
const endCode = 6;
/** Sizes of DC differences (tables 2-B.5a and b), written likewise, by size from 0. */
const lumaSizes = [0xc, 4, 5, 0xd, 0xe, 0x1e, 0x3e, 0x7e, 0xfe];
const chromaSizes = [4, 5, 6, 0xe, 0x1e, 0x3e, 0x7e, 0xfe, 0x1fe];

/** From a code to its run × 64 + level, or its size + 1. */
const levels = new Int16Array(1 << 17);
levelCodes.forEach((codes, run) =>
  codes
    .trim()
    .split(' ')
    .forEach((code, at) => (levels[parseInt(code, 16)] = run * 64 + at + 1)),
);
levels[escapeCode] = -1;
levels[endCode] = -2;
const sizeTable = (codes: number[]) => {
  const table = new Int16Array(1 << 10);
  codes.forEach((code, size) => (table[code] = size + 1));
  return table;
};
const sizes = [sizeTable(lumaSizes), sizeTable(chromaSizes)] as const;

const zigZag = new Uint8Array(64);
for (let at = 0, x = 0, y = 0; at < 64; at += 1) {
  zigZag[at] = y * 8 + x;
  const isRising = (x + y) % 2 === 0;
  if (isRising) {
    if (x === 7) y += 1;
    else if (y === 0) x += 1;
    else [x, y] = [x + 1, y - 1];
  } else if (y === 7) x += 1;
  else if (x === 0) y += 1;
  else [x, y] = [x - 1, y + 1];
}
/** The intra matrix every decoder begins with (§2.4.3.2), in zigzag order as it would be sent. */
const firstMatrix = Uint8Array.from(
  (
    '8 16 16 19 16 19 22 22 22 22 22 22 26 24 26 27 27 27 26 26 26 26 27 27 27 29 29 29 34 34 34 29 ' +
    '29 29 27 27 29 29 32 32 34 34 37 38 37 35 35 34 35 38 38 40 40 40 48 48 46 46 56 56 58 69 69 83'
  ).split(' '),
  Number,
);

const cosines = new Float64Array(64);
for (let u = 0; u < 8; u += 1) {
  for (let x = 0; x < 8; x += 1) {
    const scale = u === 0 ? Math.SQRT1_2 / 2 : 0.5;
    cosines[u * 8 + x] = scale * Math.cos(((2 * x + 1) * u * Math.PI) / 16);
  }
}

/** The video's packets, as ffmpeg numbers them. */
const videoPid = 256;

/** `onDrawn` is called after each picture. Pictures that come faster than they can be drawn are left out. */
export function createMpeg1Player(canvas: HTMLCanvasElement, onDrawn: () => void): Mpeg1Player {
  const context = canvas.getContext('2d');
  let parts: Uint8Array[] = [];
  let counter = -1;
  let isWhole = false;
  let waiting: Uint8Array[] | null = null;
  let picture: Picture | null = null;

  const draw = (): void => {
    const whole = waiting ?? [];
    waiting = null;
    const bytes = new Uint8Array(whole.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of whole) {
      bytes.set(part, at);
      at += part.length;
    }
    picture = decodePicture(bytes, picture);
    if (!picture || !context) return;
    const { width, height } = picture;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    context.putImageData(toImage(picture), 0, 0);
    onDrawn();
  };

  return {
    feed(packets) {
      for (let at = 0; at + 188 <= packets.length; at += 188) {
        const packet = packets.subarray(at, at + 188);
        const head = (packet[1]! << 8) | packet[2]!;
        if (packet[0] !== 0x47 || (head & 0x1fff) !== videoPid) continue;
        const flags = packet[3]!;
        // A packet without payload is not counted (ISO 13818-1 §2.4.3.3).
        if ((flags & 0x10) === 0) continue;
        if (counter !== (flags & 15)) isWhole = false;
        counter = (flags + 1) & 15;
        const begin = (flags & 0x20) === 0 ? 4 : 5 + packet[4]!;
        if ((head & 0x4000) === 0) {
          parts.push(packet.subarray(begin));
          continue;
        }
        if (isWhole && parts.length > 0) {
          if (!waiting) requestAnimationFrame(draw);
          waiting = parts;
        }
        isWhole = true;
        parts = [packet.subarray(begin + 9 + packet[begin + 8]!)];
      }
    },
  };
}

interface Plane {
  stride: number;
  samples: Uint8ClampedArray;
}
interface Picture {
  width: number;
  height: number;
  across: number;
  matrix: Uint8Array;
  planes: [Plane, Plane, Plane];
  image: ImageData;
}

function newPicture(width: number, height: number): Picture {
  const across = (width + 15) >> 4;
  const down = (height + 15) >> 4;
  const plane = (size: number): Plane => ({
    stride: across * size,
    samples: new Uint8ClampedArray(across * down * size * size),
  });
  const planes: Picture['planes'] = [plane(16), plane(8), plane(8)];
  return { width, height, across, matrix: firstMatrix, planes, image: new ImageData(width, height) };
}

/** Reads the start codes of one picture; damaged slices leave the last picture's in place. */
function decodePicture(bytes: Uint8Array, last: Picture | null): Picture | null {
  let picture = last;
  for (let at = 0; at + 4 < bytes.length; at += 1) {
    if (bytes[at] !== 0 || bytes[at + 1] !== 0 || bytes[at + 2] !== 1) continue;
    const code = bytes[at + 3]!;
    const bits = createBits(bytes, at + 4);
    if (code === 0xb3) {
      const [width, height] = [bits.read(12), bits.read(12)];
      if (picture?.width !== width || picture.height !== height) picture = newPicture(width, height);
      bits.read(16);
      bits.read(22);
      picture.matrix = bits.read(1) === 0 ? firstMatrix : Uint8Array.from({ length: 64 }, () => bits.read(8));
    } else if (code >= 1 && code <= 0xaf && picture) decodeSlice(picture, bits, code);
    at += 3;
  }
  return picture;
}

interface Bits {
  read(count: number): number;
  /** The value of the next code in a table of codes with a 1 before them; 0 where there is none. */
  find(table: Int16Array): number;
  isOver(): boolean;
}

function createBits(bytes: Uint8Array, from: number): Bits {
  let at = from * 8;
  const next = (): number => {
    const bit = (bytes[at >> 3]! >> (7 - (at & 7))) & 1;
    at += 1;
    return bit;
  };
  return {
    read(count) {
      let value = 0;
      for (let left = count; left > 0; left -= 1) value = (value << 1) | next();
      return value;
    },
    find(table) {
      let code = 1;
      while (code < table.length >> 1) {
        code = (code << 1) | next();
        if (table[code] !== 0) return table[code]!;
      }
      return 0;
    },
    isOver: () => at >> 3 >= bytes.length,
  };
}

const block = new Float64Array(64);
const rows = new Float64Array(64);
const sums = new Float64Array(8);

function decodeSlice(picture: Picture, bits: Bits, row: number): void {
  let quantiser = bits.read(5);
  while (bits.read(1) === 1) bits.read(8);
  const before = [1_024, 1_024, 1_024];
  const total = picture.planes[0].samples.length >> 8;
  // Between start codes every macroblock follows the last one; anything else is the end, or damage.
  for (let index = (row - 1) * picture.across; index < total && !bits.isOver(); index += 1) {
    if (bits.read(1) !== 1) return;
    if (bits.read(1) === 0) {
      if (bits.read(1) === 0) return;
      quantiser = bits.read(5);
    }
    const [x, y] = [index % picture.across, Math.floor(index / picture.across)];
    for (let part = 0; part < 6; part += 1) {
      const colour = part < 4 ? 0 : part - 3;
      const plane = picture.planes[colour]!;
      const size = bits.find(sizes[colour === 0 ? 0 : 1]) - 1;
      if (size < 0) return;
      const sent = bits.read(size);
      const difference = size > 0 && sent >> (size - 1) === 0 ? sent - (1 << size) + 1 : sent;
      before[colour]! += difference * 8;
      block.fill(0);
      block[0] = before[colour]!;
      if (!readLevels(bits, quantiser, picture.matrix)) return;
      const left = colour === 0 ? x * 16 + (part & 1) * 8 : x * 8;
      const top = colour === 0 ? y * 16 + (part >> 1) * 8 : y * 8;
      transform(plane, top * plane.stride + left);
    }
  }
}

/** Reads a block's levels and undoes the quantiser (§2.4.4.1); false when the bits make no sense. */
function readLevels(bits: Bits, quantiser: number, matrix: Uint8Array): boolean {
  for (let at = 0; ;) {
    const found = bits.find(levels);
    if (found === 0) return false;
    if (found === -2) return true;
    let run = found >> 6;
    let level = found & 63;
    if (found === -1) {
      run = bits.read(6);
      level = bits.read(8);
      if (level === 0) level = bits.read(8);
      else if (level === 128) level = bits.read(8) - 256;
      else if (level > 128) level -= 256;
    } else if (bits.read(1) === 1) level = -level;
    at += run + 1;
    if (at > 63) return false;
    const size = (Math.abs(level) * quantiser * matrix[at]!) >> 3;
    const odd = size > 0 && size % 2 === 0 ? size - 1 : size;
    block[zigZag[at]!] = level < 0 ? -odd : odd;
  }
}

/** The inverse cosine transform of `block` into a plane; most of a block's 64 values are zero. */
function transform({ samples, stride }: Plane, from: number): void {
  let filled = 0;
  for (let y = 0; y < 8; y += 1) {
    let isEmpty = true;
    for (let u = 0; u < 8; u += 1) {
      const value = block[y * 8 + u]!;
      if (value === 0) continue;
      if (isEmpty) rows.fill(0, y * 8, y * 8 + 8);
      isEmpty = false;
      for (let x = 0; x < 8; x += 1) rows[y * 8 + x]! += value * cosines[u * 8 + x]!;
    }
    if (!isEmpty) filled |= 1 << y;
  }
  for (let x = 0; x < 8; x += 1) {
    sums.fill(0);
    for (let v = 0; v < 8; v += 1) {
      if ((filled & (1 << v)) === 0) continue;
      const value = rows[v * 8 + x]!;
      for (let y = 0; y < 8; y += 1) sums[y]! += value * cosines[v * 8 + y]!;
    }
    for (let y = 0; y < 8; y += 1) samples[from + y * stride + x] = (sums[y]! + 0.5) | 0;
  }
}

/** ITU-R BT.601 with 16…235 for black…white. */
function toImage({ width, height, planes: [luma, blue, red], image }: Picture): ImageData {
  const { data } = image;
  for (let y = 0, to = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, to += 4) {
      const light = 1.164 * (luma.samples[y * luma.stride + x]! - 16);
      const at = (y >> 1) * blue.stride + (x >> 1);
      const [u, v] = [blue.samples[at]! - 128, red.samples[at]! - 128];
      data[to] = light + 1.596 * v;
      data[to + 1] = light - 0.392 * u - 0.813 * v;
      data[to + 2] = light + 2.017 * u;
      data[to + 3] = 255;
    }
  }
  return image;
}
