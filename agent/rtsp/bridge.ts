import { randomBytes } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import type { Clock } from '../clock.js';
import type { Credentials } from '../digest-auth.js';
import type { Log } from '../log.js';
import { startBridgedSession, type BridgedSession, type BridgeFailure } from './bridged-session.js';
import { readTarget, RtspUrlError, type RtspTarget } from './url.js';
import {
  createWireParser,
  encodeResponse,
  headerOf,
  WireError,
  type RtspRequest,
  type WireItem,
} from './wire.js';

export type { BridgeFailure, Credentials };

/** A camera's stream at a local address that needs no login: for one player, once. */
export interface BridgedStream {
  /** `rtsp://127.0.0.1:PORT/<unguessable>`; holds neither the camera's address nor credentials. */
  url: string;
  /** Media bytes that came from the camera. */
  bytesReceived(): number;
  lastByteAtMonotonicMs(): number | null;
  /** Why the camera ended it or never began; null while all is well or when the player left by itself. */
  failure(): BridgeFailure | null;
  /** Ends the player's and the camera's connection; the URL is of no more use. */
  close(): Promise<void>;
}

/**
 * A loopback RTSP server for ffmpeg, which knows only MD5 logins (Q62) and would show credentials in its argument
 * list. Each `open` stands for at most one connection to its camera, made when the player comes.
 */
export interface RtspBridge {
  /** Never throws: a URL that cannot be read shows in `failure()`. */
  open(stream: { url: string; credentials: Credentials | null }): BridgedStream;
  close(): Promise<void>;
}

interface OpenStream {
  url: string;
  target: RtspTarget | null;
  credentials: Credentials | null;
  bytesReceived: number;
  lastByteAtMonotonicMs: number | null;
  failure: BridgeFailure | null;
  /** Null until the player came; a stream is played once. */
  session: BridgedSession | null;
}

export interface RtspBridgeOptions {
  clock: Clock;
  log: Log;
  /** For the connection and for each answer of a camera; field note "Recorder supervision". */
  connectTimeoutMs?: number;
}

const loopback = '127.0.0.1';
const firstRequestTimeoutMs = 5_000;
/** Unread media per player before the camera is no longer read. */
const unreadLimitBytes = 256 * 1024;

export async function startRtspBridge(options: RtspBridgeOptions): Promise<RtspBridge> {
  const { clock, log, connectTimeoutMs = 10_000 } = options;
  const streams = new Map<string, OpenStream>();
  const players = new Set<Socket>();
  const server = createServer({ noDelay: true, highWaterMark: unreadLimitBytes }, welcome);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, loopback, () => {
      server.off('error', reject);
      resolve();
    });
  });
  server.on('error', (error) => log.warn({ error: error.message }, 'the RTSP bridge cannot accept a player'));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the RTSP bridge has no port');
  const base = `rtsp://${loopback}:${address.port}`;

  function welcome(player: Socket): void {
    const parser = createWireParser();
    let session: BridgedSession | null = null;
    players.add(player);
    const deadline = setTimeout(() => player.destroy(), firstRequestTimeoutMs);
    player.on('error', () => player.destroy());
    player.once('close', () => {
      clearTimeout(deadline);
      players.delete(player);
    });
    const take = (item: WireItem) => {
      if (session === null && item.kind === 'request') {
        clearTimeout(deadline);
        session = admit(player, item);
      }
      session?.fromPlayer(item);
    };
    player.on('data', (chunk) => {
      try {
        parser.push(chunk, take);
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        player.destroy();
      }
    });
  }

  /** Finds the stream of a player's first request; a stranger or a second player is sent away. */
  function admit(player: Socket, request: RtspRequest): BridgedSession | null {
    const token = /^rtsp:\/\/[^/]+\/([^/?]+)/i.exec(request.uri)?.[1] ?? '';
    const stream = streams.get(token);
    if (stream === undefined || stream.target === null) return refuse(player, request, 404, 'Not Found');
    if (stream.session !== null) return refuse(player, request, 453, 'Not Enough Bandwidth');
    const { host, port } = stream.target;
    stream.session = startBridgedSession({
      player,
      localUrl: stream.url,
      target: stream.target,
      credentials: stream.credentials,
      clock,
      connectTimeoutMs,
      onMedia(sizeBytes) {
        stream.bytesReceived += sizeBytes;
        stream.lastByteAtMonotonicMs = clock.monotonicMs();
      },
      onFailure(failure) {
        stream.failure = failure;
        log.info({ camera: `${host}:${port}`, kind: failure.kind }, failure.detail);
      },
    });
    return stream.session;
  }

  return {
    open({ url, credentials }) {
      const token = randomBytes(24).toString('base64url');
      const target = readTarget(url);
      const invalid = target instanceof RtspUrlError;
      const stream: OpenStream = {
        url: `${base}/${token}`,
        target: invalid ? null : target,
        credentials,
        bytesReceived: 0,
        lastByteAtMonotonicMs: null,
        failure: invalid ? { kind: 'protocol_error', detail: target.message } : null,
        session: null,
      };
      streams.set(token, stream);
      return {
        url: stream.url,
        bytesReceived: () => stream.bytesReceived,
        lastByteAtMonotonicMs: () => stream.lastByteAtMonotonicMs,
        failure: () => stream.failure,
        async close() {
          streams.delete(token);
          await stream.session?.close();
        },
      };
    },
    async close() {
      const stopped = new Promise((resolve) => server.close(resolve));
      const sessions = [...streams.values()].map(({ session }) => session);
      streams.clear();
      await Promise.all(sessions.map(async (session) => session?.close()));
      for (const player of players) player.destroy();
      await stopped;
    },
  };
}

function refuse(player: Socket, request: RtspRequest, status: number, reason: string): null {
  const cseq = headerOf(request.headers, 'CSeq');
  player.end(encodeResponse({ status, reason, headers: cseq === null ? [] : [['CSeq', cseq]] }));
  player.destroySoon();
  return null;
}
