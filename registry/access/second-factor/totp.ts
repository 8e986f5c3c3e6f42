import { Secret, TOTP } from 'otpauth';

const periodSeconds = 30;

/** A new secret for an authenticator app, base32 (RFC 6238: 160 bits). */
export const newTotpSecret = (random: (sizeBytes: number) => Uint8Array): string =>
  new Secret({ buffer: new Uint8Array(random(20)).buffer }).base32;

/** What the QR code holds. */
export const totpUri = (secret: string, issuer: string, account: string): string =>
  new TOTP({ issuer, label: account, secret, period: periodSeconds }).toString();

/**
 * The 30-s step a code belongs to, or null when it is wrong. Clocks may be one step apart; a step up to `lastStep`
 * counts no more: a code is good once (RFC 6238 §5.2).
 */
export function stepOfCode(
  secret: string,
  code: string,
  nowMs: number,
  lastStep: number | null,
): number | null {
  const totp = new TOTP({ secret, period: periodSeconds });
  const delta = totp.validate({ token: code, timestamp: nowMs, window: 1 });
  if (delta === null) return null;
  const step = Math.floor(nowMs / 1000 / periodSeconds) + delta;
  return lastStep !== null && step <= lastStep ? null : step;
}
