import { calculateJwkThumbprint, SignJWT } from 'jose';
import type { KeyObject } from 'node:crypto';
import type { PublicKey } from '@gantry/protocol/enrol.js';

/** RFC 7638 SHA-256 thumbprint of a public key: base64url, 43 characters. */
export const thumbprintOf = (key: PublicKey): Promise<string> => calculateJwkThumbprint(key, 'sha256');

export interface Claims {
  audience: string;
  subject: string;
  /** Epoch seconds on the registry's clock. */
  issuedAtSeconds: number;
  lifeSeconds: number;
  tokenId: string;
}

/** A compact JWT signed with ES256; `kid` names the key by its thumbprint. */
export function signJwt(key: { privateKey: KeyObject; thumbprint: string }, claims: Claims): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid: key.thumbprint })
    .setAudience(claims.audience)
    .setSubject(claims.subject)
    .setIssuedAt(claims.issuedAtSeconds)
    .setExpirationTime(claims.issuedAtSeconds + claims.lifeSeconds)
    .setJti(claims.tokenId)
    .sign(key.privateKey);
}
