import { encodeLivePiece, livePath, liveTicketHeader, type LiveWish } from '@gantry/protocol/live.js';
import { WebSocket } from 'ws';
import { proxyAgent } from '../proxy.js';
import { closeReason } from './close-reason.js';
import type { MediaPiece } from './fragment-cutter.js';

/** The way of one stream's pieces to the registry. */
export interface LiveOutlet {
  /** Never waits and never throws: what a slow line cannot take is left out up to the next key picture. */
  send(piece: MediaPiece): void;
  /** Resolves when the connection is gone or could not be made; never rejects. Code: RFC 6455 §7.4, `liveCloses`. */
  closed: Promise<{ code: number; reason: string }>;
  /** Says why (`liveCloses`) and ends it; a registry that does not answer that is not waited for. */
  close(code: number, reason: string): void;
}

export interface LiveOutletOptions {
  /** For example `https://gantry.example.org`. */
  registryUrl: string;
  wish: Pick<LiveWish, 'streamId' | 'ticket'>;
  /** The device-signed token. */
  bearer: string;
  /** Registry clock, epoch ms. */
  nowMs: () => number;
  /** The site's HTTP proxy. */
  proxy?: string | undefined;
  connectTimeoutMs?: number;
  /** Unsent bytes above which pictures are left out. */
  unsentLimitBytes?: number;
}

const closeTimeoutMs = 1_000;
/** Viewers and this connection must meet in one process. */
const unknownThere =
  'The registry does not know this stream where the box came out: its load balancer must bring viewers and boxes of a camera together.';

/**
 * Dials out to the registry (`protocol/live.ts`). What comes while the connection is made is kept from the last key
 * picture on.
 */
export function openLiveOutlet(o: LiveOutletOptions): LiveOutlet {
  const { unsentLimitBytes = 2_000_000 } = o;
  const socket = new WebSocket(`${o.registryUrl.replace(/^http/, 'ws')}${livePath(o.wish.streamId)}`, {
    headers: { authorization: `Bearer ${o.bearer}`, [liveTicketHeader]: o.wish.ticket },
    handshakeTimeout: o.connectTimeoutMs ?? 10_000,
    perMessageDeflate: false,
    maxPayload: 256,
    followRedirects: false,
    ...(o.proxy === undefined ? {} : { agent: proxyAgent(o.proxy, o.registryUrl.startsWith('https:')) }),
  });
  let sequence = 0;
  let isBehind = false;
  let init: Uint8Array[] = [];
  let group: Uint8Array[] = [];
  let groupBytes = 0;

  const keep = ({ kind, isKey }: MediaPiece, message: Uint8Array) => {
    if (kind === 'init') init = [message];
    if (kind === 'init' || isKey) group = [];
    if (group.length === 0) groupBytes = 0;
    if (kind === 'init') return;
    group.push(message);
    groupBytes += message.byteLength;
    isBehind = groupBytes > unsentLimitBytes;
    if (isBehind) group = [];
  };
  socket.on('open', () => {
    for (const message of [...init, ...group]) socket.send(message);
    [init, group] = [[], []];
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    let why = '';
    socket.on('error', ({ message }) => (why ||= message.endsWith(': 404') ? unknownThere : message));
    socket.on('close', (code, reason) =>
      resolve({ code, reason: reason.toString() || why || 'the connection was lost' }),
    );
  });

  return {
    send(piece) {
      const { kind, isKey, bytes: media } = piece;
      if (socket.readyState === WebSocket.CONNECTING ? isKey : socket.bufferedAmount <= unsentLimitBytes / 2)
        isBehind &&= !isKey;
      if (socket.bufferedAmount > unsentLimitBytes) isBehind = true;
      // A number left out tells the registry that pictures are missing.
      const message = isBehind ? null : encodeLivePiece({ kind, isKey, sequence, atMs: o.nowMs(), media });
      sequence += 1;
      if (message === null) return;
      if (socket.readyState === WebSocket.CONNECTING) keep(piece, message);
      else if (socket.readyState === WebSocket.OPEN) socket.send(message);
    },
    closed,
    close(code, reason) {
      socket.close(code, closeReason(reason));
      const hurry = setTimeout(() => socket.terminate(), closeTimeoutMs);
      void closed.then(() => clearTimeout(hurry));
    },
  };
}
