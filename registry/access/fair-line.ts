import { Failure } from '../errors.js';

export interface FairLine {
  /** Does the work as soon as a place is free. Throws `unavailable` when too many wait, and what the work throws. */
  inTurn<Result>(from: string, work: () => Promise<Result>): Promise<Result>;
}

/**
 * At most `inFlight` works at once, of one place at most `inFlightEach`: a crowd from one place leaves room for others.
 * Who waits is taken round by round, one of each `from` after the other: a crowd waits behind itself. `waitingEach` and
 * `waiting` bound the line of one place and of all.
 */
export function createFairLine(limits: {
  inFlight: number;
  inFlightEach: number;
  waitingEach: number;
  waiting: number;
}): FairLine {
  /** Insertion order is the order of turns. */
  const lines = new Map<string, (() => void)[]>();
  const underWay = new Map<string, number>();
  let running = 0;
  let waiting = 0;

  const hasRoomFor = (from: string): boolean =>
    running < limits.inFlight && (underWay.get(from) ?? 0) < limits.inFlightEach;

  function begin(from: string): void {
    running += 1;
    underWay.set(from, (underWay.get(from) ?? 0) + 1);
  }

  function end(from: string): void {
    running -= 1;
    const left = (underWay.get(from) ?? 0) - 1;
    if (left > 0) underWay.set(from, left);
    else underWay.delete(from);
  }

  /** Lets the first in of the place whose turn it is, and puts that place at the end. */
  function letNextIn(): void {
    for (const [from, line] of lines) {
      const first = line[0];
      if (first === undefined || !hasRoomFor(from)) continue;
      lines.delete(from);
      if (line.length > 1) lines.set(from, line.slice(1));
      waiting -= 1;
      // Before the one who waits runs: nobody who comes meanwhile may take the place.
      begin(from);
      return first();
    }
  }

  async function enter(from: string): Promise<void> {
    if (hasRoomFor(from)) return begin(from);
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
      await enter(from);
      try {
        return await work();
      } finally {
        end(from);
        letNextIn();
      }
    },
  };
}
