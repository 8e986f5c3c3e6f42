import { z } from 'zod';

/**
 * Setting a site up from afar: a person at the registry asks the agent what its own on-site page would, and gets its
 * answer. Nothing of it is kept; a camera's login is sealed for the agent before it leaves the person's browser.
 */

const nonce = z.string().min(8).max(64);
const base64url = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[A-Za-z0-9_-]+$/);
const localId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);

/**
 * A login that only the agent can read: ECDH on P-256 with a key of this one message, HKDF-SHA-256, AES-256-GCM
 * (NIST SP 800-56A, RFC 5869). The clear text is JSON `{username, password}`.
 */
export const sealedLogin = z.strictObject({
  /** Public key of this message: raw point, 65 bytes. */
  key: base64url(100),
  nonce: base64url(24),
  /** Cipher text with its tag. */
  text: base64url(2_000),
});
export type SealedLogin = z.infer<typeof sealedLogin>;

/** `info` of HKDF: names the use, so that the key fits nothing else. */
export const sealPurpose = 'gantry camera login 1';

export const setupAct = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('view') }),
  z.strictObject({ kind: z.literal('network') }),
  z.strictObject({ kind: z.literal('rescan') }),
  z.strictObject({ kind: z.literal('announce') }),
  /** Search another range too, from now on. */
  z.strictObject({ kind: z.literal('search'), range: z.string().max(18) }),
  /** `name`: address or `localId`; null: the whole site. */
  z.strictObject({
    kind: z.literal('login'),
    name: z.string().min(1).max(300).nullable(),
    sealed: sealedLogin,
  }),
  z.strictObject({ kind: z.literal('name'), localId, name: z.string().trim().min(1).max(200).nullable() }),
  /** An address, or an RTSP URL without user info. */
  z.strictObject({
    kind: z.literal('add'),
    url: z
      .string()
      .min(1)
      .max(2_000)
      .regex(/^(?![a-z]+:\/\/[^/?#]*@)/i, 'must not hold a password'),
  }),
  z.strictObject({ kind: z.literal('picture'), localId }),
]);
export type SetupAct = z.infer<typeof setupAct>;

/** Registry → agent. */
export const setupRequest = z.strictObject({ requestId: nonce, act: setupAct });
export type SetupRequest = z.infer<typeof setupRequest>;

/** Agent → registry: the answer, in parts. `status` as in HTTP; the body is JSON or a JPEG. */
export const setupAnswer = z.strictObject({
  session: nonce,
  requestId: nonce,
  part: z.int().min(1).max(64),
  parts: z.int().min(1).max(64),
  status: z.int().min(200).max(599),
  type: z.enum(['json', 'jpeg']),
  /** This part of the body, base64. */
  body: z.string().max(60_000),
});
export type SetupAnswer = z.infer<typeof setupAnswer>;

/** Bytes of the body that one part carries. */
export const setupPartBytes = 42_000;
