import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { z } from 'zod';
import { readStored } from './store.js';

/** A process is its pid and its start: after a reboot another process may bear the same pid. */
const owner = z.strictObject({ pid: z.int(), start: z.string().nullable(), host: z.string() });
type Owner = z.infer<typeof owner>;

export interface Lock {
  release(): Promise<void>;
}

/** Another living process owns the folder. */
export class LockHeld extends Error {
  override readonly name = 'LockHeld';
  readonly pid: number;
  constructor(path: string, pid: number) {
    super(
      `Another agent (process ${pid}) runs on this data folder (${path}). Stop it first, or use another --data folder.`,
    );
    this.pid = pid;
  }
}

/**
 * Takes the lock file or throws {@link LockHeld}. `link` makes taking it atomic; a lock left by a killed
 * process is moved away and looked at again, so that of two starters at once exactly one wins.
 */
export async function takeLock(path: string): Promise<Lock> {
  const mine: Owner = { pid: process.pid, start: await processStart(process.pid), host: hostname() };
  const temporary = `${path}.${randomUUID()}.tmp`;
  await writeFile(temporary, JSON.stringify(mine), { mode: 0o600 });
  try {
    for (let tries = 0; tries < 5; tries += 1) {
      try {
        await link(temporary, path);
        return { release: () => rm(path, { force: true }) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const held = await readStored(path, owner);
      if (held.kind === 'value' && (await isAlive(held.value))) throw new LockHeld(path, held.value.pid);
      if (held.kind !== 'absent') await moveAway(path, held.kind === 'value' ? held.value : null);
    }
    throw new Error(`The lock ${path} changes hands all the time: is the agent started in a loop?`);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Removes the lock judged dead; one taken by a faster starter in between is put back. */
async function moveAway(path: string, judged: Owner | null): Promise<void> {
  const aside = `${path}.${randomUUID()}.tmp`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = await readStored(aside, owner);
  if (moved.kind === 'value' && JSON.stringify(moved.value) !== JSON.stringify(judged)) {
    await link(aside, path).catch(() => undefined);
  }
  await rm(aside, { force: true });
}

async function isAlive({ pid, start, host }: Owner): Promise<boolean> {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const now = await processStart(pid);
  return start === null || now === null || start === now;
}

/** Start time of a process in clock ticks since boot (`/proc/PID/stat`, field 22); null where there is no /proc. */
async function processStart(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
