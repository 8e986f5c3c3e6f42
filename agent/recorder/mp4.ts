/** Reads `length` bytes at `position`; fewer at the end of the file. */
export type ReadAt = (position: number, length: number) => Promise<Buffer>;

/** What a fragmented MP4 holds, up to the last whole fragment. */
export interface Mp4Content {
  /** Bytes up to the end of the last whole fragment. */
  wholeBytes: number;
  fragments: number;
  /** From the first to the end of the last video frame in whole fragments, µs. */
  durationUs: number;
  video: 'h264' | 'h265' | null;
  audio: 'aac' | null;
  /** The file goes on after its last whole fragment, or its last box is not whole: a write was cut short. */
  torn: boolean;
}

interface Box {
  type: string;
  body: Buffer;
}
interface VideoTrack {
  id: number;
  /** Ticks per second. */
  timescale: number;
  defaultDuration: number;
}

const largestHeaderBytes = 4 * 1024 * 1024;

/** The boxes ffmpeg writes at the top level. */
const topLevel = new Set(['ftyp', 'moov', 'moof', 'mdat', 'mfra', 'sidx', 'styp', 'free']);

/**
 * Walks the top-level boxes (ISO/IEC 14496-12) and stops at the first that is torn: a killed ffmpeg leaves
 * half a `moof` or `mdat` at the end. One that a full disk cut short may have been written on: then what should be a
 * box is none, and the fragment before it holds bytes that are not its own. So does it at the fragment with which the media gets longer
 * than `longestUs`: its times are wrong. Frame data is skipped, never read.
 */
export async function readMp4(
  read: ReadAt,
  sizeBytes: number,
  longestUs = Number.POSITIVE_INFINITY,
): Promise<Mp4Content> {
  const content: Mp4Content = {
    wholeBytes: 0,
    fragments: 0,
    durationUs: 0,
    video: null,
    audio: null,
    torn: false,
  };
  let beforeLast = { ...content };
  let isFragmentOpen = false;
  let track: VideoTrack | null = null;
  let firstTick: number | null = null;
  let pendingEndTick: number | null = null;
  for (let position = 0; position < sizeBytes;) {
    const header = await read(position, 16);
    if (header.length < 8) return { ...content, torn: true };
    const box = boxHeader(header);
    if (!topLevel.has(header.toString('latin1', 4, 8))) return { ...beforeLast, torn: true };
    if (!box || position + box.sizeBytes > sizeBytes) return { ...content, torn: true };
    const body = async (): Promise<Buffer> =>
      read(position + box.headerBytes, Math.min(box.sizeBytes - box.headerBytes, largestHeaderBytes));
    if (box.type === 'moov') {
      const moov = await body();
      const described = describeTracks(moov);
      track = described.track;
      content.video = described.video;
      content.audio = described.audio;
    } else if (box.type === 'moof' && track) {
      const span = videoSpan(await body(), track);
      if (span) {
        firstTick ??= span.start;
        pendingEndTick = span.end;
        if (((span.end - firstTick) / track.timescale) * 1e6 > longestUs) return { ...content, torn: true };
      }
    } else if (box.type === 'mdat' && track) {
      beforeLast = { ...content };
      content.fragments += 1;
      content.wholeBytes = position + box.sizeBytes;
      if (pendingEndTick !== null && firstTick !== null) {
        content.durationUs = Math.round(((pendingEndTick - firstTick) / track.timescale) * 1e6);
      }
    }
    isFragmentOpen = box.type === 'moof';
    position += box.sizeBytes;
  }
  return { ...content, torn: isFragmentOpen };
}

function boxHeader(bytes: Buffer): { type: string; sizeBytes: number; headerBytes: number } | null {
  const size = bytes.readUInt32BE(0);
  const type = bytes.toString('latin1', 4, 8);
  if (size === 1 && bytes.length >= 16) {
    const large = Number(bytes.readBigUInt64BE(8));
    return large >= 16 ? { type, sizeBytes: large, headerBytes: 16 } : null;
  }
  // Size 0 ("to the end of the file") is how a box looks that was never finished.
  return size >= 8 ? { type, sizeBytes: size, headerBytes: 8 } : null;
}

