import { createHash, timingSafeEqual } from 'node:crypto';

/** 256 random bits as 43 characters of base64url. */
export const newSecret = (random: (sizeBytes: number) => Uint8Array): string =>
  Buffer.from(random(32)).toString('base64url');

/** sha-256, hex. Only for secrets of 256 random bits: nothing to guess, so nothing to slow down. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Compares in constant time. */
export function secretMatches(secret: string, hash: string): boolean {
  return timingSafeEqual(Buffer.from(hashSecret(secret), 'hex'), Buffer.from(hash, 'hex'));
}

/** `id.secret`: what is shown once and sent with requests; null when it does not have that shape. */
export function splitToken(token: string): { id: string; secret: string } | null {
  const dot = token.indexOf('.');
  if (dot <= 0 || dot === token.length - 1) return null;
  return { id: token.slice(0, dot), secret: token.slice(dot + 1) };
}
