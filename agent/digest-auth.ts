import { createHash } from 'node:crypto';

/**
 * HTTP and RTSP share their login (RFC 7616 Digest, RFC 7617 Basic): challenges in, an `Authorization` value out.
 * Pure: the client nonce and the nonce count come from the caller.
 */
export interface Credentials {
  username: string;
  password: string;
}

export interface BasicChallenge {
  scheme: 'basic';
  realm: string;
}

export interface DigestChallenge {
  scheme: 'digest';
  realm: string;
  nonce: string;
  opaque: string | null;
  /** The credentials were right, only the nonce had aged (RFC 7616 §3.3). */
  stale: boolean;
  hash: 'md5' | 'sha256';
  /** `-sess`: the first hash also covers both nonces. */
  session: boolean;
  /** As the device spells it; null when it named none, and then the answer names none either (Q46). */
  algorithm: string | null;
  /** The protection this client answers with; null where the challenge offers none (RFC 2069 style). */
  qop: 'auth' | 'auth-int' | null;
}

export type Challenge = BasicChallenge | DigestChallenge;

const algorithms = new Map<string, Pick<DigestChallenge, 'hash' | 'session'>>([
  ['MD5', { hash: 'md5', session: false }],
  ['MD5-SESS', { hash: 'md5', session: true }],
  ['SHA-256', { hash: 'sha256', session: false }],
  ['SHA256', { hash: 'sha256', session: false }],
  ['SHA-256-SESS', { hash: 'sha256', session: true }],
  ['SHA256-SESS', { hash: 'sha256', session: true }],
]);

/**
 * Reads the values of all `WWW-Authenticate` headers of one answer; each may hold several challenges.
 * Schemes, algorithms and protections this client does not speak are left out.
 */
export function parseChallenges(headerValues: readonly string[]): Challenge[] {
  return headerValues.flatMap(splitChallenges).flatMap(({ scheme, parameters }): Challenge[] => {
    if (scheme === 'basic') return [{ scheme, realm: parameters.get('realm') ?? '' }];
    if (scheme !== 'digest') return [];
    const nonce = parameters.get('nonce');
    const algorithm = parameters.get('algorithm') ?? null;
    const known = algorithms.get((algorithm ?? 'MD5').toUpperCase());
    const qop = chooseQop(parameters.get('qop'));
    if (nonce === undefined || known === undefined || qop === 'unknown') return [];
    return [
      {
        scheme,
        realm: parameters.get('realm') ?? '',
        nonce,
        opaque: parameters.get('opaque') ?? null,
        stale: parameters.get('stale')?.toLowerCase() === 'true',
        ...known,
        algorithm,
        qop,
      },
    ];
  });
}

/** The strongest challenge: SHA-256 before MD5 before Basic, the device's order among equals; null when there is none. */
export function strongestChallenge(challenges: readonly Challenge[]): Challenge | null {
  const strength = (challenge: Challenge) =>
    challenge.scheme === 'basic' ? 0 : challenge.hash === 'md5' ? 1 : 2;
  return challenges.reduce<Challenge | null>(
    (best, challenge) => (best === null || strength(challenge) > strength(best) ? challenge : best),
    null,
  );
}

export interface AuthorizedRequest {
  method: string;
  /** Exactly as it stands in the request line. */
  uri: string;
  /** Counts the requests answered with this challenge's nonce, from 1. */
  nonceCount: number;
  /** Client nonce, hex; used only where the challenge asks for one. */
  clientNonce: string;
  body?: Uint8Array;
}

/** The value of `Authorization` that answers `challenge`; repeats only parameters the challenge had (Q46). */
export function authorizationFor(
  challenge: Challenge,
  credentials: Credentials,
  request: AuthorizedRequest,
): string {
  if (challenge.scheme === 'basic') {
    return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`, 'utf8').toString('base64')}`;
  }
  const { realm, nonce, qop } = challenge;
  const hash = (data: string | Uint8Array) => createHash(challenge.hash).update(data).digest('hex');
  const nonceCount = request.nonceCount.toString(16).padStart(8, '0');
  const secret = hash(`${credentials.username}:${realm}:${credentials.password}`);
  const ha1 = challenge.session ? hash(`${secret}:${nonce}:${request.clientNonce}`) : secret;
  const integrity = qop === 'auth-int' ? `:${hash(request.body ?? '')}` : '';
  const ha2 = hash(`${request.method}:${request.uri}${integrity}`);
  const protection = qop === null ? [] : [nonceCount, request.clientNonce, qop];
  const response = hash([ha1, nonce, ...protection, ha2].join(':'));
  return `Digest ${[
    `username=${quoted(credentials.username)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(request.uri)}`,
    `response="${response}"`,
    ...(challenge.algorithm === null ? [] : [`algorithm=${challenge.algorithm}`]),
    ...(qop === null ? [] : [`qop=${qop}`, `nc=${nonceCount}`]),
    ...(qop === null && !challenge.session ? [] : [`cnonce="${request.clientNonce}"`]),
    ...(challenge.opaque === null ? [] : [`opaque=${quoted(challenge.opaque)}`]),
  ].join(', ')}`;
}

const quoted = (value: string) => `"${value.replaceAll(/["\\]/g, '\\$&')}"`;

function chooseQop(offered: string | undefined): DigestChallenge['qop'] | 'unknown' {
  const names = (offered ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((name) => name !== '');
  if (names.length === 0) return null;
  return names.includes('auth') ? 'auth' : names.includes('auth-int') ? 'auth-int' : 'unknown';
}

/**
 * RFC 9110 §11.6.1: challenges and their parameters are both separated by commas, so a name without `=` begins
 * a new challenge. Tolerates missing commas and quotes.
 */
function splitChallenges(header: string): { scheme: string; parameters: Map<string, string> }[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  const tokens = /([\w!#$%&'*+.^`|~-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/g;
  for (const [, name = '', inQuotes, bare] of header.matchAll(tokens)) {
    if (inQuotes === undefined && bare === undefined) {
      challenges.push({ scheme: name.toLowerCase(), parameters: new Map() });
    } else {
      const value = inQuotes === undefined ? (bare ?? '') : inQuotes.replaceAll(/\\(.)/g, '$1');
      const parameters = challenges.at(-1)?.parameters;
      if (parameters !== undefined && !parameters.has(name.toLowerCase()))
        parameters.set(name.toLowerCase(), value);
    }
  }
  return challenges;
}
