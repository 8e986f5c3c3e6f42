import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

const readBytes = 256 * 1024;

/** Makes a file's bytes survive a power cut and digests what is there, holding one buffer in memory. */
export async function sealFile(path: string): Promise<{ sizeBytes: number; sha256: string }> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
    const hash = createHash('sha256');
    const buffer = Buffer.alloc(readBytes);
    let sizeBytes = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, readBytes, sizeBytes);
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
      sizeBytes += bytesRead;
    }
    return { sizeBytes, sha256: hash.digest('hex') };
  } finally {
    await file.close();
  }
}
