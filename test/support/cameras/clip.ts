import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';

export type VideoCodec = 'h264' | 'h265';
export type AudioCodec = 'pcmu' | 'pcma' | 'aac';

/** Pictures per second of every fixture clip (test/fixtures/media/make.sh). */
export const frameRate = 15;

/** One elementary video stream, cut into pictures. Units are NAL units without start codes. */
export interface VideoClip {
  codec: VideoCodec;
  width: number;
  height: number;
  /** H.264: SPS, PPS. H.265: VPS, SPS, PPS. */
  parameterSets: readonly Buffer[];
  pictures: readonly { units: readonly Buffer[]; isKey: boolean }[];
}

/** One elementary audio stream, cut into the payloads of one packet each. */
export interface AudioClip {
  codec: AudioCodec;
  sampleRate: number;
  samplesPerFrame: number;
  frames: readonly Buffer[];
  /** AudioSpecificConfig of AAC (ISO 14496-3 §1.6.2.1) in hex; null for G.711. */
  config: string | null;
}

/** Everything virtual cameras play, read once and shared by all of them. */
export interface Clips {
  main: Record<VideoCodec, VideoClip>;
  sub: VideoClip;
  audio: Record<AudioCodec, AudioClip>;
  /** A JPEG of the main stream. */
  snapshot: Buffer;
}

/**
 * Reads the fixture clips. They lie in the test package's source folder, which is above this file whether it
 * runs from `support/` or compiled from `dist/support/`.
 */
export async function loadClips(): Promise<Clips> {
  const folder = path.join(packageRoot(import.meta.dirname), 'fixtures', 'media');
  const read = (name: string) => readFile(path.join(folder, name));
  const [h264, h265, sub, ulaw, alaw, aac, snapshot] = await Promise.all([
    read('main.h264'),
    read('main.h265'),
    read('sub.h264'),
    read('tone.ulaw'),
    read('tone.alaw'),
    read('tone.aac'),
    read('main.jpg'),
  ]);
  return {
    main: { h264: cutVideo('h264', 640, 360, h264), h265: cutVideo('h265', 640, 360, h265) },
    sub: cutVideo('h264', 320, 180, sub),
    audio: { pcmu: cutG711('pcmu', ulaw), pcma: cutG711('pcma', alaw), aac: cutAac(aac) },
    snapshot,
  };
}

function packageRoot(from: string): string {
  let folder = from;
  while (!existsSync(path.join(folder, 'package.json'))) {
    const above = path.dirname(folder);
    if (above === folder) throw new Error(`no package.json above ${from}: virtual cameras find no clips`);
    folder = above;
  }
  return folder;
}

const unitTypes = {
  h264: { delimiter: 9, parameterSets: [7, 8], isKey: (type: number) => type === 5 },
  h265: { delimiter: 35, parameterSets: [32, 33, 34], isKey: (type: number) => type >= 16 && type <= 21 },
} as const;

export function unitType(codec: VideoCodec, unit: Buffer): number {
  const header = unit[0] ?? 0;
  return codec === 'h265' ? (header >> 1) & 63 : header & 31;
}

function cutVideo(codec: VideoCodec, width: number, height: number, stream: Buffer): VideoClip {
  const types = unitTypes[codec];
  const pictures: { units: Buffer[]; isKey: boolean }[] = [];
  const parameterSets = new Map<number, Buffer>();
  for (const unit of cutUnits(stream)) {
    const type = unitType(codec, unit);
    if (type === types.delimiter) {
      pictures.push({ units: [], isKey: false });
      continue;
    }
    const picture = pictures.at(-1);
    if (!picture)
      throw new Error(`the ${codec} clip does not begin with an access unit delimiter: run make.sh`);
    if (types.parameterSets.some((wanted) => wanted === type) && !parameterSets.has(type)) {
      parameterSets.set(type, unit);
    }
    picture.units.push(unit);
    picture.isKey ||= types.isKey(type);
  }
  const ordered = types.parameterSets.map((type) => {
    const unit = parameterSets.get(type);
    if (!unit) throw new Error(`the ${codec} clip lacks parameter set ${type}: run make.sh`);
    return unit;
  });
  return { codec, width, height, parameterSets: ordered, pictures };
}

/** Cuts an Annex B byte stream at its start codes (ITU-T H.264 annex B). */
function* cutUnits(stream: Buffer): Generator<Buffer> {
  const startCode = Buffer.from([0, 0, 1]);
  let start = stream.indexOf(startCode);
  while (start >= 0) {
    const begin = start + 3;
    start = stream.indexOf(startCode, begin);
    let end = start < 0 ? stream.length : start;
    while (end > begin && stream[end - 1] === 0) end -= 1;
    yield stream.subarray(begin, end);
  }
}

function cutG711(codec: 'pcmu' | 'pcma', samples: Buffer): AudioClip {
  const samplesPerFrame = 320;
  const frames: Buffer[] = [];
  for (let at = 0; at + samplesPerFrame <= samples.length; at += samplesPerFrame) {
    frames.push(samples.subarray(at, at + samplesPerFrame));
  }
  return { codec, sampleRate: 8_000, samplesPerFrame, frames, config: null };
}

const aacSampleRates = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
];

/** Cuts ADTS frames (ISO 13818-7 §6.2) and takes their headers off. */
function cutAac(stream: Buffer): AudioClip {
  const frames: Buffer[] = [];
  for (let at = 0; at + 7 <= stream.length;) {
    const lengthBytes = (stream.readUIntBE(at + 3, 3) >> 5) & 0x1fff;
    const headerBytes = (stream.readUInt8(at + 1) & 1) === 1 ? 7 : 9;
    frames.push(stream.subarray(at + headerBytes, at + lengthBytes));
    at += lengthBytes;
  }
  const rateIndex = (stream.readUInt8(2) >> 2) & 15;
  const objectType = (stream.readUInt8(2) >> 6) + 1;
  const channels = (stream.readUInt16BE(2) >> 6) & 7;
  const sampleRate = aacSampleRates[rateIndex];
  if (sampleRate === undefined) throw new Error('the AAC clip has a reserved sample rate: run make.sh');
  const config = ((objectType << 11) | (rateIndex << 7) | (channels << 3)).toString(16).padStart(4, '0');
  return { codec: 'aac', sampleRate, samplesPerFrame: 1_024, frames, config };
}
