import { hostsOf, ipToNumber, isForbidden, mayContact, type Range } from './ranges.js';

/** An id that two units do not share: MAC, serial number, endpoint reference (R37). */
export interface StrongId {
  kind: string;
  value: string;
}

export interface SearchPlanOptions {
  lastAddress: string;
  /** In normal form. */
  macs: readonly string[];
  ranges: readonly Range[];
  ownAddresses: readonly string[];
  /** MAC by IP, as the neighbour table has it now. */
  neighbours: ReadonlyMap<string, string>;
  /** Addresses at which other devices answer. */
  taken: ReadonlySet<string>;
  /** Ranges with more hosts are not searched one by one. */
  hostLimit: number;
}

/**
 * Where to look for a device that no longer answers, likeliest first: where the neighbour table has its MAC, where it
 * stood, then the addresses around that one (a DHCP server hands out its neighbours), then all others. Pure.
 */
export function planSearch(o: SearchPlanOptions): string[] {
  const withItsMac = [...o.neighbours].filter(([, mac]) => o.macs.includes(mac)).map(([address]) => address);
  const last = ipToNumber(o.lastAddress);
  const distance = (ip: string) => Math.abs((ipToNumber(ip) ?? 0) - (last ?? 0));
  const hosts = o.ranges.flatMap((range) => hostsOf(range, o.hostLimit) ?? []);
  const around = hosts
    .filter((ip) => isForbidden(o.ranges, o.ownAddresses, ip) === null)
    .toSorted((a, b) => distance(a) - distance(b));
  const likely = [...withItsMac, o.lastAddress].filter((ip) => mayContact(o.ranges, o.ownAddresses, ip));
  return [...new Set([...likely, ...around])].filter((ip) => !o.taken.has(ip));
}

/**
 * Whether what was seen is the wanted device: one strong id is equal and none contradicts, that is, no kind both
 * have differs in all its values (R37). Pure.
 */
export function isSameDevice(wanted: readonly StrongId[], seen: readonly StrongId[]): boolean {
  const equal = (id: StrongId) => seen.some(({ kind, value }) => kind === id.kind && value === id.value);
  const kinds = new Set(wanted.map(({ kind }) => kind));
  const contradicts = [...kinds].some(
    (kind) => seen.some((id) => id.kind === kind) && !wanted.some((id) => id.kind === kind && equal(id)),
  );
  return wanted.some(equal) && !contradicts;
}
