import { backoffMs, type Backoff } from '../retry.js';

/** Cameras that failed to show live: how long each is left alone, and why. */
export interface Refusals {
  /** Why a stream is not tried now; null when it may be. */
  standing(key: string): string | null;
  /** One more failure in a row. */
  failed(key: string, end: { kind: string; detail: string }): void;
  /** It showed a picture, or its login changed. */
  forget(key: string): void;
}

const backoff: Backoff = { firstMs: 1_000, maxMs: 30_000 };
/** Cameras lock accounts (401), or count sessions they have not ended yet (453): field note "Recorder supervision". */
const patienceMs: Readonly<Record<string, number>> = {
  auth_failed: 60_000,
  unauthorized: 60_000,
  busy: 10_000,
};

/** Viewers ask again and again; the camera is asked only as often as this lets through. */
export function createRefusals(o: { nowMs: () => number; random: () => number }): Refusals {
  const held = new Map<string, { count: number; untilMs: number; detail: string }>();
  return {
    standing(key) {
      const refusal = held.get(key);
      return refusal !== undefined && o.nowMs() < refusal.untilMs ? refusal.detail : null;
    },
    failed(key, { kind, detail }) {
      const count = (held.get(key)?.count ?? 0) + 1;
      const pauseMs = Math.max(patienceMs[kind] ?? 0, backoffMs(count - 1, backoff, o.random));
      held.set(key, { count, untilMs: o.nowMs() + pauseMs, detail });
    },
    forget: (key) => void held.delete(key),
  };
}
