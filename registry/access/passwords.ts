import { hash, verify } from '@node-rs/argon2';
import { Failure } from '../errors.js';

/** OWASP's second choice for argon2id: 19 MiB, 2 passes, 1 lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A hash nobody's password has: checked for unknown users, so that they take as long as known ones. */
const nobodysHash =
  '$argon2id$v=19$m=19456,t=2,p=1$Z2FudHJ5LW5vYm9keS1zYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

export interface Passwords {
  hash(password: string): Promise<string>;
  /** `stored` null (unknown user, no password yet) takes the same time and answers false. */
  matches(password: string, stored: string | null): Promise<boolean>;
}

/**
 * argon2id with at most `inFlight` computations at once (19 MiB each) and `waiting` behind them: a flood of
 * sign-ins costs a bounded amount of memory. Throws `unavailable` when the line is full.
 */
export function createPasswords(inFlight = 2, waiting = 64): Passwords {
  let running = 0;
  const line: (() => void)[] = [];
  async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (running >= inFlight) {
      if (line.length >= waiting) {
        throw new Failure(
          'unavailable',
          'Too many people sign in at this moment. Try again in a few seconds.',
        );
      }
      await new Promise<void>((resolve) => line.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      // The place is handed on, not given back, when somebody waits.
      const next = line.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  }
  return {
    hash: (password) => inTurn(() => hash(password, cost)),
    matches: (password, stored) =>
      inTurn(async () => {
        const equal = await verify(stored ?? nobodysHash, password);
        return equal && stored !== null;
      }),
  };
}
