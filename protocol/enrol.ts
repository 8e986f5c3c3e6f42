import { z } from 'zod';
import { agentId } from './ids.js';

/** P-256 public key of an agent (RFC 7518 §6.2.1). */
export const publicKey = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  y: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});
export type PublicKey = z.infer<typeof publicKey>;

/** `POST /api/v1/enrol`: the same token with the same key gets the same answer; another key gets 409. */
export const enrolRequest = z.strictObject({
  /** `id.secret` of the enrolment token. */
  token: z.string().min(1).max(200),
  publicKey,
  /** JWT signed with the key (ES256): `aud` = {@link enrolAudience}, `sub` = token id, ≤ 5 min. Proves possession. */
  proof: z.string().min(1).max(2_000),
  hostname: z.string().max(253),
  agentVersion: z.string().max(50),
});
export type EnrolRequest = z.infer<typeof enrolRequest>;

export const enrolAudience = 'gantry-enrol';
/** `aud` of the device-signed tokens an agent presents to MQTT (as password) and HTTP (as bearer). */
export const agentAudience = 'gantry-registry';
/** Longest life of a device-signed token, seconds (design §6). */
export const agentTokenSeconds = 300;

/** Additions are let through: a box may be older than the registry that lets it in. */
export const enrolAnswer = z.object({
  agentId,
  agentName: z.string(),
  integratorName: z.string(),
  /** Where the agent connects by MQTT: `mqtt://`, `mqtts://`, `ws://` or `wss://`. */
  mqttUrl: z.string(),
  /** Key that signs this registry's packages of the agent (Ed25519, raw, base64url); the box trusts no other. */
  packageKey: z
    .string()
    .regex(/^[\w-]{43}$/)
    .optional(),
  /** Who let this box in by its code, as the history names them. */
  approvedBy: z.string().optional(),
  /** Registry clock, epoch ms. */
  atMs: z.int(),
});
export type EnrolAnswer = z.infer<typeof enrolAnswer>;

/** What a join token carries: where to enrol and with what. */
export const joinToken = z.strictObject({
  /** Registry URL. */
  u: z.url({ protocol: /^https?$/ }),
  /** Enrolment token, `id.secret`. */
  k: z.string().min(1).max(200),
});
export type JoinToken = z.infer<typeof joinToken>;

const prefix = 'gantry1_';

/** One paste for the installer: `gantry1_` + base64url of JSON. */
export const encodeJoinToken = (token: JoinToken): string =>
  prefix + btoa(JSON.stringify(token)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/** The inverse of {@link encodeJoinToken}; null when the text is no join token (cut off, mistyped, other kind). */
export function decodeJoinToken(text: string): JoinToken | null {
  const trimmed = text.trim();
  if (!trimmed.startsWith(prefix)) return null;
  try {
    const json = atob(trimmed.slice(prefix.length).replaceAll('-', '+').replaceAll('_', '/'));
    const parsed = joinToken.safeParse(JSON.parse(json));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
