import { atAnsweringAddress } from '../answering-address.js';
import type { Announcement } from './announcement.js';
import { ipToNumber } from './ranges.js';

/** Where ONVIF is found when a device does not say (field notes, Discovery). */
export const usualHttpPorts: readonly number[] = [80, 8000, 8080, 8899, 2020];

/** The usual device service URL on a port of a host. */
export const usualUrl = (address: string, port: number): string =>
  withoutDefaultPort(`${port === 443 ? 'https' : 'http'}://${address}:${port}/onvif/device_service`);

/**
 * Device service URLs a device announced, best first, all at the address that answered: those that name the
 * sender, then its subnet, then the rest (Q11); plain before TLS among equals, because the TLS copy is
 * self-signed (Q03).
 */
export function rankXaddrs(xaddrs: readonly string[], sender: string): string[] {
  const said = xaddrs.flatMap((xaddr) => {
    const corrected = atAnsweringAddress(xaddr, sender, ['http', 'https']);
    return corrected === null ? [] : [{ ...corrected, distance: distance(corrected.host, sender) }];
  });
  const secure = (url: string) => (url.startsWith('https:') ? 1 : 0);
  said.sort((a, b) => a.distance - b.distance || secure(a.url) - secure(b.url));
  return [...new Set(said.map(({ url }) => withoutDefaultPort(url)))];
}

/**
 * Where an announced device is. One announcement in a datagram: at the sender, whatever it says of itself. Several:
 * a discovery proxy or gateway may speak for others, so an announced host is believed when it may be contacted.
 */
export function addressOf(
  announcement: Announcement,
  sender: string,
  several: boolean,
  mayContact: (ip: string) => boolean,
): string {
  if (!several) return sender;
  const hosts = announcement.xaddrs.flatMap(
    (xaddr) => atAnsweringAddress(xaddr, sender, ['http', 'https'])?.host ?? [],
  );
  if (hosts.includes(sender)) return sender;
  return hosts.find((host) => ipToNumber(host) !== null && mayContact(host)) ?? sender;
}

/** One spelling per URL, so that `:80` and no port are one candidate. */
const withoutDefaultPort = (url: string): string =>
  url.replace(/^(http:\/\/[^/]*?):80(?=\/)/, '$1').replace(/^(https:\/\/[^/]*?):443(?=\/)/, '$1');

function distance(host: string, sender: string): number {
  if (host === sender) return 0;
  const [a, b] = [ipToNumber(host), ipToNumber(sender)];
  if (a === null || b === null) return 3;
  return a >>> 8 === b >>> 8 ? 1 : 2;
}
