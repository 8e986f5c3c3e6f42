import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomBytes, randomFillSync } from 'node:crypto';
import { systemClock } from '@gantry/agent/clock.js';
import type { MediaPiece } from '@gantry/agent/live/fragment-cutter.js';
import type { LiveOptions, LiveStreams } from '@gantry/agent/live/live-streams.js';
import { startLiveStreams } from '@gantry/agent/live/live-streams.js';
import { createLog } from '@gantry/agent/log.js';
import { pipeFfmpeg } from '@gantry/agent/recorder/ffmpeg.js';
import { startRtspBridge } from '@gantry/agent/rtsp/bridge.js';
import { newId, type CameraId } from '@gantry/protocol/ids.js';
import {
  decodeLivePiece,
  liveTicketHeader,
  readLivePath,
  type LivePiece,
  type LiveTold,
  type LiveWish,
} from '@gantry/protocol/live.js';
import { WebSocketServer, type WebSocket } from 'ws';
import type { VirtualCameraOptions } from '../../support/cameras/camera-options.js';
import { startVirtualCamera, type VirtualCamera } from '../../support/cameras/camera.js';

/** One connection of the agent, as the registry sees it. */
export interface Dialled {
  streamId: string;
  authorization: string;
  ticket: string;
  pieces: LivePiece[];
  socket: WebSocket;
  closed: Promise<{ code: number; reason: string }>;
}

/** A camera, the agent's live part with its own bridge and ffmpeg, and a registry's door that writes down what comes. */
export interface LiveSite {
  camera: VirtualCamera;
  cameraId: CameraId;
  live: LiveStreams;
  told: Omit<LiveTold, 'session'>[];
  dialled: Dialled[];
  /** The last connection's pieces. */
  pieces(): LivePiece[];
  wish(wish?: Partial<LiveWish>): LiveWish;
  /** What the agent logs in with from now on. */
  login: { username: string; password: string };
  close(): Promise<void>;
}

export const newStreamId = (): string => randomBytes(16).toString('base64url');

export async function startLiveSite(
  o: {
    camera?: Partial<VirtualCameraOptions>;
    live?: Partial<LiveOptions>;
    /** Of the camera's video; what a decoder is told. */
    video?: 'h264' | 'h265';
  } = {},
): Promise<LiveSite> {
  const log = createLog({ level: 'silent' });
  const camera = await startVirtualCamera({
    kind: 'generic',
    address: '127.0.0.1',
    discovery: false,
    audio: null,
    ...o.camera,
  });
  const bridge = await startRtspBridge({ clock: systemClock, log, connectTimeoutMs: 3_000 });
  const door = await openDoor();
  const { dialled, url } = door;
  const cameraId = newId('camera', Date.now(), (bytes) => randomFillSync(bytes));
  const told: Omit<LiveTold, 'session'>[] = [];
  const login = { username: camera.username, password: camera.password };
  const live = startLiveStreams({
    registryUrl: url,
    bearer: async () => 'device-token',
    openSource: (asked, stream) =>
      asked === cameraId
        ? {
            ...bridge.open({ url: camera.rtspUrl(stream), credentials: { ...login } }),
            video: o.video ?? 'h264',
          }
        : { unavailable: { kind: 'unreachable', detail: 'This box has not found the camera yet.' } },
    run: (line, onBytes) => pipeFfmpeg(line, { clock: systemClock, onBytes }),
    tell: (one) => void told.push(one),
    registryNowMs: () => Date.now(),
    clock: systemClock,
    random: () => 1,
    log,
    ...o.live,
  });
  return {
    camera,
    cameraId,
    live,
    told,
    dialled,
    login,
    pieces: () => dialled.at(-1)?.pieces ?? [],
    wish(given = {}) {
      const wish: LiveWish = {
        streamId: newStreamId(),
        cameraId,
        stream: 'main',
        leaseMs: 20_000,
        ticket: 't'.repeat(43),
        ...given,
      };
      live.wish(wish);
      return wish;
    },
    async close() {
      await live.close();
      await bridge.close();
      await camera.close();
      await door.close();
    },
  };
}

/** A registry's door that takes every agent. */
export interface Door {
  url: string;
  dialled: Dialled[];
  close(): Promise<void>;
}

export async function openDoor(): Promise<Door> {
  const dialled: Dialled[] = [];
  const door: Server = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  door.on('upgrade', (request, duplex, head) =>
    sockets.handleUpgrade(request, duplex, head, (socket) => {
      const pieces: LivePiece[] = [];
      socket.on('message', (message: Buffer) => {
        const piece = decodeLivePiece(message);
        if (piece) pieces.push(piece);
      });
      dialled.push({
        streamId: readLivePath(request.url ?? '') ?? '',
        authorization: request.headers.authorization ?? '',
        ticket: String(request.headers[liveTicketHeader]),
        pieces,
        socket,
        closed: new Promise((resolve) =>
          socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
        ),
      });
    }),
  );
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(door.address() as AddressInfo).port}`,
    dialled,
    async close() {
      for (const { socket } of dialled) socket.terminate();
      door.closeAllConnections();
      if (door.listening) await new Promise((resolve) => door.close(resolve));
    },
  };
}

export const bytesOf = (pieces: readonly (LivePiece | MediaPiece)[]): Buffer =>
  Buffer.concat(pieces.map((piece) => ('media' in piece ? piece.media : piece.bytes)));
