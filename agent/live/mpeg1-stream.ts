import type { ChildProcess } from 'node:child_process';
import Mpeg1Muxer from 'node-rtsp-stream/mpeg1muxer.js';
import type { Clock } from '../clock.js';

/**
 * Only the muxer of node-rtsp-stream is used. Its `VideoStream` opens a WebSocket server of ws 7 on every interface,
 * without a way to name one, asks nobody who they are, and copies ffmpeg's words to the agent's standard error; the
 * agent's own endpoint takes its place.
 */
export interface Mpeg1StreamOptions {
  /** `rtsp://127.0.0.1:…` of the agent's bridge: no credentials, interleaved over TCP whatever ffmpeg prefers. */
  url: string;
  ffmpegPath?: string;
  clock: Clock;
  /** MPEG-TS with one MPEG-1 video stream, cut anywhere. */
  onBytes: (bytes: Uint8Array) => void;
}

export interface Mpeg1Stream {
  /** Null when ffmpeg could not be started. */
  pid: number | null;
  /** Resolves with ffmpeg's last words once the process is gone; never rejects. */
  exited: Promise<string>;
  /** SIGTERM, SIGKILL after 2 s; resolves when the process is gone. */
  stop(): Promise<void>;
}

const patienceMs = 2_000;
const lastWordsLength = 500;

/**
 * MPEG-1 knows neither 10 nor 12 nor 15 pictures per second, so 25 are made of whatever comes. Every picture stands
 * alone (`-g 1`): a viewer may begin anywhere, and pictures dropped for a slow one leave no trace in the next.
 */
const options: Record<string, string> = {
  '-hide_banner': '',
  '-nostdin': '',
  '-nostats': '',
  '-loglevel': 'error',
  '-an': '',
  '-r': '25',
  '-vf': 'scale=640:-2',
  '-g': '1',
  '-bf': '0',
  '-q:v': '7',
  '-threads': '1',
  '-muxdelay': '0',
  '-flush_packets': '1',
};

/** Starts ffmpeg through node-rtsp-stream on one stream. */
export function startMpeg1Stream(o: Mpeg1StreamOptions): Mpeg1Stream {
  const muxer = new Mpeg1Muxer({
    url: o.url,
    ffmpegPath: o.ffmpegPath ?? process.env['FFMPEG_PATH'] ?? 'ffmpeg',
    ffmpegOptions: options,
  });
  const child: ChildProcess = muxer.stream;
  // Its own listener writes to the console and knows no exit but code 1.
  child.removeAllListeners('exit');
  let lastWords = '';
  muxer.on('mpeg1data', o.onBytes);
  muxer.on('ffmpegStderr', (text: Buffer) => {
    lastWords = (lastWords + text.toString()).slice(-lastWordsLength);
  });
  const over = new AbortController();
  const exited = new Promise<string>((resolve) => {
    const finish = (words: string) => {
      over.abort();
      resolve(words.trim());
    };
    // Without a listener a missing ffmpeg would end the agent.
    child.once('error', (error) => finish(error.message));
    child.once('close', () => finish(lastWords));
  });
  return {
    pid: child.pid ?? null,
    exited,
    async stop() {
      child.kill('SIGTERM');
      await o.clock.sleep(patienceMs, over.signal).catch(() => undefined);
      if (!over.signal.aborted) child.kill('SIGKILL');
      await exited;
    },
  };
}