function children(body: Buffer): Box[] {
  const boxes: Box[] = [];
  for (let at = 0; at + 8 <= body.length;) {
    const box = boxHeader(body.subarray(at, at + 16));
    if (!box || at + box.sizeBytes > body.length) break;
    boxes.push({ type: box.type, body: body.subarray(at + box.headerBytes, at + box.sizeBytes) });
    at += box.sizeBytes;
  }
  return boxes;
}

const child = (body: Buffer | undefined, ...path: string[]): Buffer | undefined =>
  path.reduce<Buffer | undefined>(
    (inside, type) => inside && children(inside).find((box) => box.type === type)?.body,
    body,
  );

const uint32 = (body: Buffer | undefined, at: number): number =>
  body && body.length >= at + 4 ? body.readUInt32BE(at) : 0;

const videoEntries: Readonly<Record<string, 'h264' | 'h265'>> = {
  avc1: 'h264',
  avc3: 'h264',
  hvc1: 'h265',
  hev1: 'h265',
};

function describeTracks(moov: Buffer): {
  track: VideoTrack | null;
  video: 'h264' | 'h265' | null;
  audio: 'aac' | null;
} {
  const defaults = children(child(moov, 'mvex') ?? Buffer.alloc(0)).filter((box) => box.type === 'trex');
  const found: ReturnType<typeof describeTracks> = { track: null, video: null, audio: null };
  for (const { body: trak } of children(moov).filter((box) => box.type === 'trak')) {
    const header = child(trak, 'tkhd');
    const media = child(trak, 'mdia', 'mdhd');
    // Version 1 has 64-bit times before the field.
    const id = uint32(header, header?.[0] === 1 ? 20 : 12);
    const timescale = uint32(media, media?.[0] === 1 ? 20 : 12);
    const entry = child(trak, 'mdia', 'minf', 'stbl', 'stsd')?.toString('latin1', 12, 16) ?? '';
    const kind = child(trak, 'mdia', 'hdlr')?.toString('latin1', 8, 12);
    if (kind === 'vide' && timescale > 0) {
      const trex = defaults.find((box) => uint32(box.body, 4) === id)?.body;
      found.track = { id, timescale, defaultDuration: uint32(trex, 12) };
      found.video = videoEntries[entry] ?? null;
    } else if (kind === 'soun' && entry === 'mp4a') {
      found.audio = 'aac';
    }
  }
  return found;
}

/** Decode time span of the video track in one `moof`, in ticks; null when it holds no video. */
function videoSpan(moof: Buffer, track: VideoTrack): { start: number; end: number } | null {
  for (const { body: traf } of children(moof).filter((box) => box.type === 'traf')) {
    const header = child(traf, 'tfhd');
    if (!header || uint32(header, 4) !== track.id) continue;
    const time = child(traf, 'tfdt');
    const start = time?.[0] === 1 && time.length >= 12 ? Number(time.readBigUInt64BE(4)) : uint32(time, 4);
    const duration = defaultDuration(header) ?? track.defaultDuration;
    const runs = children(traf).filter((box) => box.type === 'trun');
    return { start, end: runs.reduce((at, run) => at + runDuration(run.body, duration), start) };
  }
  return null;
}

const flagsOf = (body: Buffer): number => uint32(body, 0) & 0xffffff;

/** `tfhd`: the fields before default_sample_duration are there only when flagged (14496-12 §8.8.7). */
function defaultDuration(header: Buffer): number | null {
  const flags = flagsOf(header);
  if (!(flags & 0x8)) return null;
  return uint32(header, 8 + (flags & 0x1 ? 8 : 0) + (flags & 0x2 ? 4 : 0));
}

/** Sum of a `trun`'s sample durations, ticks (14496-12 §8.8.8). */
function runDuration(run: Buffer, defaultTicks: number): number {
  const flags = flagsOf(run);
  const samples = uint32(run, 4);
  if (!(flags & 0x100)) return samples * defaultTicks;
  const perSampleBytes = 4 * [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length;
  let at = 8 + (flags & 0x1 ? 4 : 0) + (flags & 0x4 ? 4 : 0);
  let ticks = 0;
  for (
    let sample = 0;
    sample < samples && at + perSampleBytes <= run.length;
    sample += 1, at += perSampleBytes
  ) {
    ticks += uint32(run, at);
  }
  return ticks;
}
