import { parseChallenges } from '../digest-auth.js';
import { headersOf, type Headers } from './wire.js';

/** The realm a camera names when it asks for a login; many put their model or MAC address there. Null when it asks for none. */
export function challengeRealm(headers: Headers): string | null {
  const [challenge] = parseChallenges(headersOf(headers, 'WWW-Authenticate'));
  return challenge?.realm ?? null;
}
