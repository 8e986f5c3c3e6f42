import { readFile } from 'node:fs/promises';
import type { Clock } from '../clock.js';
import { normaliseMac } from '../device-ids.js';

/** Linux' neighbour table; other systems have none at this place. */
const neighbourTable = '/proc/net/arp';

/**
 * MAC addresses by IP from the text of `/proc/net/arp`. Incomplete entries (flags 0x0) are left out, and a MAC that
 * stands for several addresses (a router answering for others) identifies none of them.
 */
export function parseNeighbours(table: string): Map<string, string> {
  const entries = table.split('\n').flatMap((line) => {
    const [address, , flags, hardware] = line.trim().split(/\s+/);
    const mac = normaliseMac(hardware ?? null);
    return address === undefined || mac === null || flags === '0x0' ? [] : [{ address, mac }];
  });
  const uses = new Map<string, number>();
  for (const { mac } of entries) uses.set(mac, (uses.get(mac) ?? 0) + 1);
  return new Map(entries.filter(({ mac }) => uses.get(mac) === 1).map(({ address, mac }) => [address, mac]));
}

/** The kernel's neighbour table as text; empty where there is none. */
export async function readNeighbours(): Promise<string> {
  try {
    return await readFile(neighbourTable, 'utf8');
  } catch {
    return '';
  }
}

/** `absent`: asked for on the local network and not answering. `unknown`: behind a router, or not asked for. */
export type Presence = 'present' | 'absent' | 'unknown';

/** What the text of `/proc/net/arp` says of each address: flags 0x0 stand for an incomplete or failed entry. */
export function parsePresence(table: string): Map<string, Presence> {
  const entries = table.split('\n').flatMap((line): [string, Presence][] => {
    const [address, , flags] = line.trim().split(/\s+/);
    if (address === undefined || flags === undefined || !/^0x[0-9a-f]+$/i.test(flags)) return [];
    return [[address, Number(flags) === 0 ? 'absent' : 'present']];
  });
  return new Map(entries);
}

const presenceMaxAgeMs = 100;

/** Tells of hosts from one reading of the table for all that ask within {@link presenceMaxAgeMs}. */
export function createPresence(
  readTable: () => Promise<string>,
  clock: Clock,
): (host: string) => Promise<Presence> {
  let latest: { atMs: number; table: Promise<Map<string, Presence>> } | null = null;
  return async (host) => {
    const nowMs = clock.monotonicMs();
    if (latest === null || nowMs - latest.atMs > presenceMaxAgeMs)
      latest = { atMs: nowMs, table: readTable().then(parsePresence) };
    return (await latest.table).get(host) ?? 'unknown';
  };
}
