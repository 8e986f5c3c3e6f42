import type { Clock } from '@gantry/agent/clock.js';

/** A clock that moves when told; `sleep` resolves once enough time has passed. */
export interface SteeredClock extends Clock {
  advance(durationMs: number): Promise<void>;
  setWall(wallMs: number): void;
}

export function steeredClock(startWallMs = 1_800_000_000_000): SteeredClock {
  let monotonic = 1_000;
  let wall = startWallMs;
  const sleepers = new Set<{ atMs: number; wake: () => void }>();
  return {
    wallMs: () => wall,
    monotonicMs: () => monotonic,
    sleep: (durationMs, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error);
        const sleeper = { atMs: monotonic + durationMs, wake: () => resolve() };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          reject(signal.reason as Error);
        });
      }),
    async advance(durationMs) {
      monotonic += durationMs;
      wall += durationMs;
      for (const sleeper of sleepers) {
        if (sleeper.atMs > monotonic) continue;
        sleepers.delete(sleeper);
        sleeper.wake();
      }
      await new Promise((resolve) => setImmediate(resolve));
    },
    setWall: (wallMs) => {
      wall = wallMs;
    },
  };
}
