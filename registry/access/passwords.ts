import { hash, verify } from '@node-rs/argon2';
import { createFairLine } from './fair-line.js';

/** OWASP's second choice for argon2id: 19 MiB, 2 passes, 1 lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A hash nobody's password has: checked for unknown users, so that they take as long as known ones. */
const nobodysHash =
  '$argon2id$v=19$m=19456,t=2,p=1$Z2FudHJ5LW5vYm9keS1zYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

export interface Passwords {
  /** `from`: whose turn it is when many wait, such as an address. */
  hash(password: string, from?: string | null): Promise<string>;
  /** `stored` null (unknown user, no password yet) takes the same time and answers false. */
  matches(password: string, stored: string | null, from?: string | null): Promise<boolean>;
}

/**
 * argon2id with at most `inFlight` computations at once (19 MiB each), one of each address, and a bounded, fair line
 * behind them: a flood of sign-ins costs a bounded amount of memory and does not hold up those from elsewhere. Throws
 * `unavailable` when the line is full.
 */
export function createPasswords(inFlight = 2): Passwords {
  const line = createFairLine({ inFlight, inFlightEach: 1, waitingEach: 16, waiting: 256 });
  return {
    hash: (password, from) => line.inTurn(from ?? '', () => hash(password, cost)),
    matches: (password, stored, from) =>
      line.inTurn(from ?? '', async () => {
        const equal = await verify(stored ?? nobodysHash, password);
        return equal && stored !== null;
      }),
  };
}
