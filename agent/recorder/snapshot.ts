import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../clock.js';
import { runFfmpeg } from './ffmpeg.js';

export type FramePicture = { ok: true; jpeg: Uint8Array } | { ok: false; detail: string };

export interface FrameSource {
  /** RTSP at a loopback address; no credentials. */
  url: string;
  /** Why the camera gave nothing; null while all is well. */
  failure(): { detail: string } | null;
  close(): Promise<void>;
}

export interface FrameOptions {
  source: FrameSource;
  clock: Clock;
  /** From the connection to the finished picture. */
  timeoutMs: number;
  signal?: AbortSignal;
}

/**
 * One JPEG of at most 1280 pixels in width from a stream's first key picture, for cameras that give no pictures by
 * themselves. Closes the source. Never rejects.
 */
export async function takeFrame(o: FrameOptions): Promise<FramePicture> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-frame-'));
  const file = join(folder, 'frame.jpg');
  try {
    const run = runFfmpeg(frameLine(o.source.url, file), { clock: o.clock, onLine: () => undefined });
    const over = new AbortController();
    const late = o.clock
      .sleep(o.timeoutMs, AbortSignal.any([over.signal, ...(o.signal ? [o.signal] : [])]))
      .catch(() => undefined)
      .then(() => (over.signal.aborted ? undefined : run.stop()));
    const { stderr } = await run.exited;
    over.abort();
    await late;
    const jpeg = await readFile(file).catch(() => null);
    if (jpeg !== null && jpeg.byteLength > 0) return { ok: true, jpeg };
    const why = o.source.failure()?.detail;
    if (why !== undefined) return { ok: false, detail: why };
    const lastLine = stderr.trim().split('\n').at(-1) ?? '';
    return { ok: false, detail: `No picture came from the video${lastLine ? `: ${lastLine}` : ''}.` };
  } finally {
    await o.source.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const frameLine = (url: string, file: string) => ({
  input: url,
  inputOptions: [
    '-hide_banner',
    '-loglevel',
    'error',
    '-nostdin',
    '-protocol_whitelist',
    'rtsp,rtp,tcp,udp',
    '-rtsp_transport',
    'tcp',
    '-allowed_media_types',
    'video',
    '-analyzeduration',
    '500000',
    '-probesize',
    '200000',
    // Anything else than a key picture shows grey where it refers to what was not received.
    '-skip_frame',
    'nokey',
  ],
  outputOptions: [
    '-frames:v',
    '1',
    '-vf',
    "scale='min(1280,iw)':-2",
    '-q:v',
    '5',
    '-f',
    'image2',
    '-update',
    '1',
  ],
  output: file,
});
