import { randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStorage } from '@gantry/registry/recordings/storage/open.js';
import type { Storage } from '@gantry/registry/recordings/storage/storage.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
