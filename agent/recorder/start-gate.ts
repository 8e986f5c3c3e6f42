import type { Clock } from '../clock.js';

/** Spaces the starts of all recorders of an agent, so that a site's switch survives "everything on". */
export interface StartGate {
  /** Resolves when the caller may start; rejects with the signal's reason as soon as it is aborted. */
  pass(signal: AbortSignal): Promise<void>;
}

export function createStartGate(o: { clock: Clock; startsPerSecond: number }): StartGate {
  const gapMs = 1_000 / o.startsPerSecond;
  let freeAtMs = Number.NEGATIVE_INFINITY;
  return {
    pass: async (signal) => {
      signal.throwIfAborted();
      const nowMs = o.clock.monotonicMs();
      const turnMs = Math.max(nowMs, freeAtMs);
      // Taken before the wait: callers of one moment get turns one after the other. Who gives up wastes its turn.
      freeAtMs = turnMs + gapMs;
      if (turnMs > nowMs) await o.clock.sleep(turnMs - nowMs, signal);
    },
  };
}
