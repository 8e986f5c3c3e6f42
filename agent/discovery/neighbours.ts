import { readFile } from 'node:fs/promises';
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
