import type { NetworkInterfaceInfo } from 'node:os';
import { ipToNumber, parseCidr, type Range } from './ranges.js';

/** An IPv4 address of this computer from which multicast probes go out. */
export interface ProbeInterface {
  name: string;
  address: string;
  /** The network behind it, `192.168.1.0/24`. */
  cidr: string;
}

export interface InterfaceChoice {
  use: ProbeInterface[];
  skipped: { name: string; why: string }[];
}

/** Interfaces of containers, virtual machines and tunnels: no camera is plugged in there. */
const virtualName =
  /^(?:docker|br-[0-9a-f]{12}|veth|virbr|vmnet|vboxnet|cni|flannel|cali|kube|lxc|lxd|podman|tun|tap|wg|zt|tailscale|utun|ifb|dummy)/;

/**
 * Chooses where to probe: every up, non-virtual IPv4 interface, or exactly those a person named; loopback only
 * when a configured range lies inside it (0.0.0.0/0 does not name it). An interface the operating system does not list is down.
 */
export function chooseInterfaces(
  system: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
  ranges: readonly Range[],
  named: readonly string[] | undefined,
): InterfaceChoice {
  const use: ProbeInterface[] = [];
  const skipped: InterfaceChoice['skipped'] = [];
  for (const [name, addresses = []] of Object.entries(system)) {
    const v4 = addresses.filter((address) => address.family === 'IPv4');
    const first = v4[0];
    if (first === undefined) {
      if (!addresses.some((address) => address.internal)) skipped.push({ name, why: 'has no IPv4 address' });
      continue;
    }
    if (first.internal) {
      if (ranges.some((range) => range.prefix >= 8 && range.first >>> 24 === 127)) {
        use.push({ name, address: first.address, cidr: cidrOf(first) });
      }
      continue;
    }
    if (named !== undefined ? !named.includes(name) : virtualName.test(name)) {
      skipped.push({ name, why: named !== undefined ? 'is not among the chosen ones' : 'is virtual' });
      continue;
    }
    use.push(...v4.map((address) => ({ name, address: address.address, cidr: cidrOf(address) })));
  }
  for (const name of named ?? []) {
    if (!Object.hasOwn(system, name)) skipped.push({ name, why: 'does not exist or is down' });
  }
  return { use, skipped };
}

const cidrOf = (address: NetworkInterfaceInfo): string =>
  parseCidr(address.cidr ?? `${address.address}/32`)?.text ?? `${address.address}/32`;

/** The networks this computer stands in: what an agent may talk to when nobody configured anything. */
export function localRanges(
  system: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): string[] {
  const networks = chooseInterfaces(system, [], undefined).use.filter(
    ({ cidr }) => !cidr.startsWith('169.254.'),
  );
  return [...new Set(networks.map(({ cidr }) => cidr))];
}

/** All IPv4 addresses of this computer, which are never cameras unless a range names one. */
export const ownAddresses = (
  system: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): string[] =>
  Object.values(system)
    .flatMap((addresses) => addresses ?? [])
    .map(({ address }) => address)
    .filter((address) => ipToNumber(address) !== null);

/** Docker's default bridge: an agent inside sees its own little network, and no multicast from the site. */
export const looksLikeDockerBridge = ({ cidr, name }: ProbeInterface): boolean =>
  /^eth\d/.test(name) && /^172\.1[7-9]\./.test(cidr);
