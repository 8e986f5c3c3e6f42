import { isIPv4 } from 'node:net';

/**
 * Whether a Host header names this box itself: one of its addresses or names, with the page's port. A page elsewhere
 * whose name was pointed at this box (DNS rebinding) sends its own name and is refused. Pure.
 */
export function isOwnHost(header: string | undefined, port: number, ownNames: readonly string[]): boolean {
  if (header === undefined || !/^[\w.-]+(:\d{1,5})?$/.test(header)) return false;
  const [name = '', givenPort = '80'] = header.toLowerCase().split(':');
  if (Number(givenPort) !== port) return false;
  return ownNames.some((own) => own.toLowerCase() === name || `${own.toLowerCase()}.local` === name);
}

/** Private, link-local and loopback addresses (RFC 1918, 3927, 4193): the page is for people on the site. Pure. */
export function isSiteAddress(address: string | undefined): boolean {
  if (address === undefined) return false;
  const plain = address.replace(/^::ffff:/i, '');
  if (!isIPv4(plain)) return plain === '::1' || /^f[cd][0-9a-f]{2}:|^fe[89ab][0-9a-f]:/i.test(plain);
  const [a = 0, b = 0] = plain.split('.').map(Number);
  return (
    a === 10 ||
    a === 127 ||
    (a === 192 && b === 168) ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 169 && b === 254)
  );
}

/** A WebSocket is not held to the same-origin rule by browsers: its Origin must be the page itself. Pure. */
export function isOwnOrigin(origin: string | undefined, host: string | undefined): boolean {
  return (
    origin === undefined || (host !== undefined && origin.toLowerCase() === `http://${host.toLowerCase()}`)
  );
}
