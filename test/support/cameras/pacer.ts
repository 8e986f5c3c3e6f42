/** Calls every listener once per picture; one timer paces all cameras that share it. */
export interface Pacer {
  /** `listener` is called whenever a picture is due; the answer stops it. */
  each(listener: () => void): () => void;
}

/** After a longer pause of the process (suspended, debugger) the pace begins anew instead of bursting. */
const catchUpMaxPictures = 30;

/** The timer runs while somebody listens, so a pacer needs no closing. */
export function createPacer(frameRate: number, monotonicMs: () => number = () => performance.now()): Pacer {
  const listeners = new Set<() => void>();
  let timer: NodeJS.Timeout | null = null;
  let originMs = 0;
  let next = 0;

  const dueMs = (picture: number) => originMs + (picture * 1_000) / frameRate;
  const tick = () => {
    if (monotonicMs() > dueMs(next + catchUpMaxPictures)) originMs += monotonicMs() - dueMs(next);
    while (dueMs(next) <= monotonicMs()) {
      for (const listener of listeners) listener();
      next += 1;
    }
    timer = listeners.size > 0 ? setTimeout(tick, Math.max(1, dueMs(next) - monotonicMs())) : null;
  };

  return {
    each(listener) {
      listeners.add(listener);
      if (!timer) {
        originMs = monotonicMs() - (next * 1_000) / frameRate;
        timer = setTimeout(tick, 0);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0 || !timer) return;
        clearTimeout(timer);
        timer = null;
      };
    },
  };
}
