import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { newId, type CameraId } from '@gantry/protocol/ids.js';
import type { SegmentMeta } from '@gantry/protocol/segment.js';

const run = promisify(execFile);

/** One session of a recorder: files as ffmpeg's segment muxer cuts them, with their place on the media clock. */
export interface Footage {
  video: 'h264' | 'h265';
  files: { bytes: Buffer; offsetS: number; durationS: number }[];
}

const movflags = 'movflags=+frag_keyframe+empty_moov+default_base_moof:frag_duration=1000000:flush_packets=1';

/** Records a test picture with the recorder line of the field notes: every segment starts near zero. */
export async function record(
  options: {
    seconds?: number;
    segmentSeconds?: number;
    size?: string;
    video?: 'h264' | 'h265';
    audio?: boolean;
  } = {},
): Promise<Footage> {
  const { seconds = 6, segmentSeconds = 2, size = '160x120', video = 'h264', audio = true } = options;
  const folder = await mkdtemp(join(tmpdir(), 'gantry-footage-'));
  const encoder =
    video === 'h264'
      ? ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '0']
      : ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none', '-tag:v', 'hvc1'];
  const sound = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=8000'];
  try {
    const line = ['-hide_banner', '-loglevel', 'error', '-nostdin', '-f', 'lavfi'];
    line.push('-i', `testsrc=size=${size}:rate=10`, ...(audio ? sound : []));
    line.push('-t', String(seconds), '-g', '10', '-pix_fmt', 'yuv420p', ...encoder);
    line.push(...(audio ? ['-c:a', 'aac'] : []), '-f', 'segment', '-segment_time', String(segmentSeconds));
    line.push('-segment_format', 'mp4', '-segment_format_options', movflags, '-reset_timestamps', '1');
    line.push('-segment_list', 'pipe:1', '-segment_list_type', 'csv', join(folder, '%03d.mp4'));
    const { stdout } = await run('ffmpeg', line);
    const files = [];
    for (const line of stdout.trim().split('\n')) {
      const [name, start, end] = line.split(',') as [string, string, string];
      const bytes = await readFile(join(folder, name));
      files.push({ bytes, offsetS: Number(start), durationS: Number(end) - Number(start) });
    }
    return { video, files };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const random = (bytes: Uint8Array): Uint8Array => randomBytes(bytes.byteLength);

/** What the agent says of each segment of a session that started at `startedAtMs`. */
export function describeFootage(
  footage: Footage,
  about: { cameraId: CameraId; startedAtMs: number; clockOffsetMs?: number },
): { meta: SegmentMeta; bytes: Buffer }[] {
  const sessionId = newId('session', about.startedAtMs, random);
  return footage.files.map(({ bytes, offsetS, durationS }, sequence) => ({
    bytes,
    meta: {
      id: newId('segment', about.startedAtMs + sequence, random),
      cameraId: about.cameraId,
      sessionId,
      sequence,
      startedAtMs: about.startedAtMs + Math.round(offsetS * 1_000),
      durationMs: Math.round(durationS * 1_000),
      mediaOffsetUs: Math.round(offsetS * 1_000_000),
      clockOffsetMs: about.clockOffsetMs ?? 0,
      sizeBytes: bytes.byteLength,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      video: footage.video,
      audio: 'aac',
    },
  }));
}

/** Bytes as a connection delivers them: in pieces. */
export async function* inPieces(bytes: Uint8Array, pieceBytes = 1_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

/** What ffprobe reads at a path or URL: packet times per stream in seconds, and everything it complained about. */
export async function probe(
  address: string,
): Promise<{ complaints: string; packets: { stream: number; ptsS: number; dtsS: number }[] }> {
  const { stdout, stderr } = await run(
    'ffprobe',
    ['-v', 'warning', '-of', 'json', '-show_entries', 'packet=stream_index,pts_time,dts_time', address],
    { maxBuffer: 64 * 1024 * 1024 },
  );
  const { packets } = JSON.parse(stdout) as {
    packets: { stream_index: number; pts_time: string; dts_time: string }[];
  };
  return {
    complaints: stderr.trim(),
    packets: packets.map((packet) => ({
      stream: packet.stream_index,
      ptsS: Number(packet.pts_time),
      dtsS: Number(packet.dts_time),
    })),
  };
}
