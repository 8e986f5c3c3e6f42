import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, opendir, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { Failure, notFound } from '../../errors.js';
import { checked } from './checked.js';
import { isStorageKey } from './keys.js';
import type { ByteRange, Storage, StoredObject } from './storage.js';

const isAbsent = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** Full disk, quota and file-size limit are one thing to the caller: wait and try again. */
const asFailure = (error: unknown): unknown => {
  const code = (error as NodeJS.ErrnoException).code;
  if (code !== 'ENOSPC' && code !== 'EDQUOT' && code !== 'EFBIG') return error;
  return new Failure(
    'storage_full',
    'The registry has no room for this file. Free space, then send it again.',
  );
};

async function syncFolder(folder: string): Promise<void> {
  const opened = await open(folder, 'r');
  try {
    await opened.sync();
  } finally {
    await opened.close();
  }
}

/** Makes a folder and its missing parents, each durable in the folder above it. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = resolve(folder); made.length >= resolve(first).length; made = dirname(made)) {
    await syncFolder(dirname(made));
  }
}

/** Opened when the first byte is asked for: an answer that nobody reads keeps no file open. */
async function* readFrom(file: string, range: ByteRange | undefined): AsyncGenerator<Uint8Array> {
  // An inclusive end: Node counts `end` in.
  yield* createReadStream(
    file,
    range === undefined ? {} : { start: range.startByte, end: range.endByte - 1 },
  );
}

/** Objects as files below `folder`; what is being written lies in `folder/incoming`. */
export function createFilesystemStorage(folder: string): Storage {
  const root = resolve(folder);
  const incoming = join(root, 'incoming');
  const fileOf = (key: string): string => {
    if (!isStorageKey(key) || key.startsWith('incoming/')) {
      throw new Failure('invalid', `"${key}" cannot be the key of a stored object.`);
    }
    return join(root, ...key.split('/'));
  };
  const keyOf = (file: string): string => relative(root, file).split(sep).join('/');

  const writeAll = async (file: string, body: AsyncIterable<Uint8Array>): Promise<void> => {
    const opened = await open(file, 'wx');
    try {
      for await (const chunk of body) await opened.writeFile(chunk);
      await opened.sync();
    } finally {
      await opened.close();
    }
  };

  async function* filesBelow(path: string): AsyncGenerator<string> {
    let entries;
    try {
      entries = await opendir(path);
    } catch (error) {
      if (isAbsent(error)) return;
      throw error;
    }
    for await (const entry of entries) {
      if (entry.isDirectory()) yield* filesBelow(join(path, entry.name));
      else yield join(path, entry.name);
    }
  }

  const head = async (key: string): Promise<StoredObject | null> => {
    try {
      const found = await stat(fileOf(key));
      return { key, sizeBytes: found.size, storedAtMs: found.mtimeMs };
    } catch (error) {
      if (isAbsent(error)) return null;
      throw error;
    }
  };

  return {
    kind: 'filesystem',
    async put(key, body, expected, accept = () => {}) {
      const file = fileOf(key);
      const part = join(incoming, randomBytes(16).toString('hex'));
      try {
        await makeFolder(incoming);
        await makeFolder(dirname(file));
        await writeAll(part, checked(body, expected, accept));
        await rename(part, file);
        await syncFolder(dirname(file));
      } catch (error) {
        await rm(part, { force: true });
        throw asFailure(error);
      }
    },
    async get(key, range) {
      const file = fileOf(key);
      if ((await head(key)) === null) throw notFound('stored object', key);
      return readFrom(file, range);
    },
    head,
    async delete(key) {
      await unlink(fileOf(key)).catch((error: unknown) => {
        if (!isAbsent(error)) throw error;
      });
    },
    async *list(prefix) {
      for await (const file of filesBelow(join(root, prefix))) {
        const found = await head(keyOf(file));
        if (found !== null) yield found;
      }
    },
    close() {},
  };
}
