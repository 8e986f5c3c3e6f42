import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { SegmentMeta } from '@gantry/protocol/segment.js';
import { partsOf, rangeOfPart, uploadOffer, type UploadOffer } from '@gantry/protocol/upload.js';
import type { Pace } from './pace.js';
import { Damaged, type Answer, type Transfer } from './transfer.js';
import { judgeAnswer, type UploadVerdict } from './verdict.js';

export interface ResumableParts {
  /** A request to the registry, at this path below the segment's own. */
  ask: (
    method: 'PUT' | 'POST',
    pathBelow: string,
    body: { headers: Record<string, string | number>; bytes: Transfer['body'] },
  ) => Promise<Answer>;
  /** A request to where the registry sends us. */
  direct: (transfer: Transfer) => Promise<Answer>;
  pace: Pace;
  signal: AbortSignal;
}

/**
 * Hands in a large segment by what the registry offers: parts that survive a cut, or straight to its storage
 * (protocol/README.md, Large segments). Null: the registry makes no offers, the segment goes up in one request.
 * Rejects with {@link Damaged}, or with what broke: the parts that arrived are kept there.
 */
export async function sendResumably(
  segment: { meta: SegmentMeta; file: string },
  o: ResumableParts,
): Promise<UploadVerdict | null> {
  const { meta, file } = segment;
  if ((await digestOf(file)) !== meta.sha256) {
    throw new Damaged('the file no longer has the digest it was recorded with');
  }
  const description = JSON.stringify(meta);
  const described = (pathBelow: string): Promise<Answer> =>
    o.ask('POST', pathBelow, {
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(description) },
      bytes: [Readable.from([Buffer.from(description)])],
    });
  const offered = await described(':offer');
  const offer = readOffer(offered);
  if (offer === null) return offered.status === 404 ? null : judgeAnswer(offered.status, offered.body, meta);
  const failed = await sendBytes(segment, offer, o);
  if (failed !== null) return failed;
  const completed = await described(':complete');
  // Bytes are missing or were forgotten: the next try begins with an offer.
  if (completed.status === 412) return { kind: 'retry', detail: 'The registry misses parts of the segment.' };
  return judgeAnswer(completed.status, completed.body, meta);
}

function readOffer({ status, body }: Answer): UploadOffer | null {
  if (status !== 200) return null;
  try {
    return uploadOffer.parse(JSON.parse(body));
  } catch {
    return null;
  }
}

/** Null when all bytes are there. */
async function sendBytes(
  { meta, file }: { meta: SegmentMeta; file: string },
  offer: UploadOffer,
  o: ResumableParts,
): Promise<UploadVerdict | null> {
  switch (offer.way) {
    case 'stored':
      return null;
    case 'parts': {
      const held = new Set(offer.held);
      for (let part = 1; part <= partsOf(meta.sizeBytes); part += 1) {
        if (held.has(part)) continue;
        const { from, to } = rangeOfPart(part, meta.sizeBytes);
        const answer = await o.ask('PUT', `/parts/${part}`, {
          headers: {
            'content-type': 'application/octet-stream',
            'content-length': to - from,
            'content-digest': `sha-256=:${await digestOf(file, { from, to }, 'base64')}:`,
          },
          bytes: [createReadStream(file, { start: from, end: to - 1 }), o.pace.through(o.signal)],
        });
        if (answer.status >= 300) return judgeAnswer(answer.status, answer.body, meta);
      }
      return null;
    }
    case 'direct': {
      const answer = await o.direct({
        method: 'PUT',
        url: new URL(offer.url),
        headers: { 'content-length': meta.sizeBytes, ...offer.headers },
        body: [createReadStream(file, { end: meta.sizeBytes - 1 }), o.pace.through(o.signal)],
      });
      // The storage's own refusals say nothing about the segment: the URL may have expired.
      return answer.status < 300
        ? null
        : { kind: 'retry', detail: `The storage answered ${answer.status} to a direct upload.` };
    }
    default:
      return offer satisfies never;
  }
}

async function digestOf(
  file: string,
  range: { from: number; to: number } | null = null,
  encoding: 'hex' | 'base64' = 'hex',
): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, range ? { start: range.from, end: range.to - 1 } : {}), hash);
  return hash.digest(encoding);
}
