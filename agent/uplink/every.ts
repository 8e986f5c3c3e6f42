import type { Clock } from '../clock.js';

/** Acts at once and then once per period until the signal is aborted. */
export async function every(
  clock: Clock,
  periodMs: number,
  signal: AbortSignal,
  act: () => void,
): Promise<void> {
  while (!signal.aborted) {
    act();
    await clock.sleep(periodMs, signal).catch(() => undefined);
  }
}
