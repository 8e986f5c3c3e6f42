import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
 * killed registry is recognised and taken over. Throws {@link FolderInUse}.
 */
export async function lockFolder(folder: string): Promise<{ release(): Promise<void> }> {
  const path = join(folder, 'registry.lock');
  const self = await readProcess(process.pid);
  if (self === null)
    throw new StartFailure('Cannot read /proc: the lock of the data folder needs Linux with /proc mounted.');
  const content = JSON.stringify(self.start);
  for (;;) {
    try {
      await writeFile(path, content, { flag: 'wx', mode: 0o600 });
      return { release: () => rm(path, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const found = await readFile(path, 'utf8').catch(() => null);
    if (found === null) continue;
    const owner = parseLock(found);
    if (owner !== null && (await isRunning(owner))) throw new FolderInUse(folder, owner.pid);
    await removeStale(path, found);
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

/** Rename first: of two starters that both saw the stale lock, one could otherwise delete the other's new lock. */
async function removeStale(path: string, stale: string): Promise<void> {
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const moved = await readFile(aside, 'utf8');
  if (moved !== stale) await rename(aside, path);
  else await rm(aside, { force: true });
}
