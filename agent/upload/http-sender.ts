import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';
import { encodeSegmentHeader, segmentHeader, type SegmentMeta } from '@gantry/protocol/segment.js';
import { resumableAboveBytes } from '@gantry/protocol/upload.js';
import { systemClock, type Clock } from '../clock.js';
import { createPace } from './pace.js';
import { sendResumably } from './resumable.js';
import { createTransfers, Damaged, type Transfer, type Way } from './transfer.js';
import { judgeAnswer, type UploadVerdict } from './verdict.js';

export interface HttpSender {
  /** One try to upload one segment. Never rejects. */
  send(segment: { meta: SegmentMeta; file: string }, signal: AbortSignal): Promise<UploadVerdict>;
  /** Closes idle connections. */
  close(): Promise<void>;
}

export interface HttpSenderOptions extends Way {
  /** For example `https://gantry.example.org`. */
  registryUrl: string;
  /** A fresh token for each request. */
  bearer: () => Promise<string>;
  /** Time for the answer, whatever the size. */
  answerMs?: number;
  /** The slowest line that still counts as working. */
  slowestBytesPerSecond?: number;
  /** Most all uploads together may take of the line; 0: all of it. */
  limitBytesPerSecond?: number;
  clock?: Clock;
}

/** Two uploads share the limit; each gets its half, and patience for as much again. */
const sharesOfLimit = 4;

/**
 * Uploads by `PUT /api/v1/agent/segments/{id}`, large segments by what the registry offers for them; one buffer of a
 * segment in memory.
 */
export function createHttpSender(o: HttpSenderOptions): HttpSender {
  const { answerMs = 30_000, limitBytesPerSecond = 0, clock = systemClock } = o;
  const base = new URL(o.registryUrl);
  const transfers = createTransfers(o);
  const pace = createPace(limitBytesPerSecond, clock);
  const limited = limitBytesPerSecond === 0 ? Infinity : limitBytesPerSecond / sharesOfLimit;
  const slowestBytesPerSecond = Math.min(o.slowestBytesPerSecond ?? 32 * 1024, limited);
  /** Registries that make no offers are not asked for each segment. */
  let offers = true;

  const addressOf = (meta: SegmentMeta, pathBelow: string): URL =>
    new URL(`${base.pathname.replace(/\/$/, '')}/api/v1/agent/segments/${meta.id}${pathBelow}`, base);
  const ask = async (
    meta: SegmentMeta,
    method: 'PUT' | 'POST',
    pathBelow: string,
    body: { headers: Record<string, string | number>; bytes: Transfer['body'] },
    signal: AbortSignal,
  ) =>
    transfers.run(
      {
        method,
        url: addressOf(meta, pathBelow),
        headers: { authorization: `Bearer ${await o.bearer()}`, ...body.headers },
        body: body.bytes,
      },
      signal,
    );

  const putWhole = async (meta: SegmentMeta, file: string, signal: AbortSignal): Promise<UploadVerdict> => {
    const answer = await ask(
      meta,
      'PUT',
      '',
      {
        headers: {
          'content-type': 'video/mp4',
          'content-length': meta.sizeBytes,
          [segmentHeader]: encodeSegmentHeader(meta),
          // RFC 9530.
          'content-digest': `sha-256=:${Buffer.from(meta.sha256, 'hex').toString('base64')}:`,
        },
        bytes: [
          createReadStream(file, { end: meta.sizeBytes - 1 }),
          proofOf(meta),
          ...(limitBytesPerSecond === 0 ? [] : [pace.through(signal)]),
        ],
      },
      signal,
    );
    return judgeAnswer(answer.status, answer.body, meta);
  };
  const put = async (meta: SegmentMeta, file: string, signal: AbortSignal): Promise<UploadVerdict> => {
    if (offers && meta.sizeBytes > resumableAboveBytes) {
      const verdict = await sendResumably(
        { meta, file },
        {
          ask: (method, pathBelow, body) => ask(meta, method, pathBelow, body, signal),
          direct: (transfer) => transfers.run(transfer, signal),
          pace,
          signal,
        },
      );
      if (verdict !== null) return verdict;
      offers = false;
    }
    return putWhole(meta, file, signal);
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
    close: async () => transfers.close(),
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
