import type { NetworkInterfaceInfo } from 'node:os';
import type { Clock } from '../clock.js';
import { readDatagram } from './announcement.js';
import { ownAddresses, chooseInterfaces } from './interfaces.js';
import { mayContact, parseCidr } from './ranges.js';
import { hearHellos } from './ws-discovery.js';
import { addressOf, rankXaddrs } from './xaddrs.js';

/** A camera that said it is there now. */
export interface Arrival {
  address: string;
  endpoint: string | null;
  onvifUrls: string[];
  name: string | null;
  model: string | null;
  mac: string | null;
}

export interface HelloWatchOptions {
  /** Asked anew every minute: cables are plugged in, ranges are configured. */
  ranges: () => readonly string[];
  interfaces: () => Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;
  onHello: (arrival: Arrival) => void;
  /** The device with this endpoint reference says goodbye. */
  onBye: (endpoint: string) => void;
  clock: Clock;
  signal: AbortSignal;
  /** How long one joining of the group lasts; a minute by default. */
  listenMs?: number;
}

const rejoinMs = 60_000;
/** Announcements are forged easily: of one sender one in so many ms is believed, of all together so many. */
const quietMs = 10_000;
const maxSenders = 256;

/**
 * Hears cameras that come and go between searches (WS-Discovery Hello and Bye), until it is stopped. Only senders within
 * the ranges count. Resolves when stopped; never rejects.
 */
export async function watchHellos(o: HelloWatchOptions): Promise<void> {
  const { clock, signal } = o;
  const heardAtMs = new Map<string, number>();
  const isQuiet = (sender: string, kind: string): boolean => {
    const nowMs = clock.monotonicMs();
    for (const [key, atMs] of heardAtMs) if (nowMs - atMs >= quietMs) heardAtMs.delete(key);
    const key = `${sender} ${kind}`;
    if (heardAtMs.has(key) || heardAtMs.size >= maxSenders) return false;
    heardAtMs.set(key, nowMs);
    return true;
  };
  while (!signal.aborted) {
    const startedAtMs = clock.monotonicMs();
    const system = o.interfaces();
    const own = ownAddresses(system);
    const ranges = o.ranges().flatMap((text) => parseCidr(text) ?? []);
    const isAllowed = (ip: string) => mayContact(ranges, own, ip);
    const onDatagram = (bytes: Uint8Array, sender: string): void => {
      if (!isAllowed(sender)) return;
      const datagram = readDatagram(bytes);
      if (datagram.kind === 'byes' && isQuiet(sender, 'bye')) datagram.endpoints.forEach(o.onBye);
      if (datagram.kind !== 'announcements') return;
      const [announcement] = datagram.announcements;
      if (!announcement?.isCamera || !isQuiet(sender, 'hello')) return;
      const { endpoint, name, model, mac } = announcement;
      const address = addressOf(announcement, sender, datagram.announcements.length > 1, isAllowed);
      o.onHello({ address, endpoint, onvifUrls: rankXaddrs(announcement.xaddrs, address), name, model, mac });
    };
    const { use } = chooseInterfaces(system, ranges, undefined);
    const listenMs = o.listenMs ?? rejoinMs;
    await hearHellos(use, { clock, signal, onDatagram, listenMs });
    // Where the group cannot be joined, it returns at once.
    const leftMs = startedAtMs + listenMs - clock.monotonicMs();
    if (leftMs > 0) await clock.sleep(leftMs, signal).catch(() => undefined);
  }
}
