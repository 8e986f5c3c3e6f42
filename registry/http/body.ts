import { Failure } from '../errors.js';
import type { ApiContext } from './api.js';

/** The request's bytes as they arrive. A connection that breaks on the way is no defect of ours. */
export async function* bytesOf(c: ApiContext): AsyncGenerator<Uint8Array> {
  const { body } = c.req.raw;
  if (body === null) return;
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => {
        throw new Failure(
          'digest_mismatch',
          'The connection broke before all bytes arrived; nothing was kept. Send the file again.',
        );
      });
      if (done) return;
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}

/** All of the request's bytes; 413 when they are more than `maxBytes`. */
export async function readBytes(c: ApiContext, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of bytesOf(c)) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes) {
      throw new Failure('too_large', `The body is over ${maxBytes} bytes. Send a smaller one.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Bytes as an answer's body; ending the request early ends their source, also before the first was read. */
export function streamOf(bytes: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const source = bytes[Symbol.asyncIterator]();
  let isBegun = false;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        isBegun = true;
        const { done, value } = await source.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        // A generator that has not begun lets go of nothing: what it was given stays open.
        if (!isBegun) await source.next();
        await source.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
