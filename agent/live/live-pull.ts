import type { Clock } from '../clock.js';
import { createFragmentCutter, NotLive, type MediaPiece } from './fragment-cutter.js';
import { liveLine, type LiveLine, type Probing } from './live-line.js';

/** A camera's stream at a loopback address, made for one player (`rtsp/bridge.ts`). */
export interface LiveSource {
  url: string;
  video: 'h264' | 'h265';
  lastByteAtMonotonicMs(): number | null;
  /** Why the camera gave nothing; null while all is well. */
  failure(): { kind: string; detail: string } | null;
  close(): Promise<void>;
}

/** One running ffmpeg (`recorder/ffmpeg.ts`). */
export interface LiveRun {
  exited: Promise<{ stderr: string }>;
  stop(): Promise<unknown>;
}

export type RunLive = (line: LiveLine, onBytes: (bytes: Buffer) => void) => LiveRun;

export interface PullEnd {
  /** `not_understood`: what ffmpeg looked at was too little. Else a kind of the bridge. */
  kind: string;
  /** For a person. */
  detail: string;
}

/** One pull of one camera's stream: its own session at the camera, never the recorder's (field note "ffmpeg"). */
export interface LivePull {
  /** Resolves once ffmpeg is gone and the camera's session closed; null when stopped. Never rejects. */
  ended: Promise<PullEnd | null>;
  stop(): void;
}

export interface LivePullOptions {
  source: LiveSource;
  probing: Probing;
  run: RunLive;
  onPiece: (piece: MediaPiece) => void;
  clock: Clock;
  /** Until the first picture; field note "Recorder supervision". */
  firstPictureMs?: number;
  /** Without a byte from the camera. */
  silentMs?: number;
}

export function startLivePull(o: LivePullOptions): LivePull {
  const { source, clock, firstPictureMs = 15_000, silentMs = 10_000 } = o;
  const cut = createFragmentCutter();
  const over = new AbortController();
  const startedAtMs = clock.monotonicMs();
  let isStopped = false;
  let hasPicture = false;
  let why: PullEnd | null = null;

  const give = (end: PullEnd | null): void => {
    why ??= end;
    isStopped ||= end === null;
    void run.stop();
  };
  const take = (bytes: Buffer): void => {
    if (over.signal.aborted || isStopped || why) return;
    try {
      for (const piece of cut(bytes)) {
        hasPicture ||= piece.kind === 'fragment';
        o.onPiece(piece);
      }
    } catch (error) {
      if (!(error instanceof NotLive)) throw error;
      give({ kind: 'protocol_error', detail: `The camera's video cannot be shown: ${error.message}.` });
    }
  };
  const run = o.run(liveLine({ ...source, probing: o.probing }), take);

  const watch = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await clock.sleep(1_000, over.signal).catch(() => undefined);
      const nowMs = clock.monotonicMs();
      if (!hasPicture && nowMs - startedAtMs > firstPictureMs)
        give({ kind: 'timeout', detail: `No picture came within ${firstPictureMs / 1_000} s.` });
      if (nowMs - (source.lastByteAtMonotonicMs() ?? startedAtMs) > silentMs)
        give({ kind: 'timeout', detail: `The camera sent nothing for ${silentMs / 1_000} s.` });
    }
  };
  const watching = watch();

  const finish = async (): Promise<PullEnd | null> => {
    const { stderr } = await run.exited;
    over.abort();
    await watching;
    const failure = source.failure();
    await source.close();
    if (isStopped) return null;
    const said = stderr.trim().split('\n').at(-1) ?? '';
    // Local stream addresses mean nothing to a person and are nobody's business.
    const words = said.replaceAll(/rtsp:\/\/\S+/g, 'the stream');
    const kind = /codec parameters|dimensions not set/i.test(stderr) ? 'not_understood' : 'closed';
    return failure ?? why ?? { kind, detail: words || 'The camera ended the video.' };
  };
  return { ended: finish(), stop: () => give(null) };
}
