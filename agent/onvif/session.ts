import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.js';
import {
  authorizationFor,
  parseChallenges,
  strongestChallenge,
  type Credentials,
  type DigestChallenge,
} from '../digest-auth.js';
import { exchange, type HttpAnswer, type HttpFailure } from './http.js';
import { withUsernameToken, type OnvifRequest } from './requests.js';
import { readSoapAnswer, type SoapAnswer } from './soap.js';

/** Largest SOAP answer read. The longest seen, an NVR's profiles, has about 200 KiB. */
const maxAnswerBytes = 1024 * 1024;
/** A device that has answered before and lets this many requests in a row time out is not asked again. */
const maxSilencesInARow = 2;

export type CallResult = SoapAnswer | HttpFailure;

/**
 * A conversation with one device: one request at a time (Q44), a deadline for each and for all. Calls go out bare
 * until the device asks for a login; then the login it asks for is tried **once**, because cameras lock accounts
 * (Q43), and kept when it worked. ONVIF Core §5.9.1: a device that speaks HTTP Digest answers 401 with a challenge,
 * one that only knows WS-UsernameToken answers a NotAuthorized fault; so the device's own answer chooses, and no
 * guess is spent on the wrong one.
 */
export interface Session {
  /** @param timeoutMs for this call, instead of the session's: a camera holds a pull until it has something to tell */
  call(url: string, request: OnvifRequest, timeoutMs?: number): Promise<CallResult>;
  /** Without a login, whatever the device answers. */
  callBare(url: string, request: OnvifRequest): Promise<CallResult>;
  /** Camera clock minus agent clock, ms, for login tokens. */
  setClockOffset(offsetMs: number): void;
  /** `Date` header of the latest answer minus agent clock, ms. */
  httpClockOffsetMs(): number | null;
  /** `rejected`: refused; `unanswered`: no clear answer. Neither is tried again in this session. */
  login(): 'none_given' | 'untried' | 'accepted' | 'rejected' | 'unanswered';
}

export interface SessionOptions {
  credentials: Credentials | null;
  mayConnect: (host: string) => boolean;
  /** Per call. */
  timeoutMs: number;
  /** For the whole session; calls after it fail at once. */
  totalTimeoutMs: number;
  signal?: AbortSignal | undefined;
  clock: Clock;
}

interface DigestScheme {
  kind: 'digest';
  challenge: DigestChallenge;
  /** Requests answered with this nonce so far. */
  uses: number;
}

type Scheme = { kind: 'bare' } | { kind: 'username_token' } | DigestScheme;

