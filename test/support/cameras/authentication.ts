import { createHash } from 'node:crypto';
import type { Logins } from './logins.js';

/** What a camera asks for over RTSP and HTTP. `digest` is MD5; `digest-both` offers MD5, then SHA-256 (Q45). */
export type Authentication =
  'none' | 'basic' | 'digest' | 'digest-sha256' | 'digest-both' | 'basic-and-digest';

type Scheme = 'Basic' | 'MD5' | 'SHA-256';
const schemes: Record<Authentication, readonly Scheme[]> = {
  none: [],
  basic: ['Basic'],
  digest: ['MD5'],
  'digest-sha256': ['SHA-256'],
  'digest-both': ['MD5', 'SHA-256'],
  'basic-and-digest': ['Basic', 'MD5'],
};

export interface Request {
  method: string;
  /** Exactly as it stands in the request line. */
  uri: string;
  /** The Authorization header. */
  authorization: string | undefined;
}

/** `challenges` are the WWW-Authenticate headers of the 401. */
export type Verdict = { granted: true } | { granted: false; challenges: string[] };

export interface Doorkeeper {
  check(request: Request): Verdict;
}

/** Checks Basic (RFC 7617) and Digest (RFC 7616; without qop as in RFC 2069 when `qop` is null) logins. */
export function createDoorkeeper(options: {
  authentication: Authentication;
  realm: string;
  logins: Logins;
  qop: 'auth' | null;
  nonceLifetimeMs: number;
  monotonicMs: () => number;
  random: (size: number) => Buffer;
}): Doorkeeper {
  const { realm, logins, qop } = options;
  const offered = schemes[options.authentication];
  const nonces = new Map<string, { sinceMs: number; seenCounts: Set<string> }>();

  const newNonce = () => {
    for (const [nonce, { sinceMs }] of nonces) {
      if (options.monotonicMs() - sinceMs > options.nonceLifetimeMs) nonces.delete(nonce);
    }
    const nonce = options.random(16).toString('hex');
    nonces.set(nonce, { sinceMs: options.monotonicMs(), seenCounts: new Set() });
    return nonce;
  };

  const refuse = (stale: boolean): Verdict => {
    const nonce = offered.some((scheme) => scheme !== 'Basic') ? newNonce() : '';
    const challenges = offered.map((scheme) => {
      if (scheme === 'Basic') return `Basic realm="${realm}"`;
      // Plain MD5 cameras name no algorithm; a client must then send none either (Q46).
      const algorithm = scheme === 'MD5' ? '' : `, algorithm=${scheme}`;
      return `Digest realm="${realm}", nonce="${nonce}"${qop ? `, qop="${qop}"` : ''}${algorithm}, stale="${stale ? 'TRUE' : 'FALSE'}"`;
    });
    return { granted: false, challenges };
  };

  const checkDigest = (
    request: Request,
    fields: ReadonlyMap<string, string>,
  ): 'right' | 'wrong' | 'stale' => {
    const field = (name: string) => fields.get(name) ?? '';
    const scheme: Scheme = field('algorithm').toUpperCase() === 'SHA-256' ? 'SHA-256' : 'MD5';
    if (!offered.includes(scheme) || field('uri') !== request.uri) return 'wrong';
    const hash = (text: string) =>
      createHash(scheme === 'MD5' ? 'md5' : 'sha256')
        .update(text)
        .digest('hex');
    const secret = hash(`${logins.username}:${realm}:${logins.password}`);
    const action = hash(`${request.method}:${request.uri}`);
    const counted = fields.has('qop') ? [field('nc'), field('cnonce'), field('qop')] : [];
    const response = hash([secret, field('nonce'), ...counted, action].join(':'));
    if (field('username') !== logins.username || field('response') !== response) return 'wrong';
    const nonce = nonces.get(field('nonce'));
    if (!nonce || options.monotonicMs() - nonce.sinceMs > options.nonceLifetimeMs) return 'stale';
    if (!fields.has('qop')) return 'right';
    const count = `${scheme} ${field('nc')} ${field('cnonce')}`;
    if (nonce.seenCounts.has(count)) return 'stale';
    nonce.seenCounts.add(count);
    return 'right';
  };

  return {
    check(request) {
      if (offered.length === 0) return { granted: true };
      const [, scheme, rest] = request.authorization?.match(/^\s*(\w+)\s+(.*)$/) ?? [];
      if (scheme === undefined || rest === undefined) return refuse(false);
      if (scheme.toLowerCase() === 'digest') {
        const outcome = checkDigest(request, parseFields(rest));
        if (outcome === 'stale') return refuse(true);
        return logins.admit(outcome === 'right') ? { granted: true } : refuse(false);
      }
      const expected = Buffer.from(`${logins.username}:${logins.password}`).toString('base64');
      const isRight =
        scheme.toLowerCase() === 'basic' && offered.includes('Basic') && rest.trim() === expected;
      return logins.admit(isRight) ? { granted: true } : refuse(false);
    },
  };
}

function parseFields(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const [, name = '', quoted, plain] of text.matchAll(/(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))/g)) {
    fields.set(name.toLowerCase(), quoted ?? plain ?? '');
  }
  return fields;
}
