import type { Clock } from '../clock.js';

/** Tells addresses whose tries are refused again and again from others. */
export interface CrowdGate {
  /** Whether the address is to be sent away without a look at what it brings. */
  isClosedTo(address: string): boolean;
  /** One of its tries was looked at and refused. */
  refused(address: string): void;
}

const refusalsAtOnce = 20;
const refusalsPerSecond = 2;
const rememberedAddresses = 10_000;

/**
 * Looks at 20 refused tries of an address at once and at two per second from then on: a refusal costs as much as any
 * other answer, and a thousand of them would stand in front of everybody else. Whoever stops finds it open again
 * half a second later. The address that was refused longest ago is forgotten when there are too many.
 */
export function createCrowdGate(clock: Clock): CrowdGate {
  /** How many more refusals each address has at a moment. */
  const left = new Map<string, { refusals: number; atMs: number }>();

  function refusalsLeft(address: string): number {
    const known = left.get(address);
    if (known === undefined) return refusalsAtOnce;
    const since = ((clock.nowMs() - known.atMs) / 1_000) * refusalsPerSecond;
    return Math.min(refusalsAtOnce, known.refusals + since);
  }

  return {
    isClosedTo: (address) => refusalsLeft(address) < 1,
    refused: (address) => {
      const refusals = Math.max(0, refusalsLeft(address) - 1);
      left.delete(address);
      left.set(address, { refusals, atMs: clock.nowMs() });
      const oldest = left.keys().next();
      if (left.size > rememberedAddresses && !oldest.done) left.delete(oldest.value);
    },
  };
}
