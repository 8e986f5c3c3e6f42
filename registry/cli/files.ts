import { createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Writes what arrives to a file, for its owner's eyes; what cannot be written whole is removed. Answers its size. */
export async function saveTo(path: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  try {
    await pipeline(Readable.from(bytes, { objectMode: false }), createWriteStream(path, { mode: 0o600 }));
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return (await stat(path)).size;
}
