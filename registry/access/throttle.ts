import { Failure } from '../errors.js';
import type { Clock } from '../clock.js';

/** Tries of one account from one address. */
interface Tries {
  failures: number;
  /** Tries whose outcome is not known yet. */
  open: number;
  blockedUntilMs: number;
}

export interface Throttle {
  /** Throws `rate_limited` while the pair has to wait, and counts a try that is no guess, such as a letter. */
  pace(what: string, ip: string | null): void;
  /**
   * Runs a check of what may be guessed and answers its outcome: false counts as a failure, true forgets those
   * before. Throws `rate_limited`, without running it, while the pair has to wait.
   */
  guard(account: string, ip: string | null, check: () => Promise<boolean>): Promise<boolean>;
}

/** `rate_limited`, and when the next try makes sense. */
export class TooManyTries extends Failure {
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super('rate_limited', `Too many tries. Wait ${retryAfterSeconds} s, then try again.`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

const freeTries = 4;
const triesAtOnce = 8;
const longestWaitMs = 15 * 60_000;
const rememberedPairs = 50_000;

/** How long to wait after so many failures in a row: 0, then 1, 2, 4 … s up to 15 min. */
export const waitAfterMs = (failures: number): number =>
  failures < freeTries ? 0 : Math.min(1000 * 2 ** Math.min(failures - freeTries, 20), longestWaitMs);

/**
 * Exponential delay per account and address, in memory: somebody who guesses does not lock the owner out
 * elsewhere. A few tries may be open at once and, once guesses failed, one: a thousand at a time are not a thousand
 * guesses. The oldest pair is forgotten when there are too many.
 */
export function createThrottle(clock: Clock): Throttle {
  const pairs = new Map<string, Tries>();
  const key = (account: string, ip: string | null): string => `${account.toLowerCase()}\n${ip ?? ''}`;
  const triesOf = (name: string): Tries => pairs.get(name) ?? { failures: 0, open: 0, blockedUntilMs: 0 };

  function keep(name: string, tries: Tries): void {
    pairs.delete(name);
    if (tries.failures === 0 && tries.open === 0) return;
    pairs.set(name, tries);
    const oldest = pairs.keys().next();
    if (pairs.size > rememberedPairs && !oldest.done) pairs.delete(oldest.value);
  }

  function requireNoWait({ failures, open, blockedUntilMs }: Tries): void {
    const waitMs = blockedUntilMs - clock.nowMs();
    if (waitMs > 0) throw new TooManyTries(Math.ceil(waitMs / 1000));
    if (open >= triesAtOnce || (open > 0 && failures >= freeTries)) throw new TooManyTries(1);
  }

  const afterFailure = ({ failures, open }: Tries): Tries => ({
    failures: failures + 1,
    open,
    blockedUntilMs: clock.nowMs() + waitAfterMs(failures + 1),
  });

  return {
    pace: (what, ip) => {
      const name = key(what, ip);
      const tries = triesOf(name);
      requireNoWait(tries);
      keep(name, afterFailure(tries));
    },
    guard: async (account, ip, check) => {
      const name = key(account, ip);
      const before = triesOf(name);
      requireNoWait(before);
      keep(name, { ...before, open: before.open + 1 });
      let outcome: boolean | null = null;
      try {
        outcome = await check();
        return outcome;
      } finally {
        const tries = triesOf(name);
        const ended = { ...tries, open: Math.max(0, tries.open - 1) };
        if (outcome === null) keep(name, ended);
        else keep(name, outcome ? { ...ended, failures: 0, blockedUntilMs: 0 } : afterFailure(ended));
      }
    },
  };
}
