import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { LockHeld, takeLock } from '@gantry/agent/lock.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
const path = () => join(folder, 'agent.lock');
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Pid of a process that has ended. */
async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

/** Takes the lock that lies there; true when this process is its owner afterwards. */
async function takenOver(): Promise<boolean> {
  const lock = await takeLock(path());
  const owner = JSON.parse(await readFile(path(), 'utf8')) as { pid: number; start: string | null };
  await lock.release();
  return owner.pid === process.pid && owner.start !== '1';
}

describe('the lock of a data folder', () => {
  it('lets one in, names it to the second, and the next one in after it is released', async () => {
    const lock = await takeLock(path());
    await expect(takeLock(path())).rejects.toThrow(
      new RegExp(`process ${process.pid}\\) runs on this data folder`),
    );
    await lock.release();
    await (await takeLock(path())).release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('left by a killed process is taken over', async () => {
    await writeFile(path(), JSON.stringify({ pid: await endedProcess(), start: '1', host: hostname() }));
    expect(await takenOver()).toBe(true);
  });

  it('left before a reboot is taken over although its pid lives again', async () => {
    await writeFile(path(), JSON.stringify({ pid: process.pid, start: '1', host: hostname() }));
    expect(await takenOver()).toBe(true);
  });

  it('that is torn is taken over', async () => {
    await writeFile(path(), '{"pid":');
    expect(await takenOver()).toBe(true);
  });

  it.each(Array.from({ length: 20 }, (_, round) => round))(
    'left behind goes to exactly one of many that start at once, round %i',
    async () => {
      await writeFile(path(), JSON.stringify({ pid: await endedProcess(), start: '1', host: hostname() }));
      const all = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(path())));
      expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const one of all) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(LockHeld);
    },
  );
});
