import { createHash } from 'node:crypto';
import type { Logins } from './logins.js';
import type { UsernameToken } from './soap.js';

/** What a camera thinks of a WS-UsernameToken; `expired` and `replayed` are refused but are no wrong logins. */
export type TokenVerdict = 'right' | 'wrong' | 'expired' | 'replayed';

/** Checks WS-UsernameTokens with a digest (WSS UsernameToken Profile 1.0 §3); plain passwords are refused. */
export function createTokenCheck(options: {
  logins: Readonly<Pick<Logins, 'username' | 'password'>>;
  /** How far `Created` may be from the camera's clock, either way (Q42). */
  createdWindowMs: number;
  cameraMs: () => number;
}): (token: UsernameToken) => TokenVerdict {
  const seen = new Map<string, number>();
  return (token) => {
    const { username, password } = options.logins;
    const digest = createHash('sha1')
      .update(Buffer.from(token.nonce, 'base64'))
      .update(token.created)
      .update(password)
      .digest('base64');
    const isDigest = token.passwordType.endsWith('#PasswordDigest');
    if (!isDigest || token.username !== username || token.password !== digest) return 'wrong';
    const nowMs = options.cameraMs();
    const createdMs = Date.parse(token.created);
    if (!(Math.abs(nowMs - createdMs) <= options.createdWindowMs)) return 'expired';
    for (const [nonce, atMs] of seen)
      if (Math.abs(nowMs - atMs) > options.createdWindowMs) seen.delete(nonce);
    if (seen.has(token.nonce)) return 'replayed';
    seen.set(token.nonce, createdMs);
    return 'right';
  };
}