export function openSession(o: SessionOptions): Session {
  const deadlineMs = o.clock.monotonicMs() + o.totalTimeoutMs;
  let scheme: Scheme = { kind: 'bare' };
  let login: ReturnType<Session['login']> = o.credentials === null ? 'none_given' : 'untried';
  let clockOffsetMs = 0;
  let httpClockOffsetMs: number | null = null;
  let hasAnswered = false;
  let silencesInARow = 0;

  const send = async (
    url: string,
    request: OnvifRequest,
    how: Scheme,
    timeoutMs = o.timeoutMs,
  ): Promise<HttpAnswer | HttpFailure> => {
    const leftMs = deadlineMs - o.clock.monotonicMs();
    if (leftMs <= 0)
      return { kind: 'timeout', detail: `the device took longer than ${o.totalTimeoutMs} ms in all` };
    if (hasAnswered && silencesInARow >= maxSilencesInARow) {
      return { kind: 'timeout', detail: 'the device stopped answering' };
    }
    const authorization = how.kind === 'digest' ? digestFor(url, request, how) : null;
    const answer = await exchange({
      method: 'POST',
      url,
      headers: {
        'content-type': `application/soap+xml; charset=utf-8; action="${request.action}"`,
        ...(authorization === null ? {} : { authorization }),
      },
      body:
        how.kind === 'username_token' && o.credentials !== null
          ? withUsernameToken(request, o.credentials, o.clock.wallMs() + clockOffsetMs, randomBytes(16))
          : request.envelope,
      timeoutMs: Math.min(timeoutMs, leftMs),
      maxBytes: maxAnswerBytes,
      mayConnect: o.mayConnect,
      signal: o.signal,
    });
    hasAnswered ||= answer.kind === 'answer';
    silencesInARow = answer.kind === 'timeout' ? silencesInARow + 1 : 0;
    if (answer.kind === 'answer' && answer.dateMs !== null)
      httpClockOffsetMs = answer.dateMs - o.clock.wallMs();
    return answer;
  };

  const digestFor = (url: string, request: OnvifRequest, how: DigestScheme): string | null => {
    if (o.credentials === null) return null;
    how.uses += 1;
    const { pathname, search } = new URL(url);
    return authorizationFor(how.challenge, o.credentials, {
      method: 'POST',
      uri: pathname + search,
      nonceCount: how.uses,
      clientNonce: randomBytes(8).toString('hex'),
      body: Buffer.from(request.envelope),
    });
  };

  /** True when the device's answer shows that it took the login. */
  const took = (result: CallResult, asked: Scheme): boolean => {
    if (result.kind !== 'response' && result.kind !== 'fault') return false;
    scheme = asked;
    login = 'accepted';
    return true;
  };

  const attemptLogin = async (
    url: string,
    request: OnvifRequest,
    asked: Scheme,
    timeoutMs?: number,
  ): Promise<CallResult> => {
    const answer = await send(url, request, asked, timeoutMs);
    const result = read(request, answer);
    if (took(result, asked)) return result;
    // A new question is no second guess: the nonce had aged, or the device asks for the other scheme only now.
    const next = freshDigest(answer);
    if (
      result.kind === 'unauthorized' &&
      next !== null &&
      (next.challenge.stale || asked.kind === 'username_token')
    ) {
      const again = read(request, await send(url, request, next, timeoutMs));
      if (took(again, next)) return again;
    }
    // Also when no answer came: the device may have counted the attempt.
    login = result.kind === 'unauthorized' ? 'rejected' : 'unanswered';
    return result;
  };

  const call = async (url: string, request: OnvifRequest, timeoutMs?: number): Promise<CallResult> => {
    const answer = await send(url, request, scheme, timeoutMs);
    const result = read(request, answer);
    if (result.kind !== 'unauthorized') return result;
    const fresh = freshDigest(answer);
    if (login === 'untried')
      return attemptLogin(url, request, fresh ?? { kind: 'username_token' }, timeoutMs);
    if (login !== 'accepted' || fresh === null || fresh.challenge.nonce === nonceOf(scheme)) return result;
    // A nonce ages: the accepted login with the fresh one (RFC 7616 §3.3).
    scheme = fresh;
    return read(request, await send(url, request, fresh, timeoutMs));
  };

  return {
    call,
    callBare: async (url, request) => read(request, await send(url, request, { kind: 'bare' })),
    setClockOffset: (offsetMs) => {
      clockOffsetMs = offsetMs;
    },
    httpClockOffsetMs: () => httpClockOffsetMs,
    login: () => login,
  };
}

const read = (request: OnvifRequest, answer: HttpAnswer | HttpFailure): CallResult =>
  answer.kind === 'answer' ? readSoapAnswer(request.operation, answer.status, answer.body) : answer;

const nonceOf = (scheme: Scheme): string | null => (scheme.kind === 'digest' ? scheme.challenge.nonce : null);

/** The digest login a device asks for, or null. Basic is never answered: it would hand the password to any device. */
function freshDigest(answer: HttpAnswer | HttpFailure): DigestScheme | null {
  if (answer.kind !== 'answer' || answer.status !== 401) return null;
  const challenge = strongestChallenge(parseChallenges(answer.challenges));
  return challenge?.scheme === 'digest' ? { kind: 'digest', challenge, uses: 0 } : null;
}
