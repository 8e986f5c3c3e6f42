import { writeFile } from 'node:fs/promises';
import { describeRegistry } from '../http/describe.js';

/** Writes the OpenAPI document to a file, or to standard output. */
export async function writeOpenApi(flags: { out?: string }): Promise<void> {
  const text = `${JSON.stringify(describeRegistry(), null, 2)}\n`;
  if (flags.out === undefined) process.stdout.write(text);
  else await writeFile(flags.out, text);
}
