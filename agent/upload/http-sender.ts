import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { encodeSegmentHeader, segmentHeader, type SegmentMeta } from '@gantry/protocol/segment.js';
import { judgeAnswer, type UploadVerdict } from './verdict.js';

export interface HttpSender {
  /** One try to upload one segment. Never rejects. */
  send(segment: { meta: SegmentMeta; file: string }, signal: AbortSignal): Promise<UploadVerdict>;
  /** Closes idle connections. */
  close(): Promise<void>;
}

export interface HttpSenderOptions {
  /** For example `https://gantry.example.org`. */
  registryUrl: string;
  /** A fresh token for each request. */
  bearer: () => Promise<string>;
  /** PEM of the certificate authority, when it is not a public one. */
  ca?: string;
  /** Time for the answer, whatever the size. */
  answerMs?: number;
  /** The slowest line that still counts as working. */
  slowestBytesPerSecond?: number;
}

const largestAnswerBytes = 64 * 1024;

/** The bytes read are not those recorded. */
class Damaged extends Error {}

/** Uploads by `PUT /api/v1/agent/segments/{id}` over kept-alive connections, one buffer of a segment in memory. */
export function createHttpSender(o: HttpSenderOptions): HttpSender {
  const { answerMs = 30_000, slowestBytesPerSecond = 32 * 1024 } = o;
  const base = new URL(o.registryUrl);
  const isTls = base.protocol === 'https:';
  const agent = isTls
    ? new HttpsAgent({ keepAlive: true, ...(o.ca === undefined ? {} : { ca: o.ca }) })
    : new HttpAgent({ keepAlive: true });

  const put = async (meta: SegmentMeta, file: string, signal: AbortSignal): Promise<UploadVerdict> => {
    const url = new URL(`${base.pathname.replace(/\/$/, '')}/api/v1/agent/segments/${meta.id}`, base);
    const request = (isTls ? httpsRequest : httpRequest)(url, {
      method: 'PUT',
      agent,
      signal,
      headers: {
        authorization: `Bearer ${await o.bearer()}`,
        'content-type': 'video/mp4',
        'content-length': meta.sizeBytes,
        [segmentHeader]: encodeSegmentHeader(meta),
        // RFC 9530.
        'content-digest': `sha-256=:${Buffer.from(meta.sha256, 'hex').toString('base64')}:`,
      },
    });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      request.on('response', resolve);
      request.on('error', reject);
      request.on('close', () => reject(new Error('the connection was closed without an answer')));
    });
    const sent = pipeline(createReadStream(file, { end: meta.sizeBytes - 1 }), proofOf(meta), request);
    // A refusal may come before all is sent, and the sending fail because of it: the answer counts.
    const despiteSending = sent.then(
      () => answered,
      (error: unknown) => (error instanceof Damaged ? Promise.reject(error) : answered),
    );
    const answer = await Promise.race([answered, despiteSending]).catch(async (error: unknown) => {
      // When our own file was the cause, the request only tells that it was cut off.
      await sent;
      throw error;
    });
    const body = await textOf(answer);
    const verdict = judgeAnswer(answer.statusCode ?? 0, body, meta);
    // What is stored was sent, even if we have yet to notice: the connection is kept. A refusal may have come in the
    // middle, and nobody reads the rest.
    if (verdict.kind === 'stored') await sent.catch(() => {});
    else if (!request.writableFinished) request.destroy();
    return verdict;
  };

  return {
    send: async ({ meta, file }, signal) => {
      const deadlineMs = answerMs + (meta.sizeBytes / slowestBytesPerSecond) * 1_000;
      // Not AbortSignal.any: the caller's signal lives as long as the agent and would hold every request's.
      const limit = new AbortController();
      const giveUp = (): void => limit.abort(signal.reason);
      const timer = setTimeout(
        () => limit.abort(new Error(`no answer within ${Math.round(deadlineMs)} ms`)),
        deadlineMs,
      );
      signal.addEventListener('abort', giveUp);
      if (signal.aborted) giveUp();
      try {
        return await put(meta, file, limit.signal);
      } catch (error) {
        const detail = error instanceof Error ? error.message : 'unknown failure';
        const isGone =
          error instanceof Error && 'code' in error && error.code === 'ENOENT' && 'path' in error;
        return { kind: error instanceof Damaged || isGone ? 'damaged' : 'retry', detail };
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
      }
    },
    close: async () => agent.destroy(),
  };
}

/**
 * Passes bytes through and holds the last ones back unless all are those that were recorded (bit rot, a foreign
 * hand): the registry never gets the whole of a damaged file.
 */
function proofOf(meta: SegmentMeta): Transform {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      if (sizeBytes < meta.sizeBytes || hash.digest('hex') === meta.sha256) done(null, chunk);
      else done(new Damaged('the file no longer has the digest it was recorded with'));
    },
    flush(done) {
      done(sizeBytes === meta.sizeBytes ? null : new Damaged('the file is shorter than it was recorded'));
    },
  });
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > largestAnswerBytes) throw new Error('the answer is larger than any of the registry');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
