import { Failure } from '../errors.js';

export interface FairLine {
  /** Does the work as soon as a place is free. Throws `unavailable` when too many wait, and what the work throws. */
  inTurn<Result>(from: string, work: () => Promise<Result>): Promise<Result>;
}

/**
 * At most `inFlight` works at once. Who waits is taken round by round, one of each `from` after the other: a crowd
 * from one place waits behind itself. `waitingEach` and `waiting` bound the line of one place and of all.
 */
export function createFairLine(limits: { inFlight: number; waitingEach: number; waiting: number }): FairLine {
  /** Insertion order is the order of turns. */
  const lines = new Map<string, (() => void)[]>();
  let running = 0;
  let waiting = 0;

  /** Takes the first of the place whose turn it is, and puts that place at the end. */
  function next(): (() => void) | undefined {
    const [turn] = lines;
    if (turn === undefined) return undefined;
    const [from, line] = turn;
    const first = line.shift();
    lines.delete(from);
    if (line.length > 0) lines.set(from, line);
    waiting -= 1;
    return first;
  }

  async function place(from: string): Promise<void> {
    if (running < limits.inFlight) {
      running += 1;
      return;
    }
    const line = lines.get(from) ?? [];
    if (line.length >= limits.waitingEach || waiting >= limits.waiting) {
      throw new Failure('unavailable', 'Too many people sign in at this moment. Try again in a few seconds.');
    }
    lines.set(from, line);
    waiting += 1;
    await new Promise<void>((resolve) => line.push(resolve));
  }

  return {
    inTurn: async (from, work) => {
      await place(from);
      try {
        return await work();
      } finally {
        // The place is handed on, not given back, when somebody waits.
        const following = next();
        if (following === undefined) running -= 1;
        else following();
      }
    },
  };
}
