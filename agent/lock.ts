import { createHash, randomUUID } from 'node:crypto';
import { link, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
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
 * Takes the lock file or throws {@link LockHeld}. `link` makes taking it atomic, and so does removing one that a
 * killed process left: of many starters at once exactly one wins.
 */
export async function takeLock(path: string): Promise<Lock> {
  const mine: Owner = { pid: process.pid, start: await processStart(process.pid), host: hostname() };
  const temporary = `${path}.${randomUUID()}.tmp`;
  await writeFile(temporary, JSON.stringify(mine), { mode: 0o600 });
  try {
    for (let tries = 0; tries < 100; tries += 1) {
      try {
        await link(temporary, path);
        return { release: () => rm(path, { force: true }) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const held = await readStored(path, owner);
      if (held.kind === 'value' && (await isAlive(held.value))) throw new LockHeld(path, held.value.pid);
      if (held.kind !== 'absent') await removeDead(path, held.kind === 'value' ? held.value : null);
      await pause(10);
    }
    throw new Error(`The lock ${path} changes hands all the time: is the agent started in a loop?`);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** A starter that was killed while it removed a dead lock left its right to do so behind. */
const abandonedAfterMs = 10_000;

/**
 * Removes the lock judged dead. The right to remove just this one is a link whose name follows from its content:
 * one starter gets it, and looks whether the lock is still the dead one. Nobody else can have taken it meanwhile,
 * for while it lies there `link` refuses, and only who holds the right removes it.
 */
async function removeDead(path: string, judged: Owner | null): Promise<void> {
  const content = JSON.stringify(judged);
  const right = `${path}.${createHash('sha256').update(content).digest('hex').slice(0, 16)}.tmp`;
  try {
    await link(path, right);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return forgetAbandoned(right);
    if (code === 'ENOENT') return;
    throw error;
  }
  try {
    const linked = await readStored(right, owner);
    if (content === JSON.stringify(linked.kind === 'value' ? linked.value : null))
      await rm(path, { force: true });
  } finally {
    await rm(right, { force: true });
  }
}

async function forgetAbandoned(right: string): Promise<void> {
  try {
    if (Date.now() - (await stat(right)).ctimeMs > abandonedAfterMs) await rm(right, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
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
