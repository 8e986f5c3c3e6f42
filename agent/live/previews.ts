import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import { closeReason } from './close-reason.js';
import { startMpeg1Stream } from './mpeg1-stream.js';
import { createPacketCutter } from './transport-packets.js';

/** A camera's stream at a loopback address, made for one player (`rtsp/bridge.ts`). */
export interface PreviewSource {
  url: string;
  /** Why the camera gave nothing; null while all is well. */
  failure(): { detail: string } | null;
  close(): Promise<void>;
}

export interface PreviewOptions {
  /** Opens a camera's smaller stream, or says why there is none. */
  openSource: (localId: string) => PreviewSource | { unavailable: { detail: string } };
  clock: Clock;
  log: Log;
  ffmpegPath?: string;
  /** Without a sign of life from a viewer for this long it is taken for gone. */
  leaseMs?: number;
  /** Cameras previewed at once: each costs up to a core. */
  atOnce?: number;
}

/**
 * The installer's aiming preview: MPEG-1 of low resolution over WebSocket, made only while somebody looks. It has its
 * own session at the camera, never the recorder's (field note "ffmpeg").
 */
export interface Previews {
  /**
   * Takes over the upgrade of a request that was found allowed: the caller authenticates. The viewer gets MPEG-TS in
   * binary messages and must send any message at least once per lease; problems arrive as the close reason.
   */
  accept(localId: string, request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Cameras previewed now. */
  running(): { localId: string; pid: number | null; viewers: number }[];
  close(): Promise<void>;
}

interface Preview {
  viewers: Map<WebSocket, { aliveAtMs: number }>;
  pid: number | null;
  end(code: number, reason: string): Promise<void>;
}

const unreadLimitBytes = 1_000_000;
const viewersPerCamera = 4;
/** Close codes of RFC 6455 §7.4.1. */
const codes = { normal: 1000, goingAway: 1001, tryAgainLater: 1013 } as const;

export function startPreviews(o: PreviewOptions): Previews {
  const { leaseMs = 45_000, atOnce = 2 } = o;
  const previews = new Map<string, Preview>();
  const ending = new Set<Promise<void>>();
  const server = new WebSocketServer({ noServer: true, maxPayload: 256, perMessageDeflate: false });
  const abort = new AbortController();

  const start = (localId: string): Preview | { unavailable: { detail: string } } => {
    const source = o.openSource(localId);
    if ('unavailable' in source) return source;
    const viewers: Preview['viewers'] = new Map();
    const cut = createPacketCutter();
    const startedAtMs = o.clock.monotonicMs();
    let firstBytes = true;
    const stream = startMpeg1Stream({
      url: source.url,
      clock: o.clock,
      ...(o.ffmpegPath === undefined ? {} : { ffmpegPath: o.ffmpegPath }),
      onBytes(bytes) {
        const packets = cut(bytes);
        if (packets === null) return;
        if (firstBytes) {
          firstBytes = false;
          o.log.debug({ localId, tookMs: Math.round(o.clock.monotonicMs() - startedAtMs) }, 'preview shows');
        }
        for (const viewer of viewers.keys()) {
          if (viewer.readyState === viewer.OPEN && viewer.bufferedAmount <= unreadLimitBytes)
            viewer.send(packets);
        }
      },
    });
    const preview: Preview = {
      viewers,
      pid: stream.pid,
      end(code, reason) {
        if (previews.get(localId) === preview) previews.delete(localId);
        for (const viewer of viewers.keys()) viewer.close(code, reason);
        viewers.clear();
        const ended = stream.stop().then(() => source.close());
        ending.add(ended);
        return ended.finally(() => ending.delete(ended));
      },
    };
    previews.set(localId, preview);
    void stream.exited.then((lastWords) => {
      if (previews.get(localId) !== preview) return;
      const why = source.failure()?.detail ?? 'The video ended.';
      o.log.info({ localId, why, lastWords }, 'a preview ended by itself');
      void preview.end(codes.tryAgainLater, closeReason(why));
    });
    void expire(preview);
    return preview;
  };

  /** The process ends with its last viewer, or when none has shown a sign of life for a lease. */
  const expire = async (preview: Preview) => {
    const isRunning = () => [...previews.values()].includes(preview);
    while (isRunning()) {
      await o.clock.sleep(leaseMs / 9, abort.signal).catch(() => undefined);
      if (abort.signal.aborted) return;
      for (const [viewer, { aliveAtMs }] of preview.viewers) {
        if (o.clock.monotonicMs() - aliveAtMs < leaseMs) continue;
        viewer.close(codes.goingAway, 'Nobody looked for a while.');
        preview.viewers.delete(viewer);
      }
      if (preview.viewers.size === 0 && isRunning()) await preview.end(codes.normal, '');
    }
  };

  const join = (localId: string, viewer: WebSocket): void => {
    const known = previews.get(localId);
    if (!known && previews.size >= atOnce) {
      const what = atOnce === 1 ? 'another camera is' : `${atOnce} other cameras are`;
      return viewer.close(codes.tryAgainLater, `Close another preview first: ${what} shown.`);
    }
    if (known && known.viewers.size >= viewersPerCamera) {
      return viewer.close(codes.tryAgainLater, 'Too many people look at this camera.');
    }
    const preview = known ?? start(localId);
    if ('unavailable' in preview) {
      return viewer.close(codes.tryAgainLater, closeReason(preview.unavailable.detail));
    }
    const lease = { aliveAtMs: o.clock.monotonicMs() };
    preview.viewers.set(viewer, lease);
    viewer.on('message', () => (lease.aliveAtMs = o.clock.monotonicMs()));
    viewer.on('close', () => {
      const was = preview.viewers.delete(viewer);
      if (was && preview.viewers.size === 0) void preview.end(codes.normal, '');
    });
  };

  return {
    accept(localId, request, socket, head) {
      server.handleUpgrade(request, socket, head, (viewer) => {
        viewer.on('error', () => viewer.terminate());
        if (abort.signal.aborted) viewer.terminate();
        else join(localId, viewer);
      });
    },
    running: () =>
      [...previews].map(([localId, { pid, viewers }]) => ({ localId, pid, viewers: viewers.size })),
    async close() {
      abort.abort();
      for (const preview of previews.values()) void preview.end(codes.goingAway, 'The agent stops.');
      for (const viewer of server.clients) viewer.terminate();
      await Promise.all(ending);
    },
  };
}
