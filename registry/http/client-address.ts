import { BlockList, isIP } from 'node:net';

/** Addresses whose word about the client counts. */
export interface TrustedProxies {
  includes(address: string): boolean;
}

/** Reads addresses and networks (`10.0.0.0/8`, `::1`). Throws an Error that names the one that is neither. */
export function readTrustedProxies(list: readonly string[]): TrustedProxies {
  const blocks = new BlockList();
  for (const entry of list) {
    const [address = '', bits, ...rest] = entry.split('/');
    const family = isIP(address);
    const longest = family === 4 ? 32 : 128;
    const prefix = bits === undefined ? longest : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
    if (family === 0 || rest.length > 0 || !(prefix <= longest)) {
      throw new Error(`${entry} is no address and no network such as 10.0.0.0/8`);
    }
    blocks.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
  }
  return {
    includes: (address) => {
      const family = isIP(address);
      return family !== 0 && blocks.check(address, family === 4 ? 'ipv4' : 'ipv6');
    },
  };
}

/**
 * Where a request comes from: the connection's address, or, as long as that is a trusted proxy, the next one from
 * the right of `X-Forwarded-For`. What stands left of the first address that is not trusted was written by
 * whoever sent it, and counts for nothing.
 */
export function clientAddress(
  connection: string | null,
  forwardedFor: string | undefined,
  trusted: TrustedProxies,
): string | null {
  let client = plain(connection);
  const hops = forwardedFor?.split(',').map((hop) => plain(hop.trim())) ?? [];
  while (client !== null && trusted.includes(client)) {
    const before = hops.pop() ?? null;
    if (before === null) return client;
    client = before;
  }
  return client;
}

/** IPv4 inside IPv6 as IPv4, without a zone or a port; null for anything that is no address. */
function plain(address: string | null): string | null {
  const bare = /^\[?(?:::ffff:(?=\d+\.))?([^\]%]+)/i.exec(address ?? '')?.[1] ?? '';
  const host = isIP(bare) === 0 ? bare.replace(/:\d+$/, '') : bare;
  return isIP(host) === 0 ? null : host;
}
