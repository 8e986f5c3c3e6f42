import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderInUse, lockFolder } from '@gantry/registry/folder-lock.js';
import { readProcess } from '@gantry/registry/process-start.js';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-folder-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The lock of a process that has ended. */
async function deadLock(): Promise<string> {
  const child = spawn('sleep', ['60']);
  await once(child, 'spawn');
  const start = (await readProcess(child.pid ?? 0))?.start;
  child.kill('SIGKILL');
  await once(child, 'exit');
  return JSON.stringify(start);
}

test('lets one in, names it to the second, and the next one in after it is released', async () => {
  const lock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toThrow(`in use by another registry (process ${process.pid})`);
  await lock.release();
  await (await lockFolder(folder)).release();
  expect(await readdir(folder)).toEqual([]);
});

test.each([
  [
    'before a reboot',
    async () => JSON.stringify({ ...(await readProcess(process.pid))?.start, bootId: 'another' }),
  ],
  ['torn', async () => Promise.resolve('{"pid":')],
  ['empty', async () => Promise.resolve('')],
])('a lock left %s is taken over', async (_name, content) => {
  await writeFile(join(folder, 'registry.lock'), await content());
  await (await lockFolder(folder)).release();
  expect(await readdir(folder)).toEqual([]);
});

test('a lock left by a killed process goes to exactly one of many that start at once, in 20 rounds', async () => {
  const dead = await deadLock();
  for (let round = 0; round < 20; round += 1) {
    await writeFile(join(folder, 'registry.lock'), dead);
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
    const won = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect([round, won.length]).toEqual([round, 1]);
    for (const one of all) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(FolderInUse);
    await won[0]?.release();
  }
  expect(await readdir(folder)).toEqual([]);
});
