import type { Clock } from './clock.js';

export interface Backoff {
  firstMs: number;
  maxMs: number;
}

/**
 * Pause before retry number `attempt` (0-based): full jitter over an exponentially growing window, so that
 * a site's cameras or a fleet's agents do not come back in step.
 */
export function backoffMs(attempt: number, { firstMs, maxMs }: Backoff, random: () => number): number {
  return Math.round(random() * Math.min(maxMs, firstMs * 2 ** Math.min(attempt, 30)));
}

/** Runs `attempt` until it resolves or `signal` aborts; `onFailure` sees each error and the pause that follows. */
export async function retryForever<Result>(
  attempt: (signal: AbortSignal) => Promise<Result>,
  options: {
    backoff: Backoff;
    clock: Clock;
    random: () => number;
    signal: AbortSignal;
    onFailure: (error: unknown, pauseMs: number) => void;
  },
): Promise<Result> {
  for (let failures = 0; ; failures += 1) {
    options.signal.throwIfAborted();
    try {
      return await attempt(options.signal);
    } catch (error) {
      options.signal.throwIfAborted();
      const pauseMs = backoffMs(failures, options.backoff, options.random);
      options.onFailure(error, pauseMs);
      await options.clock.sleep(pauseMs, options.signal);
    }
  }
}
