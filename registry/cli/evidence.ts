import { createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { print, say } from './output.js';
import { openClient, type ClientFlags } from './sign-in.js';

/** Writes an evidence file; what could not be written whole is removed. */
export async function exportEvidence(
  cameraId: string,
  flags: ClientFlags & { from: string; to: string; out: string; json?: true },
): Promise<void> {
  const client = await openClient(flags, process.env);
  const query = new URLSearchParams({ from: flags.from, to: flags.to }).toString();
  const bytes = await client.download(`/cameras/${encodeURIComponent(cameraId)}/evidence?${query}`);
  try {
    await pipeline(
      Readable.from(bytes, { objectMode: false }),
      createWriteStream(flags.out, { mode: 0o600 }),
    );
  } catch (error) {
    await rm(flags.out, { force: true });
    throw error;
  }
  const { size: sizeBytes } = await stat(flags.out);
  if (flags.json) return print({ v: 1, file: flags.out, sizeBytes });
  say(`${flags.out}: ${sizeBytes} bytes. Check it with: gantry verify ${flags.out}`);
}
