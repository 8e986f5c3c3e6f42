import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { cameraId, segmentId, type CameraId, type SegmentId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { readApiKeyById } from '../access/api-keys.js';
import { recordWatching, requireOnFootage } from '../access/camera-access.js';
import { scopeOf, type ActingPrincipal } from '../access/principal.js';
import { readSessionByHash } from '../access/sessions.js';
import { withinModules } from '../access/within-modules.js';
import type { Context } from '../context.js';
import { Failure } from '../errors.js';
import { codecsOf } from '../live/codecs.js';
import { findSegment, requireArchive, segmentsIn, type FoundSegment } from '../recordings/archive.js';
import { shiftMedia } from '../recordings/mp4/shift.js';
import { createPieces, type PieceRange } from '../recordings/pieces.js';
import { planPlaylist, writePlaylist, type PlayableSegment } from '../recordings/playlist.js';
import type { Seeker } from '../recordings/seek.js';
import type { Storage } from '../recordings/storage/storage.js';
import { counted } from '../statistics/usage.js';
import {
  decodeTicket,
  encodeTicket,
  ticketOpensMs,
  ticketPlaysMs,
  type PlaybackTicket,
} from '../recordings/ticket.js';
import {
  actorOf,
  jsonAnswer,
  jsonBody,
  newResource,
  open,
  problems,
  requireActing,
  time,
  writing,
  type ApiContext,
} from './api.js';
import { streamOf } from './body.js';
import { instant, readRange } from './recordings.js';

const compressed = promisify(gzip);

export type PlaybackParts = Pick<
  Context,
  'db' | 'clock' | 'log' | 'playbackSecret' | 'publicUrl' | 'secondFactor'
> & {
  storage: Storage;
  seeker: Seeker;
};

const startPlayback = createRoute({
  method: 'post',
  path: '/cameras/{id}/playback',
  operationId: 'startPlayback',
  summary: 'A URL that plays a time range, for players that send neither cookie nor key',
  request: {
    params: z.object({ id: cameraId }),
    ...jsonBody(z.strictObject({ from: instant, to: instant })),
  },
  responses: {
    200: jsonAnswer(
      z.object({
        /** HLS, fragmented MP4; `EXT-X-PROGRAM-DATE-TIME` tells the time of day. */
        url: z.url(),
        /** A player must have opened the URL by then; it may play on for hours. */
        expiresAt: time,
      }),
      'The URL',
    ),
    ...problems(...writing),
  },
});

const playFile = createRoute({
  method: 'get',
  path: '/playback/{ticket}/{file}',
  operationId: 'playFile',
  ...open,
  summary: 'Playlist, init sections and media of a playback URL',
  request: { params: z.object({ ticket: z.string().max(2_000), file: z.string().max(200) }) },
  responses: {
    200: {
      description: 'Playlist or media',
      content: {
        'application/vnd.apple.mpegurl': { schema: z.string() },
        'video/mp4': { schema: z.string().meta({ format: 'binary' }) },
      },
    },
    ...problems('unauthenticated', 'account_disabled', 'forbidden', 'not_found'),
  },
});

type PlaybackFile =
  | { kind: 'playlist' }
  | { kind: 'init'; segment: SegmentId }
  | { kind: 'media'; segment: SegmentId; shiftUs: number; piece: PieceRange | null };

const playlistFile = 'index.m3u8';
const initFile = (segment: string): string => `init-${segment}.mp4`;
const mediaFile = (segment: string, shiftUs: number, piece: PieceRange | null): string =>
  `segment-${segment}-${shiftUs}${piece === null ? '' : `-${piece.fromUs}-${piece.toUs}`}.m4s`;

/** The inverse of the three above; null for any other name. */
function readFileName(name: string): PlaybackFile | null {
  if (name === playlistFile) return { kind: 'playlist' };
  const match = /^(?:init-([^-.]+)\.mp4|segment-([^-.]+)-(\d{1,15})(?:-(\d{1,10})-(\d{1,10}))?\.m4s)$/.exec(
    name,
  );
  const segment = segmentId.safeParse(match?.[1] ?? match?.[2]);
  if (!segment.success) return null;
  if (match?.[3] === undefined) return { kind: 'init', segment: segment.data };
  const [shiftUs = 0, fromUs, toUs] = match.slice(3).filter(Boolean).map(Number);
  const piece = fromUs === undefined || toUs === undefined ? null : { fromUs, toUs };
  return { kind: 'media', segment: segment.data, shiftUs, piece };
}

const referenceOf = (principal: ActingPrincipal): PlaybackTicket['principal'] =>
  principal.kind === 'user'
    ? { kind: 'user', tokenHash: principal.tokenHash }
    : { kind: 'apiKey', keyId: principal.keyId };

/** Who a ticket was given to, read anew: a session may have ended, an account been switched off (R20). */
const principalOf = (
  parts: PlaybackParts,
  reference: PlaybackTicket['principal'],
): Promise<ActingPrincipal> =>
  reference.kind === 'user'
    ? readSessionByHash(parts, reference.tokenHash)
    : readApiKeyById(parts, reference.keyId);

export function playbackResource(parts: PlaybackParts) {
  const resource = newResource();
  const pieces = createPieces(parts.seeker);

  resource.openapi(startPlayback, async (c) => {
    const principal = requireActing(c);
    const { id } = c.req.valid('param');
    const range = readRange(c.req.valid('json'), 7);
    const verdict = await requireOnFootage(parts, principal, id, 'view');
    await requireArchive(parts.db, scopeOf(principal), id);
    if ((await segmentsIn(parts.db, verdict.footage, id, range)).length === 0) {
      throw new Failure('not_found', `Nothing of camera ${id} is recorded in this time. Choose another one.`);
    }
    await recordWatching(parts, actorOf(c), id, verdict, range);
    const issuedAtMs = parts.clock.nowMs();
    const ticket = encodeTicket(
      {
        camera: id,
        fromMs: range.startMs,
        toMs: range.endMs,
        principal: referenceOf(principal),
        issuedAtMs,
      },
      parts.playbackSecret,
    );
    return c.json(
      {
        url: `${parts.publicUrl()}/api/v1/playback/${ticket}/${playlistFile}`,
        expiresAt: new Date(issuedAtMs + ticketOpensMs).toISOString(),
      },
      200,
      { 'cache-control': 'no-store' },
    );
  });

  resource.openapi(playFile, async (c) => {
    const { ticket: text, file: name } = c.req.valid('param');
    const file = readFileName(name);
    const ticket = decodeTicket(text, parts.playbackSecret);
    if (ticket === null || file === null) throw new Failure('not_found', 'There is nothing at this address.');
    const ageMs = parts.clock.nowMs() - ticket.issuedAtMs;
    if (ageMs > (file.kind === 'playlist' ? ticketOpensMs : ticketPlaysMs)) {
      throw new Failure('unauthenticated', 'This playback URL has expired. Ask for a new one.');
    }
    // Anew for every file: a right, a module or a support grant may have ended since.
    const principal = await withinModules(parts, await principalOf(parts, ticket.principal), 'GET', [
      'playback',
    ]);
    const { footage } = await requireOnFootage(parts, principal, ticket.camera, 'view');
    const range = { startMs: ticket.fromMs, endMs: ticket.toMs };
    if (file.kind === 'playlist')
      return playlist(c, await segmentsIn(parts.db, footage, ticket.camera, range));
    const found = await findSegment(parts.db, footage, ticket.camera, file.segment, range);
    return media(c, file, { ...found, cameraId: ticket.camera });
  });

  const playlist = async (c: ApiContext, found: readonly PlayableSegment[]) => {
    const text = writePlaylist(planPlaylist(found), {
      init: (segment) => initFile(segment.id),
      media: (entry, piece) => mediaFile(entry.segment.id, entry.shiftUs, piece),
    });
    const headers = {
      'content-type': 'application/vnd.apple.mpegurl',
      // Footage of this range may still arrive.
      'cache-control': 'private, no-cache',
      vary: 'accept-encoding',
    };
    if (!/\bgzip\b/.test(c.req.header('accept-encoding') ?? '')) return c.body(text, 200, headers);
    // A week of short segments is megabytes of text that says the same over and over.
    const packed = await compressed(text, { level: 1 });
    return c.body(new Uint8Array(packed), 200, { ...headers, 'content-encoding': 'gzip' });
  };

  const mediaOf = async (
    { shiftUs, piece }: Extract<PlaybackFile, { kind: 'media' }>,
    found: FoundSegment,
  ) => {
    // Fragments last longer than a millisecond: their numbers grow through the whole playlist.
    const shift = { timeUs: shiftUs, fragments: Math.floor(shiftUs / 1_000) };
    return piece === null
      ? shiftMedia(await parts.storage.get(found.storageKey), shift)
      : pieces.read(found, piece, shift);
  };

  const immutable = { 'cache-control': 'private, max-age=31536000, immutable' };

  const media = async (
    c: ApiContext,
    file: Exclude<PlaybackFile, { kind: 'playlist' }>,
    found: FoundSegment & { cameraId: CameraId },
  ) => {
    if (file.kind === 'media') {
      const stored = await mediaOf(file, found);
      const headers = { 'content-type': 'video/mp4', ...immutable };
      return c.body(streamOf(counted(parts, found, stored)), 200, headers);
    }
    const stored = await parts.storage.get(found.storageKey, { startByte: 0, endByte: found.initBytes });
    const init = new Uint8Array(await buffer(counted(parts, found, stored)));
    // What browsers must know before they are given any of it.
    const codecs = codecsOf(init);
    const type = codecs === null ? 'video/mp4' : `video/mp4; codecs="${codecs}"`;
    return c.body(init, 200, { 'content-type': type, ...immutable });
  };

  return resource;
}
