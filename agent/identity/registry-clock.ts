import type { Clock } from '../clock.js';

/** One exchange of times: our monotonic clock at sending and receiving, the registry's clock in between. */
export interface ClockSample {
  sentMonotonicMs: number;
  receivedMonotonicMs: number;
  registryAtMs: number;
  /** What the registry's value is coarser than, ms: 1,000 for an HTTP `Date` header. */
  granularityMs?: number;
}

/**
 * The registry's time as the agent knows it. It runs on the monotonic clock, so that setting the box's wall
 * clock changes the offset at once and never the registry time.
 */
export interface RegistryClock {
  /** Best estimate of the registry's clock, epoch ms; the box's own clock and what is remembered until it is measured. */
  nowMs(): number;
  /** Registry clock minus box clock, ms; the remembered one until it is measured. */
  offsetMs(): number;
  observe(sample: ClockSample): void;
}

/** Quartz may drift this much between box and registry: 100 ppm. */
const driftPerMs = 1e-4;

interface Estimate {
  /** Registry time = monotonic time + base. */
  baseMs: number;
  errorMs: number;
  atMonotonicMs: number;
}

/**
 * `rememberedMs`: the offset an earlier run measured; it holds until one is measured now, so that a box without
 * network still places its footage right. `onMeasured` gets each offset that is measured.
 */
export function createRegistryClock(
  clock: Clock,
  rememberedMs = 0,
  onMeasured: (offsetMs: number) => void = () => undefined,
): RegistryClock {
  let best: Estimate | null = null;
  const offsetMs = (): number =>
    best ? Math.round(clock.monotonicMs() + best.baseMs - clock.wallMs()) : rememberedMs;
  return {
    nowMs: () => Math.round(best ? clock.monotonicMs() + best.baseMs : clock.wallMs() + rememberedMs),
    offsetMs,
    observe(sample) {
      best = better(best, estimateOf(sample));
      onMeasured(offsetMs());
    },
  };
}

/** Midpoint of the exchange; the error is at most half the round trip. */
function estimateOf({
  sentMonotonicMs,
  receivedMonotonicMs,
  registryAtMs,
  granularityMs = 0,
}: ClockSample): Estimate {
  const roundTripMs = Math.max(0, receivedMonotonicMs - sentMonotonicMs);
  return {
    baseMs: registryAtMs + granularityMs / 2 - (sentMonotonicMs + roundTripMs / 2),
    errorMs: (roundTripMs + granularityMs) / 2,
    atMonotonicMs: receivedMonotonicMs,
  };
}

/** The estimate with the smaller possible error wins; when both cannot be true, a clock jumped: the newer wins. */
function better(old: Estimate | null, fresh: Estimate): Estimate {
  if (old === null) return fresh;
  const oldErrorMs = old.errorMs + Math.max(0, fresh.atMonotonicMs - old.atMonotonicMs) * driftPerMs;
  const contradict = Math.abs(fresh.baseMs - old.baseMs) > fresh.errorMs + oldErrorMs + 1;
  return contradict || fresh.errorMs <= oldErrorMs ? fresh : old;
}
