import { keepWritten, keptEverySeconds } from '@gantry/agent/recorder/keep-written.js';
import { systemClock } from '@gantry/agent/clock.js';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Sleeps end when the story says so. */
const slowClock = () => {
  const sleeping: { durationMs: number; wake: () => void }[] = [];
  return {
    sleeping,
    clock: {
      ...systemClock,
      sleep: (durationMs: number, signal?: AbortSignal) =>
        new Promise<void>((wake, reject) => {
          sleeping.push({ durationMs, wake });
          signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
        }),
    },
    async pass() {
      const before = sleeping.length;
      sleeping.at(-1)?.wake();
      while (sleeping.length === before) await new Promise(setImmediate);
    },
  };
};

describe('a long segment that is open', () => {
  it('is made to survive a power cut every ten seconds, whichever file it is by then, until the end', async () => {
    const time = slowClock();
    const over = new AbortController();
    const synced: string[] = [];
    const files = ['a', 'a', 'b'];
    const sync = async (file: string) => {
      synced.push(file);
      // A broken disk is no reason to stop trying.
      if (synced.length === 1) throw new Error('EIO');
    };
    const openFile = () => files[synced.length] ?? 'none';
    const kept = keepWritten({ openFile, clock: time.clock, signal: over.signal, sync });
    await time.pass();
    await time.pass();
    await time.pass();
    over.abort();
    await kept;
    expect(synced).toEqual(files);
    expect(time.sleeping.every(({ durationMs }) => durationMs === keptEverySeconds * 1_000)).toBe(true);
  });

  it('is synced where it lies, and may be missing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gantry-kept-'));
    const time = slowClock();
    const over = new AbortController();
    await writeFile(join(folder, 'open.mp4'), 'bytes');
    const files = ['open.mp4', 'missing.mp4'].map((name) => join(folder, name));
    const kept = keepWritten({ openFile: () => files.shift() ?? '', clock: time.clock, signal: over.signal });
    await time.pass();
    await time.pass();
    over.abort();
    await kept;
    expect(files).toEqual([]);
    await rm(folder, { recursive: true });
  });
});
