import { z } from 'zod';
import { enrolAnswer, publicKey } from './enrol.js';
import { claimId } from './ids.js';
import { fingerprintWordList } from './fingerprint-words.js';

/**
 * Enrolment of an agent that has no token (R34), in the shape of RFC 8628: the agent shows a code, a person who
 * is signed in approves it, the agent asks until it is answered. Every request of the agent is signed with its key.
 */

/**
 * Crockford's base32 (no I, L, O, U): 5 bits a letter, so that 12 letters carry the 60 bits R34 asks for. The 20
 * consonants of RFC 8628 §6.1 would need 14 letters, and what people mistake (O for 0, I and L for 1) is healed here.
 */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeLetters = new RegExp(`^[${alphabet}]+$`);
export const userCodeLetters = 12;
const groupLetters = 4;

/** Eight random bytes as a code: `7K3M-Q9TD-2HXV`. */
export function userCodeOf(random: Uint8Array): string {
  let letters = '';
  let bits = 0n;
  for (const byte of random.subarray(0, 8)) bits = (bits << 8n) | BigInt(byte);
  for (let i = 0; i < userCodeLetters; i += 1) {
    letters += alphabet[Number(bits & 31n)];
    bits >>= 5n;
  }
  return grouped(letters);
}

/** What a person typed as the code it means: case, spaces and dashes do not count; null when it is none. */
export function readUserCode(text: string): string | null {
  const letters = text.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  const isCode = letters.length === userCodeLetters && codeLetters.test(letters);
  return isCode ? grouped(letters) : null;
}

const grouped = (letters: string): string =>
  (letters.match(new RegExp(`.{${groupLetters}}`, 'g')) ?? []).join('-');

/**
 * Three words for the first 24 bits of a key's thumbprint (base64url): the terminal shows those of its own key,
 * the page those of the key the registry got. They differ when somebody stands in between.
 */
export function fingerprintWords(thumbprint: string): [string, string, string] {
  const bytes = atob(thumbprint.slice(0, 4).replaceAll('-', '+').replaceAll('_', '/'));
  const word = (index: number): string => fingerprintWordList[bytes.charCodeAt(index)] ?? '';
  return [word(0), word(1), word(2)];
}

/** `POST /api/v1/claims`: the same key gets the same claim, and a new code once the last one has expired. */
export const claimRequest = z.strictObject({
  publicKey,
  /** JWT signed with the key (ES256): `aud` = `gantry-enrol`, `sub` = the key's thumbprint, ≤ 5 min. */
  proof: z.string().min(1).max(2_000),
  hostname: z.string().max(253),
  agentVersion: z.string().max(50),
});
export type ClaimRequest = z.infer<typeof claimRequest>;

export const claimAnswer = z.strictObject({
  claimId,
  userCode: z.string(),
  /** Page where a signed-in person approves the code. */
  verificationUrl: z.url({ protocol: /^https?$/ }),
  words: z.tuple([z.string(), z.string(), z.string()]),
  /** Registry clock, epoch ms. */
  expiresAtMs: z.int(),
  /** Pause between polls. */
  intervalSeconds: z.int().min(1).max(300),
  /** Registry clock, epoch ms. */
  atMs: z.int(),
});
export type ClaimAnswer = z.infer<typeof claimAnswer>;

/** `POST /api/v1/claims/{id}:poll`; `sub` of the proof is the claim's id. */
export const claimPoll = z.strictObject({ proof: z.string().min(1).max(2_000) });

export const claimPollAnswer = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('pending'),
    expiresAtMs: z.int(),
    intervalSeconds: z.int().min(1).max(300),
  }),
  /** However often it is asked: the same answer. */
  z.strictObject({ state: z.literal('approved'), enrolment: enrolAnswer }),
  z.strictObject({ state: z.literal('rejected') }),
  /** Ask for a new code with `POST /claims`. */
  z.strictObject({ state: z.literal('expired') }),
]);
export type ClaimPollAnswer = z.infer<typeof claimPollAnswer>;
