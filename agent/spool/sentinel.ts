import { randomUUID } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readStored, writeDurably } from '../store.js';

/** The disk that footage belongs on is not there: what lies at its place is the empty folder it is mounted over. */
export class DiskAway extends Error {
  override readonly name = 'DiskAway';
}

/** Tells the disk that holds footage from the folder it is mounted over, by a file with a name only we know. */
export interface Sentinel {
  /** Rejects with {@link DiskAway} while the disk is not there. */
  check(): Promise<void>;
}

const storedMark = z.strictObject({ mark: z.string() });
const markFile = '.gantry-footage';

/**
 * Marks `folder` at its first use and remembers the mark at `memoryPath`, on another disk; from then on a folder
 * without the mark is taken for a disk that was not mounted. Nothing is ever made in such a folder: footage written
 * below a mount point is hidden by the mount, and fills the wrong disk.
 */
export function openSentinel(folder: string, memoryPath: string): Sentinel {
  const path = join(folder, markFile);
  return {
    async check() {
      const remembered = await readStored(memoryPath, storedMark);
      const found = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      });
      if (remembered.kind === 'value') {
        if (found === remembered.value.mark) return;
        throw new DiskAway(`The disk for footage is not mounted at ${folder}: its mark is not there.`);
      }
      const mark = found ?? randomUUID();
      await mkdir(folder, { recursive: true, mode: 0o700 });
      if (found === null) await writeDurably(path, mark);
      // Last: a crash before it marks anew.
      await writeDurably(memoryPath, JSON.stringify({ mark }));
    },
  };
}
