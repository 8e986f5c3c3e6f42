import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench } from './bench.js';
import { createDatabase } from './database.js';
import type { Comparison } from './harness.js';

/** Runs one bench on a stage of its own and takes the stage down again, whatever happened. */
export async function* runBench(
  bench: Bench,
  o: { smoke: boolean; postgres: { serverUrl: string; template: string } },
): AsyncGenerator<Comparison, void> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-bench-'));
  const closing: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    yield* bench.run({
      smoke: o.smoke,
      folder,
      openDatabase: async () => {
        const database = await createDatabase(o.postgres.serverUrl, o.postgres.template);
        closing.push(() => database.close());
        return database;
      },
      atEnd: (close) => closing.push(close),
    });
  } finally {
    for (const close of closing.toReversed()) await close();
  }
}
