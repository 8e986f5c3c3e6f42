import { open, rm, stat, truncate, utimes } from 'node:fs/promises';
import { readMp4, type Mp4Content } from './mp4.js';

const nothing: Mp4Content = {
  wholeBytes: 0,
  fragments: 0,
  durationUs: 0,
  video: null,
  audio: null,
  torn: false,
};

/** Reads what a file holds up to its last whole fragment, at most `longestUs`; a missing file holds nothing. */
export async function inspect(file: string, longestUs?: number): Promise<Mp4Content> {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (!handle) return nothing;
  try {
    const read = async (position: number, length: number): Promise<Buffer> => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
      return buffer.subarray(0, bytesRead);
    };
    return await readMp4(read, (await handle.stat()).size, longestUs);
  } finally {
    await handle.close();
  }
}

/**
 * Leaves of a file what is whole and answers what that is; a file without a whole fragment is removed. When it was
 * last written stays as it is: it tells when a picture came last.
 */
export async function cutToWhole(file: string, longestUs?: number): Promise<Mp4Content> {
  const content = await inspect(file, longestUs);
  if (content.fragments === 0) await rm(file, { force: true });
  else if (content.torn) {
    const { atime, mtime } = await stat(file);
    await truncate(file, content.wholeBytes);
    await utimes(file, atime, mtime);
  }
  return content;
}

/** How much of a segment that ffmpeg listed as `listedMs` long is on the disk: all of it, or what {@link cutToWhole} left. */
export const wholeMs = (listedMs: number, { torn, durationUs }: Mp4Content): number =>
  torn ? Math.min(listedMs, Math.max(1, Math.round(durationUs / 1_000))) : listedMs;
