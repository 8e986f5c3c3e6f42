import {
  authorizationFor,
  parseChallenges,
  strongestChallenge,
  type Challenge,
  type Credentials,
} from '../digest-auth.js';

export type ChallengeVerdict =
  { next: 'retry' } | { next: 'give_up'; reason: 'no_credentials' | 'wrong_credentials' | 'unsupported' };

/**
 * The login of one connection. Cameras lock an account after a few wrong answers (Q43), so a password goes out at
 * most once before it is known to be right; after that only a new nonce is a reason to answer again.
 */
export interface Login {
  /** `Authorization` for a request, or null while the camera has not asked for one. */
  authorization(method: string, uri: string): string | null;
  /** What to do about a 401; `answered` says whether the request already carried an authorization. */
  challenged(wwwAuthenticate: readonly string[], answered: boolean): ChallengeVerdict;
  /** The camera accepted a request that carried an authorization. */
  accepted(): void;
  /** The realm the camera named when it asked for a login, often its model or MAC address; null when it never did. */
  realm(): string | null;
}

/** `clientNonce` makes a fresh hex nonce per request. */
export function createLogin(credentials: Credentials | null, clientNonce: () => string): Login {
  let challenge: Challenge | null = null;
  let realm: string | null = null;
  let nonceCount = 0;
  let proven = false;
  let refreshes = 0;
  let rejected = false;

  const reject = (): ChallengeVerdict => {
    rejected = true;
    return { next: 'give_up', reason: 'wrong_credentials' };
  };

  return {
    authorization(method, uri) {
      if (challenge === null || credentials === null || rejected) return null;
      nonceCount += 1;
      return authorizationFor(challenge, credentials, {
        method,
        uri,
        nonceCount,
        clientNonce: clientNonce(),
      });
    },
    challenged(wwwAuthenticate, answered) {
      const offered = strongestChallenge(parseChallenges(wwwAuthenticate));
      realm = offered?.realm ?? realm;
      if (credentials === null) return { next: 'give_up', reason: 'no_credentials' };
      if (rejected) return { next: 'give_up', reason: 'wrong_credentials' };
      if (answered) {
        if (offered === null || refreshes > 0 || !isAged(offered, challenge, proven)) return reject();
        refreshes += 1;
      }
      if (offered === null) return { next: 'give_up', reason: 'unsupported' };
      challenge = offered;
      nonceCount = 0;
      return { next: 'retry' };
    },
    accepted() {
      proven = true;
      refreshes = 0;
    },
    realm: () => realm,
  };
}

/** Some cameras change the nonce without saying `stale`; that is believed only of a password that worked before. */
function isAged(offered: Challenge, used: Challenge | null, proven: boolean): boolean {
  if (offered.scheme !== 'digest' || used?.scheme !== 'digest' || offered.nonce === used.nonce) return false;
  return offered.stale || proven;
}
