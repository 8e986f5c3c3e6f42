import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../clock.js';
import { readStored, writeDurably } from '../store.js';

const sixDigits = z.strictObject({ pin: z.string().regex(/^\d{6}$/) });

/**
 * The PIN of the on-site page: made once, kept where only this user may read it (0600), so that `gantry pin` and
 * `gantry up` name the same one. A damaged file is replaced.
 */
export async function readOrMakePin(path: string, randomBelow: (limit: number) => number): Promise<string> {
  const stored = await readStored(path, sixDigits);
  if (stored.kind === 'value') return stored.value.pin;
  const pin = String(randomBelow(1_000_000)).padStart(6, '0');
  await writeDurably(path, JSON.stringify({ pin }));
  return pin;
}

export type PinVerdict =
  { kind: 'in'; token: string } | { kind: 'wrong' } | { kind: 'wait'; retryInMs: number };

export interface PinGate {
  /** Exchanges the PIN for a session token. `from`: the address that asks. */
  enter(pin: string, from: string): PinVerdict;
  isSession(token: string): boolean;
}

const free = { perAddress: 5, inAll: 30 } as const;
const firstWaitMs = 60_000;
const longestWaitMs = 3_600_000;
const sessionMs = 12 * 3_600_000;
const maxSessions = 32;
const maxAddresses = 512;

/** Pause after this many wrong tries in a row: none at first, then a minute, doubling up to an hour. Pure. */
export function waitAfter(wrongTries: number, freeTries: number): number {
  if (wrongTries < freeTries) return 0;
  return Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(wrongTries - freeTries, 30));
}

interface Tries {
  wrong: number;
  lastAtMs: number;
}

/** Guards the PIN: wrong tries are counted per address and, against many addresses, in all. */
export function createPinGate(o: { pin: string; clock: Clock; newToken: () => string }): PinGate {
  const sessions = new Map<string, number>();
  const byAddress = new Map<string, Tries>();
  const inAll: Tries = { wrong: 0, lastAtMs: 0 };
  const waitOf = ({ wrong, lastAtMs }: Tries, freeTries: number): number =>
    lastAtMs + waitAfter(wrong, freeTries) - o.clock.monotonicMs();
  const count = (tries: Tries): void => {
    tries.wrong += 1;
    tries.lastAtMs = o.clock.monotonicMs();
  };
  const open = (): string => {
    const token = o.newToken();
    sessions.set(token, o.clock.monotonicMs() + sessionMs);
    const [oldest] = sessions.keys();
    if (sessions.size > maxSessions && oldest !== undefined) sessions.delete(oldest);
    return token;
  };
  return {
    enter(pin, from) {
      const own = byAddress.get(from) ?? { wrong: 0, lastAtMs: 0 };
      const retryInMs = Math.max(waitOf(own, free.perAddress), waitOf(inAll, free.inAll));
      if (retryInMs > 0) return { kind: 'wait', retryInMs };
      if (isSame(pin, o.pin)) {
        byAddress.delete(from);
        inAll.wrong = 0;
        return { kind: 'in', token: open() };
      }
      count(own);
      count(inAll);
      byAddress.delete(from);
      byAddress.set(from, own);
      const [oldest] = byAddress.keys();
      if (byAddress.size > maxAddresses && oldest !== undefined) byAddress.delete(oldest);
      return { kind: 'wrong' };
    },
    isSession: (token) => (sessions.get(token) ?? -Infinity) > o.clock.monotonicMs(),
  };
}

function isSame(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.byteLength === other.byteLength && timingSafeEqual(one, other);
}
