import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { writeDurably, type Stored } from '../store.js';

/**
 * A JSON document at rest under AES-256-GCM: 12 bytes nonce, 16 bytes tag, ciphertext. The key lies in a file of
 * its own (0600), so that a copied or backed-up document alone gives nothing away.
 */
export interface SealedFile<Value> {
  read(): Promise<Stored<Value>>;
  write(value: Value): Promise<void>;
}

const nonceBytes = 12;
const tagBytes = 16;

/** Opens the document at `path`; makes the key at `keyPath` when there is none. */
export async function openSealedFile<Value>(
  path: string,
  keyPath: string,
  schema: z.ZodType<Value>,
): Promise<SealedFile<Value>> {
  const key = await loadOrMakeSealKey(keyPath);
  return {
    async read() {
      const sealed = await readOrNull(path);
      if (sealed === null) return { kind: 'absent' };
      try {
        const cipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes));
        cipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
        const text =
          cipher.update(sealed.subarray(nonceBytes + tagBytes), undefined, 'utf8') + cipher.final('utf8');
        return { kind: 'value', value: schema.parse(JSON.parse(text)) };
      } catch {
        return { kind: 'damaged', why: `${path} cannot be opened with ${keyPath}` };
      }
    },
    async write(value) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const text = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
      await writeDurably(path, Buffer.concat([nonce, cipher.getAuthTag(), text]), 0o600);
    },
  };
}

async function loadOrMakeSealKey(path: string): Promise<Buffer> {
  const stored = await readOrNull(path);
  if (stored?.byteLength === 32) return stored;
  if (stored !== null)
    throw new Error(`The seal key ${path} is damaged: remove it and enter the camera logins again.`);
  const key = randomBytes(32);
  await writeDurably(path, key, 0o600);
  return key;
}

async function readOrNull(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
