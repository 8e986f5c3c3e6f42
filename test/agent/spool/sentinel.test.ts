import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openSentinel } from '@gantry/agent/spool/sentinel.js';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestSpool, recordedFile } from './spooling.js';

const run = promisify(execFile);
let root: string;
let disk: string;
const mounted: string[] = [];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'gantry-sentinel-'));
  disk = join(root, 'disk');
  await mkdir(disk);
});
afterEach(async () => {
  for (const path of mounted.splice(0)) await run('umount', ['-l', path]);
  await rm(root, { recursive: true, force: true });
});

/** A file system that outlives being unmounted: the folder `held` keeps it. */
async function makeDisk(): Promise<{ mount: () => Promise<void>; unmount: () => Promise<void> } | null> {
  const held = join(root, 'held');
  await mkdir(held);
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', held]);
  } catch {
    return null;
  }
  mounted.push(held);
  return {
    mount: async () => {
      await run('mount', ['--bind', held, disk]);
    },
    unmount: async () => {
      await run('umount', [disk]);
    },
  };
}

it('a disk that is not mounted is told from an empty folder, nothing is written there, and what waits on it comes back', async ({
  skip,
}) => {
  const real = await makeDisk();
  if (real === null) {
    skip('only root may mount');
    return;
  }
  await real.mount();
  const sentinel = () => openSentinel(disk, join(root, 'mark.json'));
  const opened = () => openTestSpool(join(disk, 'spool'), { checkDisk: () => sentinel().check() });
  const first = await opened();
  const meta = await first.spool.add(await recordedFile(disk));
  await first.spool.close();
  await real.unmount();

  const { spool, lost } = await opened();
  expect(spool.pending().segments).toBe(0);
  const recorded = await recordedFile(root);
  await expect(spool.add(recorded)).rejects.toThrow(`not mounted at ${disk}`);
  expect(await readdir(disk)).toEqual([]);
  expect(lost).toEqual([]);

  await real.mount();
  await spool.look();
  expect(spool.next(new Set())?.meta).toEqual(meta);
  expect(await spool.add(await recordedFile(disk))).not.toBeNull();

  await run('umount', ['-l', disk]);
  await spool.look();
  expect(spool.pending().segments).toBe(0);
  expect(lost).toEqual([]);
});
