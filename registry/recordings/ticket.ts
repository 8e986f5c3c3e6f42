import { createHmac, timingSafeEqual } from 'node:crypto';
import { apiKeyId, cameraId } from '@gantry/protocol/ids.js';
import { z } from 'zod';

/** What a playback URL stands for: somebody may watch one camera over one range. */
const playbackTicket = z.strictObject({
  camera: cameraId,
  fromMs: z.int(),
  toMs: z.int(),
  /** Who asked; looked up again on every request, so that a lock-out acts at once (R20). */
  principal: z.union([
    z.strictObject({ kind: z.literal('user'), tokenHash: z.string() }),
    z.strictObject({ kind: z.literal('apiKey'), keyId: apiKeyId }),
  ]),
  issuedAtMs: z.int(),
});
export type PlaybackTicket = z.infer<typeof playbackTicket>;

/** A URL that got into wrong hands starts no player after this. */
export const ticketOpensMs = 10 * 60_000;
/** A player that has started may go on, pause and seek for so long; then it asks for a new ticket. */
export const ticketPlaysMs = 12 * 3_600_000;

const signatureOf = (payload: string, secret: Uint8Array): Buffer =>
  createHmac('sha256', secret).update(`gantry playback ticket\n${payload}`).digest();

/** One URL path segment: `payload.signature`, both base64url. */
export function encodeTicket(ticket: PlaybackTicket, secret: Uint8Array): string {
  const payload = Buffer.from(JSON.stringify(ticket)).toString('base64url');
  return `${payload}.${signatureOf(payload, secret).toString('base64url')}`;
}

/** The inverse of {@link encodeTicket}; null when it was not signed with this secret. */
export function decodeTicket(text: string, secret: Uint8Array): PlaybackTicket | null {
  const [payload = '', signature = '', ...rest] = text.split('.');
  const given = Buffer.from(signature, 'base64url');
  const wanted = signatureOf(payload, secret);
  if (rest.length > 0 || given.byteLength !== wanted.byteLength || !timingSafeEqual(given, wanted))
    return null;
  const parsed = playbackTicket.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  return parsed.success ? parsed.data : null;
}
