import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { Principal } from '../access/principal.js';
import type { Context } from '../context.js';
import { beginRequest, freeKey, keepAnswer, type Begun, type RequestKey } from '../db/idempotency.js';
import { Failure } from '../errors.js';
import type { ApiContext, ApiEnv } from './api.js';

/** A UUID and longer: the key also seals the kept answer, so that it must not be guessable. */
const keyShape = /^[\x21-\x7e]{16,255}$/;
/** Longer than any request lasts: what still runs then was cut off by a crash. */
const longestRequestMs = 10 * 60_000;

/**
 * `Idempotency-Key` on any POST of a person or a program (draft-ietf-httpapi-idempotency-key-header): the second
 * request with a key gets the answer of the first, marked `Idempotency-Replayed: true`. Kept for 24 hours.
 *
 * A request is carried out at most once: after a crash it is not known whether it was, and a retry is told so.
 * Answers that promise success for later (429, 5xx) are not kept: each change is one transaction, none happened.
 * Answers may hold secrets that are shown once (join tokens, API keys), which a retry needs most of all: they
 * are kept sealed with a key made from the registry's secret and the client's own Idempotency-Key, of which
 * only a hash is kept.
 */
export const idempotency =
  (parts: Pick<Context, 'db' | 'log' | 'clock' | 'playbackSecret'>): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    const clientKey = c.req.header('idempotency-key');
    const owner = ownerOf(c.get('principal'));
    // Who is nobody yet has nothing to keep an answer for: sign-in and enrolment are safe to repeat.
    if (clientKey === undefined || c.req.method !== 'POST' || owner === null) return next();
    if (!keyShape.test(clientKey)) {
      throw new Failure('malformed', 'An Idempotency-Key has 16 to 255 visible characters; send a new UUID.');
    }
    const key: RequestKey = { principal: owner, keyHash: sha256(clientKey) };
    const seal = answerSeal(parts.playbackSecret, owner, clientKey);
    const fingerprint = sha256(`${c.req.method} ${c.req.url}\n${await c.req.text()}`);
    const begun = await beginRequest(parts.db, key, fingerprint);
    if (begun.kind !== 'first') {
      c.res = replay(begun, fingerprint, seal, parts.clock.nowMs());
      return;
    }
    await next();
    await settle(parts, c, key, seal).catch((error: unknown) =>
      // The answer is sent all the same; a retry hears that the first request still runs.
      parts.log.error({ err: error, requestId: c.get('requestId') }, 'an answer could not be kept'),
    );
  };

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function ownerOf(principal: Principal | null): string | null {
  switch (principal?.kind) {
    case 'user':
      return `user:${principal.userId}`;
    case 'apiKey':
      return `apiKey:${principal.keyId}`;
    case 'agent':
    case undefined:
      return null;
    default: {
      const never: never = principal;
      return never;
    }
  }
}

async function settle(
  parts: Pick<Context, 'db'>,
  c: ApiContext,
  key: RequestKey,
  seal: AnswerSeal,
): Promise<void> {
  const { status } = c.res;
  if (status === 429 || status >= 500) return freeKey(parts.db, key);
  const answer: KeptAnswer = { headers: keptHeaders(c.res.headers), body: await c.res.clone().text() };
  await keepAnswer(parts.db, key, { status, answer: seal.close(JSON.stringify(answer)) });
}

interface KeptAnswer {
  headers: Record<string, string>;
  body: string;
}

const keptHeaders = (headers: Headers): Record<string, string> =>
  Object.fromEntries(
    ['content-type', 'etag', 'location'].flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );

/** What the second request with a key is answered. Throws when it is another request, or the first is not done. */
function replay(
  begun: Exclude<Begun, { kind: 'first' }>,
  fingerprint: string,
  seal: AnswerSeal,
  nowMs: number,
): Response {
  if (begun.fingerprint !== fingerprint) {
    throw new Failure(
      'idempotency_key_reuse',
      'This Idempotency-Key was sent with another request before. Use a new key for each request.',
    );
  }
  if (begun.kind === 'running') {
    if (nowMs - begun.startedAt.getTime() < longestRequestMs) {
      throw new Failure(
        'idempotency_in_progress',
        'The first request with this Idempotency-Key is still running. Ask again in a moment.',
      );
    }
    throw new Failure(
      'conflict',
      'The registry was interrupted during the first request with this Idempotency-Key, which may or may not ' +
        'have been carried out. Look at what is there, then send what is missing with a new key.',
    );
  }
  const { headers, body } = JSON.parse(seal.open(begun.answer)) as KeptAnswer;
  return new Response(begun.status === 204 ? null : body, {
    status: begun.status,
    headers: { ...headers, 'idempotency-replayed': 'true' },
  });
}

interface AnswerSeal {
  close(text: string): string;
  open(sealed: string): string;
}

const ivBytes = 12;
const tagBytes = 16;

/** AES-256-GCM; base64 of nonce, tag and ciphertext. */
function answerSeal(secret: Uint8Array, owner: string, clientKey: string): AnswerSeal {
  const key = new Uint8Array(hkdfSync('sha256', secret, clientKey, `idempotent answer ${owner}`, 32));
  return {
    close: (text) => {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
    },
    open: (text) => {
      const bytes = Buffer.from(text, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes));
      decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
      const opened = [decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()];
      return Buffer.concat(opened).toString('utf8');
    },
  };
}
