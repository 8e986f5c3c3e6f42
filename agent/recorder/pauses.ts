import { backoffMs } from '../retry.js';
import type { RecorderReason } from './outcome.js';

/** What a recorder remembers between attempts. */
export interface Patience {
  failures: number;
  /** Refused logins in a row. */
  refusals: number;
}

export const freshPatience: Patience = { failures: 0, refusals: 0 };

export interface Pause {
  pauseMs: number;
  parked: boolean;
  patience: Patience;
}

const backoff = { firstMs: 1_000, maxMs: 60_000 };
export const healthyMs = 60_000;
/** A camera keeps a session it was not told the end of for its time-out. */
const busyMs = 60_000;
const parkMinutes = [5, 15, 30, 60];

/**
 * How long to wait after a failed attempt that recorded for `recordedMs`. Cameras lock an account for 30 min
 * after a few refused logins: one retry (it may have been a stale nonce), then the recorder is parked.
 */
export function pauseAfter(
  reason: RecorderReason,
  recordedMs: number,
  before: Patience,
  random: () => number,
): Pause {
  const { failures, refusals } = recordedMs >= healthyMs ? freshPatience : before;
  const retry: Pause = {
    pauseMs: backoffMs(failures, backoff, random),
    parked: false,
    patience: { failures: failures + 1, refusals: 0 },
  };
  if (reason === 'auth_failed') {
    const patience = { failures: failures + 1, refusals: refusals + 1 };
    if (refusals === 0) return { ...retry, patience };
    const minutes = parkMinutes[Math.min(refusals - 1, parkMinutes.length - 1)] ?? 60;
    return { pauseMs: minutes * 60_000, parked: true, patience };
  }
  if (reason === 'busy') return { ...retry, pauseMs: busyMs };
  // Nothing is wrong with the camera: a new session begins at once.
  if (reason === 'clock_drift' || reason === 'segment_too_large' || reason === 'picture_changed')
    return { pauseMs: 0, parked: false, patience: { failures, refusals: 0 } };
  return retry;
}
