import { Failure } from '../errors.js';

/** Lets so many work at once, so many wait, and refuses the rest: a flood costs a bounded amount of the machine. */
export interface Turns {
  /** Rejects with `unavailable` when the line is full. */
  take<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** `busy`: what is told to whoever finds the line full. */
export function createTurns(limits: { atOnce: number; waiting: number }, busy: string): Turns {
  const line: (() => void)[] = [];
  let free = limits.atOnce;
  return {
    async take(work) {
      if (free > 0) free -= 1;
      else if (line.length < limits.waiting) await new Promise<void>((resolve) => line.push(resolve));
      else throw new Failure('unavailable', busy);
      try {
        return await work();
      } finally {
        // A place is handed on, not given back, when somebody waits.
        const next = line.shift();
        if (next === undefined) free += 1;
        else next();
      }
    },
  };
}
