import { createHash } from 'node:crypto';
import { Failure } from '../../errors.js';
import type { Expected } from './storage.js';

/**
 * Passes a stream on and checks its size and digest. The last chunk is held back until both are right and
 * `accept` did not throw: a
 * storage that needs all announced bytes before it keeps an object (S3's `Content-Length`) never keeps a wrong one.
 */
export async function* checked(
  body: AsyncIterable<Uint8Array>,
  expected: Expected,
  accept: () => void,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  let heldBack: Uint8Array | null = null;
  for await (const chunk of body) {
    if (chunk.byteLength === 0) continue;
    sizeBytes += chunk.byteLength;
    if (sizeBytes > expected.sizeBytes) {
      throw new Failure(
        'digest_mismatch',
        `More than the announced ${expected.sizeBytes} bytes arrived; nothing was kept. Send the file again.`,
      );
    }
    hash.update(chunk);
    if (heldBack !== null) yield heldBack;
    heldBack = chunk;
  }
  if (sizeBytes !== expected.sizeBytes) {
    throw new Failure(
      'digest_mismatch',
      `${sizeBytes} bytes of the announced ${expected.sizeBytes} arrived; nothing was kept. Send the file again.`,
    );
  }
  if (hash.digest('hex') !== expected.sha256) {
    throw new Failure(
      'digest_mismatch',
      'The bytes that arrived do not have the announced SHA-256; nothing was kept. Send the file again.',
    );
  }
  accept();
  if (heldBack !== null) yield heldBack;
}
