import { saveTo } from './files.js';
import { show } from './output.js';
import { openClient, type ClientFlags } from './sign-in.js';

/** Writes an evidence file. */
export async function exportEvidence(
  cameraId: string,
  flags: ClientFlags & { from: string; to: string; out: string },
): Promise<void> {
  const client = await openClient(flags, process.env);
  const query = new URLSearchParams({ from: flags.from, to: flags.to }).toString();
  const bytes = await client.download(`/cameras/${encodeURIComponent(cameraId)}/evidence?${query}`);
  const sizeBytes = await saveTo(flags.out, bytes);
  show(
    flags.json,
    { file: flags.out, sizeBytes },
    `${flags.out}: ${sizeBytes} bytes. Check it with: gantry verify ${flags.out}`,
  );
}
