import type { Comparison } from './harness.js';
import type { BenchDatabase } from './database.js';

/** Where benches run. */
export interface Stage {
  /** The same work at a size that takes seconds: proves correctness, its figures mean nothing. */
  smoke: boolean;
  /** An empty, migrated database; closed when the bench is over. */
  openDatabase: () => Promise<BenchDatabase>;
  /** A fresh folder, removed when the bench is over. */
  folder: string;
  /** Closes something when the bench is over, last added first. */
  atEnd: (close: () => Promise<void>) => void;
}

export interface Bench {
  name: string;
  /** What is measured against what, in one sentence. */
  what: string;
  /** Yields each comparison as soon as it is done: some benches take minutes. */
  run: (stage: Stage) => AsyncGenerator<Comparison, void>;
}

/** Rounds of a bench's comparisons: five and a warm-up, or one to see that it works. */
export const roundsOf = (stage: Stage): { rounds: number; warmup: number } =>
  stage.smoke ? { rounds: 1, warmup: 0 } : { rounds: 5, warmup: 1 };
