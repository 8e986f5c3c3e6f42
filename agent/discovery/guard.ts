import { networkInterfaces } from 'node:os';
import { ownAddresses } from './interfaces.js';
import { mayContact, parseCidr } from './ranges.js';

/** True when the agent may open a connection or send a datagram to an address. */
export type AddressGuard = (ip: string) => boolean;

/**
 * The one question asked before anything is sent on a site's network (design §5): is this address inside the
 * configured ranges, and no loopback, metadata or own address unless a range names it? Texts that are no range allow
 * nothing. Own addresses are read at each question, because leases change.
 */
export function createAddressGuard(
  ranges: readonly string[],
  interfaces: typeof networkInterfaces = networkInterfaces,
): AddressGuard {
  const parsed = ranges.flatMap((text) => parseCidr(text) ?? []);
  return (ip) => mayContact(parsed, ownAddresses(interfaces()), ip);
}
