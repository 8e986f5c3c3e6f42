import { TooManyTries } from '../access/throttle.js';
import type { Clock } from '../clock.js';

/** So many acts within a window, per name: an address, an account. The name null is not counted. */
export interface Allowance {
  /** Throws `rate_limited` with the seconds to wait when the name has none left. */
  check(name: string | null): void;
  take(name: string | null): void;
}

const rememberedNames = 50_000;

/**
 * In memory: a code of 60 bits is not found by guessing, the allowance keeps those who try from costing anything.
 * Right tries do not refill it, so that nobody hides guesses between codes of his own. The name that was quiet for
 * longest is forgotten when there are too many.
 */
export function createAllowance(clock: Clock, limit: { acts: number; windowMs: number }): Allowance {
  const takenAtMs = new Map<string, number[]>();
  const recent = (name: string): number[] => {
    const since = clock.nowMs() - limit.windowMs;
    return (takenAtMs.get(name) ?? []).filter((atMs) => atMs > since);
  };
  return {
    check(name) {
      if (name === null) return;
      const taken = recent(name);
      const oldest = taken[taken.length - limit.acts];
      if (oldest === undefined) return;
      throw new TooManyTries(Math.max(1, Math.ceil((oldest + limit.windowMs - clock.nowMs()) / 1_000)));
    },
    take(name) {
      if (name === null) return;
      const taken = [...recent(name), clock.nowMs()].slice(-limit.acts);
      takenAtMs.delete(name);
      takenAtMs.set(name, taken);
      const quietest = takenAtMs.keys().next();
      if (takenAtMs.size > rememberedNames && !quietest.done) takenAtMs.delete(quietest.value);
    },
  };
}
