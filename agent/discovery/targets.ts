import { hostCount, hostsOf, isForbidden, mayContact, type Range } from './ranges.js';

/** Largest range that is searched host by host without being asked: a /22 (field notes, Discovery). */
export const defaultHostLimit = 1_022;

/** Whom a scan asks one by one, and what it leaves out and why. */
export interface Targets {
  hosts: string[];
  scanned: { what: string; detail: string }[];
  notes: string[];
}

/**
 * The addresses a person named, then the hosts of the ranges in turn, each once, without those that may not be contacted.
 * Ranges over `hostLimit` hosts are left to multicast.
 */
export function chooseTargets(
  ranges: readonly Range[],
  ownAddresses: readonly string[],
  manual: readonly string[],
  hostLimit: number,
): Targets {
  const targets: Targets = { hosts: [], scanned: [], notes: [] };
  const named: string[] = [];
  const networks: string[][] = [];
  for (const range of ranges) {
    const inRange = hostsOf(range, hostLimit);
    if (inRange === null) {
      targets.notes.push(
        `${range.text} has ${hostCount(range)} addresses, more than the ${hostLimit} searched one by one: only cameras ` +
          'that answer to multicast are found there. Configure a smaller range or add cameras by address.',
      );
      continue;
    }
    const allowed = inRange.filter((ip) => isForbidden(ranges, ownAddresses, ip) === null);
    networks.push(allowed);
    targets.scanned.push({ what: `range ${range.text}`, detail: `${allowed.length} addresses` });
    const first = inRange[0];
    if (allowed.length === 0 && first !== undefined) {
      targets.notes.push(`${range.text} is not searched: ${isForbidden(ranges, ownAddresses, first)}.`);
    }
  }
  for (const ip of manual) {
    if (mayContact(ranges, ownAddresses, ip)) named.push(ip);
    else {
      const why = isForbidden(ranges, ownAddresses, ip) ?? 'not in any configured range';
      targets.notes.push(`${ip} is not contacted: ${why}.`);
    }
  }
  targets.hosts = [...new Set([...named, ...inTurn(networks)])];
  return targets;
}

/** One of each network after the other, so that none waits for all of another. */
const inTurn = (networks: readonly string[][]): string[] => {
  const longest = Math.max(0, ...networks.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => networks.flatMap((hosts) => hosts[i] ?? [])).flat();
};
