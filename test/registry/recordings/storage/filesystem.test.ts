import { createHash, randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { streamOf } from '@gantry/registry/http/body.js';
import { openStorage } from '@gantry/registry/recordings/storage/open.js';
import type { Storage } from '@gantry/registry/recordings/storage/storage.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../support/until.js';
import { inPieces } from '../footage.js';
import { storageConformance } from './conformance.js';

let folder: string;
let storage: Storage;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-storage-'));
  storage = await openStorage(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a folder as storage', () => {
  storageConformance(() => storage);

  it('leaves nothing behind of what was refused', async () => {
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
  });
});

/** Names of the files of a folder that this process has open. */
const openIn = async (below: string): Promise<string[]> => {
  const targets = (await readdir('/proc/self/fd')).map((fd) =>
    readlink(`/proc/self/fd/${fd}`).catch(() => ''),
  );
  return (await Promise.all(targets)).filter((target) => target.startsWith(below));
};

it.skipIf(process.platform !== 'linux')(
  'an answer that nobody reads, or not to its end, keeps no file open',
  async () => {
    const bytes = randomBytes(500_000);
    const announced = {
      sizeBytes: bytes.byteLength,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    };
    await storage.put('b/unread.mp4', inPieces(bytes), announced);
    const unread = await storage.get('b/unread.mp4');
    expect(await openIn(folder)).toEqual([]);
    await streamOf(unread).cancel();
    const reader = streamOf(await storage.get('b/unread.mp4')).getReader();
    await reader.read();
    expect(await openIn(folder)).toHaveLength(1);
    await reader.cancel();
    await until(async () => (await openIn(folder)).length === 0, { what: 'the end of the reading' });
  },
);

const mounted = (at: string): boolean => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', at], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

it('a full disk is told as such, and what was there stays', async (test) => {
  const small = await mkdtemp(join(tmpdir(), 'gantry-full-'));
  if (!mounted(small)) {
    await chmod(small, 0o700);
    await rm(small, { recursive: true });
    test.skip('mounting a small disk is not allowed here');
  }
  try {
    const full = await openStorage(small);
    const bytes = randomBytes(1_000_000);
    const announced = { sizeBytes: bytes.byteLength, sha256: '0'.repeat(64) };
    await expect(full.put('a/b.mp4', inPieces(bytes), announced)).rejects.toMatchObject({
      code: 'storage_full',
    });
    expect(await readdir(join(small, 'incoming'))).toEqual([]);
  } finally {
    execFileSync('umount', [small]);
    await rm(small, { recursive: true });
  }
});
