import type { Context } from '../context.js';
import type { Storage } from '../recordings/storage/storage.js';
import { counted, type PlayedFootage } from '../statistics/usage.js';
import type { ApiContext } from './api.js';
import { streamOf } from './body.js';
import { readRangeHeader } from './ranges.js';

/** A file that never changes under its key, and whose footage it shows. */
export interface StoredFile extends PlayedFootage {
  storageKey: string;
  sizeBytes: number;
  /** Hex. */
  sha256: string;
  contentType: string;
  disposition: string;
}

/**
 * Answers a stored file, whole or the range that is asked for, so that players seek and downloads go on. What goes out
 * counts as played.
 */
export async function sendStored(
  c: ApiContext,
  { storage, ...parts }: Pick<Context, 'db' | 'log'> & { storage: Pick<Storage, 'get'> },
  file: StoredFile,
): Promise<Response> {
  const etag = `"${file.sha256.slice(0, 32)}"`;
  const headers = {
    'content-type': file.contentType,
    'content-disposition': file.disposition,
    'accept-ranges': 'bytes',
    // Asked for anew each time: a right may have ended.
    'cache-control': 'private, no-cache',
    etag,
  };
  const whole = { startByte: 0, endByte: file.sizeBytes };
  const unchanged = c.req.header('if-range');
  const asked =
    unchanged === undefined || unchanged === etag
      ? readRangeHeader(c.req.header('range'), file.sizeBytes)
      : null;
  if (asked === 'unsatisfiable') {
    return c.body(null, 416, { ...headers, 'content-range': `bytes */${file.sizeBytes}` });
  }
  const { startByte, endByte } = asked ?? whole;
  const size = { ...headers, 'content-length': String(endByte - startByte) };
  const status = asked === null ? 200 : 206;
  const part = { 'content-range': `bytes ${startByte}-${endByte - 1}/${file.sizeBytes}` };
  const answer = status === 206 ? { ...size, ...part } : size;
  if (c.req.method === 'HEAD') return c.body(null, status, answer);
  const bytes = counted(parts, file, await storage.get(file.storageKey, { startByte, endByte }));
  return c.body(streamOf(bytes), status, answer);
}
