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
 * The hosts of the ranges, each once, without those that may not be contacted, then the addresses a person named.
 * Ranges over `hostLimit` hosts are left to multicast.
 */
export function chooseTargets(
  ranges: readonly Range[],
  ownAddresses: readonly string[],
  manual: readonly string[],
  hostLimit: number,
): Targets {
  const targets: Targets = { hosts: [], scanned: [], notes: [] };
  const hosts = new Set<string>();
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
    for (const ip of allowed) hosts.add(ip);
    targets.scanned.push({ what: `range ${range.text}`, detail: `${allowed.length} addresses` });
    const first = inRange[0];
    if (allowed.length === 0 && first !== undefined) {
      targets.notes.push(`${range.text} is not searched: ${isForbidden(ranges, ownAddresses, first)}.`);
    }
  }
  for (const ip of manual) {
    if (mayContact(ranges, ownAddresses, ip)) hosts.add(ip);
    else {
      const why = isForbidden(ranges, ownAddresses, ip) ?? 'not in any configured range';
      targets.notes.push(`${ip} is not contacted: ${why}.`);
    }
  }
  targets.hosts = [...hosts];
  return targets;
}
