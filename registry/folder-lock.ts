import { createHash, randomUUID } from 'node:crypto';
import { link, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isRunning, readProcess, type ProcessStart } from './process-start.js';
import { StartFailure } from './start-failure.js';

/** The folder is in use by a running registry. */
export class FolderInUse extends StartFailure {
  constructor(folder: string, pid: number) {
    super(
      `The folder ${folder} is in use by another registry (process ${pid}). ` +
        `Stop that one first, or give this one a folder of its own with --data.`,
    );
    this.name = 'FolderInUse';
  }
}

/**
 * Keeps a second registry off a data folder. The lock names the process and its start, so that the lock of a
 * killed registry is recognised and taken over. `link` makes taking it atomic, and so does removing a dead one: of
 * many starters at once exactly one wins. Throws {@link FolderInUse}.
 */
export async function lockFolder(folder: string): Promise<{ release(): Promise<void> }> {
  const path = join(folder, 'registry.lock');
  const self = await readProcess(process.pid);
  if (self === null)
    throw new StartFailure('Cannot read /proc: the lock of the data folder needs Linux with /proc mounted.');
  const temporary = `${path}.${randomUUID()}.tmp`;
  await writeFile(temporary, JSON.stringify(self.start), { mode: 0o600 });
  try {
    for (let tries = 0; tries < 100; tries += 1) {
      try {
        await link(temporary, path);
        return { release: () => rm(path, { force: true }) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const held = await readFile(path, 'utf8').catch(() => null);
      const owner = held === null ? null : parseLock(held);
      if (owner !== null && (await isRunning(owner))) throw new FolderInUse(folder, owner.pid);
      if (held !== null) await removeDead(path, held);
      await pause(10);
    }
    throw new StartFailure(`The lock ${path} changes hands all the time: is the registry started in a loop?`);
  } finally {
    await rm(temporary, { force: true });
  }
}

function parseLock(text: string): ProcessStart | null {
  try {
    const value = JSON.parse(text) as Partial<ProcessStart>;
    return typeof value.pid === 'number' &&
      typeof value.startTicks === 'number' &&
      typeof value.bootId === 'string'
      ? { pid: value.pid, startTicks: value.startTicks, bootId: value.bootId }
      : null;
  } catch {
    return null;
  }
}

/** A starter that was killed while it removed a dead lock left its right to do so behind. */
const abandonedAfterMs = 10_000;

/**
 * Removes the lock judged dead. The right to remove just this one is a link whose name follows from its content:
 * one starter gets it, and looks whether the lock is still the dead one. Nobody else can have taken it meanwhile,
 * for while it lies there `link` refuses, and only who holds the right removes it.
 */
async function removeDead(path: string, judged: string): Promise<void> {
  const right = `${path}.${createHash('sha256').update(judged).digest('hex').slice(0, 16)}.tmp`;
  try {
    await link(path, right);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return forgetAbandoned(right);
    if (code === 'ENOENT') return;
    throw error;
  }
  try {
    if ((await readFile(right, 'utf8')) === judged) await rm(path, { force: true });
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
