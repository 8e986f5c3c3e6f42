import { randomBytes } from 'node:crypto';
import { authorizationFor, parseChallenges, strongestChallenge, type Credentials } from '../digest-auth.js';
import { exchange, type HttpAnswer, type HttpFailure } from './http.js';

/** `refused`: the login counts as a wrong try. */
export type Snapshot = { ok: true; jpeg: Uint8Array } | { ok: false; detail: string; refused?: true };

export interface SnapshotOptions {
  url: string;
  credentials: Credentials | null;
  mayConnect(host: string): boolean;
  timeoutMs: number;
  signal?: AbortSignal;
}

const maxSnapshotBytes = 2 * 1024 * 1024;

/**
 * Fetches one JPEG. The login is sent only when the camera asks, once, by the strongest scheme it offers: Digest SHA-256,
 * MD5, then Basic, which some cameras want just here (Q54). What is no whole JPEG — empty body, HTML login page,
 * cut picture — is refused whatever its content type says. Never rejects.
 */
export async function fetchSnapshot(o: SnapshotOptions): Promise<Snapshot> {
  const deadlineMs = performance.now() + o.timeoutMs;
  const get = (authorization: string | null): Promise<HttpAnswer | HttpFailure> =>
    exchange({
      method: 'GET',
      url: o.url,
      headers: { accept: 'image/jpeg', ...(authorization === null ? {} : { authorization }) },
      body: null,
      timeoutMs: Math.max(1, Math.round(deadlineMs - performance.now())),
      maxBytes: maxSnapshotBytes,
      mayConnect: (host) => o.mayConnect(host),
      signal: o.signal,
    });
  let answer = await get(null);
  if (answer.kind === 'answer' && answer.status === 401 && o.credentials !== null) {
    const challenge = strongestChallenge(parseChallenges(answer.challenges));
    if (challenge === null)
      return { ok: false, detail: 'The camera wants a login for pictures in a way unknown here.' };
    const { pathname, search } = new URL(o.url);
    const uri = pathname + search;
    const clientNonce = randomBytes(8).toString('hex');
    answer = await get(
      authorizationFor(challenge, o.credentials, { method: 'GET', uri, nonceCount: 1, clientNonce }),
    );
  }
  if (answer.kind !== 'answer') return { ok: false, detail: `No picture: ${answer.detail}.` };
  if (answer.status === 401 || answer.status === 403) {
    return { ok: false, detail: 'The camera refuses pictures to this login.', refused: true };
  }
  if (answer.status !== 200)
    return { ok: false, detail: `The camera answered HTTP ${answer.status} instead of a picture.` };
  const jpeg = wholeJpeg(answer.body);
  return jpeg === null ? { ok: false, detail: 'What the camera sent is no whole JPEG.' } : { ok: true, jpeg };
}

/** From the start marker to the last end marker; some cameras pad pictures with zeros. */
function wholeJpeg(body: Buffer): Uint8Array | null {
  if (body.length < 4 || body.readUInt16BE(0) !== 0xffd8) return null;
  const end = body.lastIndexOf(Buffer.from([0xff, 0xd9]));
  return end < 2 ? null : new Uint8Array(body.subarray(0, end + 2));
}
