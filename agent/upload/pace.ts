import { Duplex } from 'node:stream';
import type { Clock } from '../clock.js';

/** Keeps all uploads together below a rate, so that a site's line stays free for others. */
export interface Pace {
  /** What bytes pass through on their way; it waits where the rate asks for it. */
  through(signal: AbortSignal): Duplex;
}

/** `bytesPerSecond` 0: no limit. */
export function createPace(bytesPerSecond: number, clock: Clock): Pace {
  /** When what was let through so far is paid for. */
  let paidAtMs = -Infinity;
  const pay = async (bytes: number, signal: AbortSignal): Promise<void> => {
    const nowMs = clock.monotonicMs();
    paidAtMs = Math.max(paidAtMs, nowMs) + (bytes / bytesPerSecond) * 1_000;
    if (paidAtMs > nowMs) await clock.sleep(paidAtMs - nowMs, signal);
  };
  return {
    through: (signal) =>
      Duplex.from(async function* paced(source: AsyncIterable<Buffer>) {
        for await (const chunk of source) {
          if (bytesPerSecond > 0) await pay(chunk.byteLength, signal);
          yield chunk;
        }
      }),
  };
}
