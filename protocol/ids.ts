import { z } from 'zod';

/**
 * Ids are typed and sortable: a prefix that names the kind, then a ULID (48 bits of milliseconds, 80 bits of
 * randomness, Crockford base32, 26 characters). Source: https://github.com/ulid/spec
 */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export const idPrefixes = {
  tenant: 'ten',
  user: 'usr',
  agent: 'agt',
  camera: 'cam',
  plan: 'pln',
  enrolmentToken: 'tok',
  claim: 'clm',
  apiKey: 'key',
  segment: 'seg',
  session: 'ses',
  event: 'evt',
  operation: 'op',
  legalHold: 'hld',
  letter: 'ltr',
  role: 'rol',
  supportGrant: 'sgr',
  clip: 'clp',
  shareLink: 'shl',
  gap: 'gap',
} as const;

export type IdKind = keyof typeof idPrefixes;

const idOf = <Kind extends IdKind>(kind: Kind) =>
  z
    .string()
    .regex(
      new RegExp(`^${idPrefixes[kind]}_[0-7][${alphabet}]{25}$`),
      `must be an id like ${idPrefixes[kind]}_01…`,
    )
    .brand<Kind>();

export const tenantId = idOf('tenant');
export const userId = idOf('user');
export const agentId = idOf('agent');
export const cameraId = idOf('camera');
export const planId = idOf('plan');
export const enrolmentTokenId = idOf('enrolmentToken');
/** One box that asks to be let in (claim.ts). */
export const claimId = idOf('claim');
export const apiKeyId = idOf('apiKey');
/** Minted by the agent, so that a retried upload is recognised (design §5, segment life). */
export const segmentId = idOf('segment');
/** One run of a recorder's ffmpeg: segments of one session share codec parameters and a media clock. */
export const sessionId = idOf('session');

/** Work that outlives its request. */
export const operationId = idOf('operation');
export const legalHoldId = idOf('legalHold');
export const clipId = idOf('clip');
export const shareLinkId = idOf('shareLink');
/** Minted by the agent: a gap told again is recognised (gap.ts). */
export const gapId = idOf('gap');

export type TenantId = z.infer<typeof tenantId>;
export type UserId = z.infer<typeof userId>;
export type AgentId = z.infer<typeof agentId>;
export type CameraId = z.infer<typeof cameraId>;
export type PlanId = z.infer<typeof planId>;
export type EnrolmentTokenId = z.infer<typeof enrolmentTokenId>;
export type ClaimId = z.infer<typeof claimId>;
export type ApiKeyId = z.infer<typeof apiKeyId>;
export type SegmentId = z.infer<typeof segmentId>;
export type SessionId = z.infer<typeof sessionId>;
export type ClipId = z.infer<typeof clipId>;
export type ShareLinkId = z.infer<typeof shareLinkId>;
export type GapId = z.infer<typeof gapId>;

/**
 * Mints an id. `random` fills 10 bytes; time and randomness are parameters so that tests are exact.
 * The result carries the brand of its kind.
 */
export function newId<Kind extends IdKind>(
  kind: Kind,
  nowMs: number,
  random: (bytes: Uint8Array) => Uint8Array,
): string & z.BRAND<Kind> {
  let time = '';
  for (let rest = nowMs, i = 0; i < 10; i += 1) {
    time = alphabet[rest % 32] + time;
    rest = Math.floor(rest / 32);
  }
  const bytes = random(new Uint8Array(10));
  let bits = 0;
  let held = 0;
  let tail = '';
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      tail += alphabet[(held >> bits) & 31];
      held &= (1 << bits) - 1;
    }
  }
  return `${idPrefixes[kind]}_${time}${tail}` as string & z.BRAND<Kind>;
}

/** The millisecond an id was minted at; the inverse of {@link newId}'s time part. */
export function idTimeMs(id: string): number {
  const ulid = id.slice(id.indexOf('_') + 1);
  let ms = 0;
  for (const letter of ulid.slice(0, 10)) ms = ms * 32 + alphabet.indexOf(letter);
  return ms;
}
