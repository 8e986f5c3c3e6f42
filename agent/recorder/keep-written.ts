import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../clock.js';
import { syncFolder } from '../store.js';

/** What a power cut may cost of a segment that is open, seconds; shorter segments are sealed by then anyway. */
export const keptEverySeconds = 10;

/**
 * Makes what ffmpeg has written of the open segment survive a power cut, time and again: it is sealed only when it is
 * whole, which takes a minute where the registry stores in S3. Resolves when the signal is aborted; never rejects.
 */
export async function keepWritten(o: {
  /** The segment that is open now. */
  openFile: () => string;
  clock: Clock;
  signal: AbortSignal;
  sync?: (file: string) => Promise<void>;
}): Promise<void> {
  const { openFile, clock, signal, sync = syncFile } = o;
  while (!signal.aborted) {
    await clock.sleep(keptEverySeconds * 1_000, signal).catch(() => {});
    // A disk that is full or broken is told of by who writes to it.
    if (!signal.aborted) await sync(openFile()).catch(() => {});
  }
}

async function syncFile(file: string): Promise<void> {
  const opened = await open(file, 'r');
  try {
    await opened.datasync();
  } finally {
    await opened.close();
  }
  await syncFolder(dirname(file));
}
