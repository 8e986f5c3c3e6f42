/** Which addresses the agent may talk to. Pure: IPv4 arithmetic over configured CIDRs (design §5, outbound safety). */

export interface Range {
  /** As configured, normalised to its network address. */
  text: string;
  first: number;
  last: number;
  prefix: number;
}

/** An IPv4 address as an unsigned 32-bit number; null unless it is four plain decimal numbers. */
export function ipToNumber(ip: string): number | null {
  const parts = ip.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255)) {
    return null;
  }
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

export const numberToIp = (value: number): string =>
  [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');

/** Reads `192.168.1.0/24` or a single address; host bits are cleared. Null when it is neither. */
export function parseCidr(text: string): Range | null {
  const match = /^([\d.]+)(?:\/(\d{1,2}))?$/.exec(text.trim());
  const address = match?.[1] === undefined ? null : ipToNumber(match[1]);
  const prefix = match?.[2] === undefined ? 32 : Number(match[2]);
  if (address === null || prefix > 32) return null;
  const size = 2 ** (32 - prefix);
  const first = address - (address % size);
  return { text: `${numberToIp(first)}/${prefix}`, first, last: first + size - 1, prefix };
}

export const contains = (ranges: readonly Range[], ip: string): boolean => {
  const value = ipToNumber(ip);
  return value !== null && ranges.some((range) => value >= range.first && value <= range.last);
};

const block = (text: string): Range => {
  const range = parseCidr(text);
  if (range === null) throw new TypeError(`${text} is no CIDR`);
  return range;
};

/** Never a camera: "this network", multicast, reserved and broadcast (RFC 1122 §3.2.1.3, RFC 5771). */
const neverBlocks = ['0.0.0.0/8', '224.0.0.0/4', '240.0.0.0/4'].map(block);
/** Contacted only when a configured range lies wholly inside: a wide range such as 0.0.0.0/0 does not name them. */
const guardedBlocks = ['127.0.0.0/8', '169.254.0.0/16'].map(block);
/** Cloud metadata services: contacted only when a range names exactly that address. */
const metadataAddresses = ['169.254.169.254', '100.100.100.200', '168.63.129.16'];

/**
 * Why an address is refused although it lies in a range, or null when it is not.
 *
 * @param ownAddresses the agent's own, refused unless a range names exactly one (or loopback as a block)
 */
export function isForbidden(
  ranges: readonly Range[],
  ownAddresses: readonly string[],
  ip: string,
): string | null {
  const value = ipToNumber(ip);
  if (value === null) return 'not an IPv4 address';
  const within = (outer: Range) => value >= outer.first && value <= outer.last;
  const named = ranges.some((range) => range.prefix === 32 && range.first === value);
  if (neverBlocks.some(within)) return 'a multicast, reserved or unspecified address';
  if (metadataAddresses.includes(ip) && !named) return 'a metadata service';
  const guarded = guardedBlocks.find(within);
  if (guarded !== undefined) {
    const inside = ranges.some(
      (range) => within(range) && range.first >= guarded.first && range.last <= guarded.last,
    );
    return inside ? null : 'a loopback or link-local address';
  }
  return ownAddresses.includes(ip) && !named ? "this computer's own address" : null;
}

/** True when the agent may open a connection or send a datagram to `ip`. */
export const mayContact = (ranges: readonly Range[], ownAddresses: readonly string[], ip: string): boolean =>
  contains(ranges, ip) && isForbidden(ranges, ownAddresses, ip) === null;

/** Number of hosts in a range, network and broadcast address left out where the range has them. */
export const hostCount = (range: Range): number =>
  range.prefix >= 31 ? range.last - range.first + 1 : range.last - range.first - 1;

/** The hosts of a range in order, or null when they are more than `limit`. */
export function hostsOf(range: Range, limit: number): string[] | null {
  const count = hostCount(range);
  if (count > limit) return null;
  const first = range.prefix >= 31 ? range.first : range.first + 1;
  return Array.from({ length: count }, (_, index) => numberToIp(first + index));
}
