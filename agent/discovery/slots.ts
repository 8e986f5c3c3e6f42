/** A number of things that may be open at once, which shrinks where the system cannot bear it. */
export interface Slots {
  /** Resolves when a slot is free, first come, first served. */
  take(): Promise<void>;
  give(): void;
  /** The system had no more to give: half as many from now on, never fewer than `min`. */
  shrink(): void;
}

export function createSlots({ max, min }: { max: number; min: number }): Slots {
  let limit = max;
  let taken = 0;
  const waiting: (() => void)[] = [];
  const admit = (): void => {
    while (taken < limit) {
      const next = waiting.shift();
      if (next === undefined) return;
      taken += 1;
      next();
    }
  };
  return {
    take: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        admit();
      }),
    give: () => {
      taken -= 1;
      admit();
    },
    shrink: () => {
      limit = Math.max(min, Math.floor(limit / 2));
    },
  };
}
