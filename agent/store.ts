import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';

/**
 * Replaces a file so that a crash at any moment leaves the old or the new content, never a mixture:
 * temporary file → fsync → rename → fsync of the folder.
 */
export async function writeDurably(path: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes a rename, creation or removal inside `folder` survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A stored document: what was read, or why there is none. A damaged file is never taken for an absent one. */
export type Stored<Value> =
  { kind: 'absent' } | { kind: 'damaged'; why: string } | { kind: 'value'; value: Value };

export async function readStored<Value>(path: string, schema: z.ZodType<Value>): Promise<Stored<Value>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'absent' };
    return { kind: 'damaged', why: `${path} cannot be read: ${(error as Error).message}` };
  }
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    if (parsed.success) return { kind: 'value', value: parsed.data };
    const issue = parsed.error.issues[0];
    return { kind: 'damaged', why: `${path}: ${issue?.path.join('.')} ${issue?.message}` };
  } catch {
    return { kind: 'damaged', why: `${path} is not JSON` };
  }
}
