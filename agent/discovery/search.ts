import { setMaxListeners } from 'node:events';
import { networkInterfaces } from 'node:os';
import type { Clock } from '../clock.js';
import { tryConnect } from './connect.js';
import { ownAddresses } from './interfaces.js';
import { parseNeighbours, readNeighbours } from './neighbours.js';
import { inParallel } from './parallel.js';
import { parseCidr } from './ranges.js';
import type { ScanNetwork } from './scan.js';
import { isSameDevice, planSearch, type StrongId } from './search-plan.js';
import { defaultHostLimit } from './targets.js';

/** Field note "Identity and addresses". */
const inFlight = 16;
const totalMs = 30_000;
const connectTimeoutMs = 800;

/** A camera that no longer answers where it stood. */
export interface MissingDevice {
  lastAddress: string;
  /** In normal form. */
  macs: readonly string[];
  ids: readonly StrongId[];
  /** Ports at which it used to answer; a host with none of them open is not asked who it is. */
  ports: readonly number[];
}

export interface SearchOptions {
  /** CIDRs the agent may talk to. */
  ranges: readonly string[];
  /** Addresses at which other devices answer: not asked. */
  taken: ReadonlySet<string>;
  /** Strong ids of whoever answers at an address, read without a login or with the one this device took before. */
  identify: (address: string, signal: AbortSignal) => Promise<readonly StrongId[]>;
  signal: AbortSignal;
  clock: Clock;
  network?: ScanNetwork;
}

/**
 * Searches the site's ranges for one device that vanished: 16 addresses at a time, at most 30 s, until one has its
 * strong ids. Resolves to its address, or null when it was not found. Never rejects for what the network does.
 */
export async function searchFor(device: MissingDevice, o: SearchOptions): Promise<string | null> {
  const network = o.network ?? { interfaces: networkInterfaces, neighbours: readNeighbours };
  const plan = planSearch({
    lastAddress: device.lastAddress,
    macs: device.macs,
    ranges: o.ranges.flatMap((text) => parseCidr(text) ?? []),
    ownAddresses: ownAddresses(network.interfaces()),
    neighbours: parseNeighbours(await network.neighbours()),
    taken: o.taken,
    hostLimit: defaultHostLimit,
  });
  const over = new AbortController();
  const signal = AbortSignal.any([o.signal, over.signal]);
  setMaxListeners(0, signal);
  const deadline = o.clock.sleep(totalMs, signal).then(
    () => over.abort(),
    () => undefined,
  );
  const found: string[] = [];
  await inParallel(plan, inFlight, signal, async (host) => {
    const attempts = device.ports.map((port) =>
      tryConnect({ host, port, timeoutMs: connectTimeoutMs, signal }),
    );
    if (!(await Promise.all(attempts)).includes('open')) return;
    const seen = await o.identify(host, signal).catch(() => []);
    if (!isSameDevice(device.ids, seen)) return;
    found.push(host);
    over.abort();
  });
  over.abort();
  await deadline;
  return found[0] ?? null;
}
