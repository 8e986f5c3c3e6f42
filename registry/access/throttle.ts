import { Failure } from '../errors.js';
import type { Clock } from '../clock.js';

/** Tries of one account from one address. */
interface Tries {
  failures: number;
  blockedUntilMs: number;
}

export interface Throttle {
  /** Throws `rate_limited` while the pair has to wait. */
  check(account: string, ip: string | null): void;
  failed(account: string, ip: string | null): void;
  succeeded(account: string, ip: string | null): void;
}

/** Refusal that says how long to wait; becomes the Retry-After header. */
export class TooManyTries extends Failure {
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super('rate_limited', `Too many wrong tries. Wait ${retryAfterSeconds} s, then try again.`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

const freeTries = 4;
const longestWaitMs = 15 * 60_000;
const rememberedPairs = 50_000;

/** How long to wait after so many failures in a row: 0, then 1, 2, 4 … s up to 15 min. */
export const waitAfterMs = (failures: number): number =>
  failures < freeTries ? 0 : Math.min(1000 * 2 ** Math.min(failures - freeTries, 20), longestWaitMs);

/**
 * Exponential delay per account and address, in memory: somebody who guesses does not lock the owner out
 * elsewhere. The oldest pair is forgotten when there are too many.
 */
export function createThrottle(clock: Clock): Throttle {
  const pairs = new Map<string, Tries>();
  const key = (account: string, ip: string | null): string => `${account.toLowerCase()}\n${ip ?? ''}`;
  return {
    check: (account, ip) => {
      const tries = pairs.get(key(account, ip));
      const waitMs = (tries?.blockedUntilMs ?? 0) - clock.nowMs();
      if (waitMs > 0) throw new TooManyTries(Math.ceil(waitMs / 1000));
    },
    failed: (account, ip) => {
      const name = key(account, ip);
      const failures = (pairs.get(name)?.failures ?? 0) + 1;
      pairs.delete(name);
      pairs.set(name, { failures, blockedUntilMs: clock.nowMs() + waitAfterMs(failures) });
      if (pairs.size > rememberedPairs) {
        const oldest = pairs.keys().next();
        if (!oldest.done) pairs.delete(oldest.value);
      }
    },
    succeeded: (account, ip) => void pairs.delete(key(account, ip)),
  };
}
