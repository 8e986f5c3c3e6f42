import { z } from 'zod';
import { streamRoles } from './camera.js';
import { cameraId } from './ids.js';

/**
 * Live view: the registry says by MQTT which streams are watched, the agent dials out and sends each as fragmented
 * MP4 over a WebSocket of its own. No port is opened on site (R36).
 */

/** Name of one pull of one camera's stream; a new pull has a new one. 128 random bits, base64url. */
export const liveStreamId = z.string().regex(/^[A-Za-z0-9_-]{22}$/);
/** 256 random bits, base64url. */
const ticket = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/**
 * Registry → agent: somebody watches this stream. Said again and again while it is so; the same `streamId` renews the
 * lease, another one for the same stream of the same camera takes its place.
 */
export const liveWish = z.strictObject({
  streamId: liveStreamId,
  cameraId,
  stream: z.enum(streamRoles),
  /** The agent ends the stream when it has not heard of it for so long; 0: end it now. */
  leaseMs: z.int().min(0).max(60_000),
  /** Goes into {@link liveTicketHeader} when the agent dials. */
  ticket,
});
export type LiveWish = z.infer<typeof liveWish>;

/** Agent → registry: what became of a wish. That a stream flows or has ended shows at its WebSocket. */
export const liveTold = z.strictObject({
  session: z.string().min(8).max(64),
  streamId: liveStreamId,
  outcome: z.enum(['opening', 'failed']),
  /** Why, for a person; null while opening. */
  detail: z.string().max(500).nullable(),
});
export type LiveTold = z.infer<typeof liveTold>;

/** Where an agent dials with its device-signed token as bearer: a WebSocket that carries only messages to the registry. */
export const livePath = (streamId: string): string => `/api/v1/agent/live/${streamId}`;
/** The inverse of {@link livePath}; null for any other path. */
export function readLivePath(path: string): string | null {
  const id = liveStreamId.safeParse(/^\/api\/v1\/agent\/live\/([^/]+)$/.exec(path)?.[1]);
  return id.success ? id.data : null;
}
export const liveTicketHeader = 'x-gantry-live-ticket';

/** Why either side ends the WebSocket (RFC 6455 §7.4.2, private use); the close reason says it in words. */
export const liveCloses = {
  /** Nobody watches any more. */
  unwatched: 4000,
  /** It may not be watched any more: camera or tenant was switched off. */
  forbidden: 4001,
  /** The camera ended it, or never began. */
  sourceEnded: 4002,
  /** What came is no live stream. */
  malformed: 4003,
} as const;

export const maxLiveInitBytes = 64 * 1024;
/** A key picture of a 4K camera has 1 to 2 MB. */
export const maxLiveFragmentBytes = 4 * 1024 * 1024;

/** One binary message of the WebSocket. */
export interface LivePiece {
  /** `init`: ftyp and moov, the first message of a stream; `fragment`: moof and mdat, at most half a second. */
  kind: 'init' | 'fragment';
  /** Whether a viewer may begin here: the first picture stands alone. Always false for `init`. */
  isKey: boolean;
  /** Counts messages from 0. After a number left out (the line was too slow) the next fragment is a key one. */
  sequence: number;
  /** When the piece left the camera's side, registry clock as the agent measures it, epoch ms. */
  atMs: number;
  media: Uint8Array;
}

const version = 1;
const kinds = ['init', 'fragment'] as const;
const keyFlag = 1;
export const livePieceHeaderBytes = 16;

/**
 * A piece as a message, big endian:
 * byte 0 version (1) · 1 kind (0 init, 1 fragment) · 2 flags (bit 0: key) · 3 zero · 4–7 sequence ·
 * 8–15 `atMs` as a 64-bit float · from 16 on the media.
 */
export function encodeLivePiece(piece: LivePiece): Uint8Array {
  const message = new Uint8Array(livePieceHeaderBytes + piece.media.byteLength);
  const view = new DataView(message.buffer);
  view.setUint8(0, version);
  view.setUint8(1, kinds.indexOf(piece.kind));
  view.setUint8(2, piece.isKey ? keyFlag : 0);
  view.setUint32(4, piece.sequence);
  view.setFloat64(8, piece.atMs);
  message.set(piece.media, livePieceHeaderBytes);
  return message;
}

/** The inverse of {@link encodeLivePiece}; null for anything else. The media is a view, not a copy. */
export function decodeLivePiece(message: Uint8Array): LivePiece | null {
  if (message.byteLength <= livePieceHeaderBytes) return null;
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const kind = kinds[view.getUint8(1)];
  const flags = view.getUint8(2);
  const atMs = view.getFloat64(8);
  const media = message.subarray(livePieceHeaderBytes);
  const maxBytes = kind === 'init' ? maxLiveInitBytes : maxLiveFragmentBytes;
  const fits = view.getUint8(0) === version && flags <= keyFlag && view.getUint8(3) === 0;
  if (!fits || kind === undefined || !Number.isFinite(atMs) || media.byteLength > maxBytes) return null;
  return { kind, isKey: flags === keyFlag, sequence: view.getUint32(4), atMs, media };
}
