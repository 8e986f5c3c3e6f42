import { makerOfMac } from './makers.js';
import { ipToNumber } from './ranges.js';
import type { FoundDevice, Sighting, Source } from './sighting.js';
import { usualHttpPorts, usualUrl } from './xaddrs.js';

const sourceOrder: readonly Source[] = ['ws-discovery', 'mdns', 'ssdp', 'sweep', 'manual'];

/**
 * Turns sightings into devices. The address that answered says where, an endpoint reference says who:
 * - sightings at one address are one device, whatever source or interface saw them;
 * - several endpoints at one address are several devices only when their service URLs have nothing in common (a
 *   gateway with forwarded ports); else the reference changes from answer to answer (Q05) and identifies nothing;
 * - one endpoint at two addresses is two devices, and the endpoint is dropped from both (Q04).
 * Sorted by address, then first URL.
 */
export function mergeSightings(sightings: readonly Sighting[]): FoundDevice[] {
  const byAddress = new Map<string, Sighting[]>();
  for (const sighting of sightings) {
    const there = byAddress.get(sighting.address);
    if (there === undefined) byAddress.set(sighting.address, [sighting]);
    else there.push(sighting);
  }
  const shared = sharedEndpoints(sightings);
  return sortDevices([...byAddress.values()].flatMap((there) => mergeAtAddress(there, shared)));
}

const sortDevices = (devices: readonly FoundDevice[]): FoundDevice[] =>
  devices.toSorted(
    (a, b) =>
      (ipToNumber(a.address) ?? 0) - (ipToNumber(b.address) ?? 0) ||
      (a.onvifUrls[0] ?? '').localeCompare(b.onvifUrls[0] ?? ''),
  );

/** Endpoints seen at more than one address. */
function sharedEndpoints(sightings: readonly Sighting[]): Set<string> {
  const firstAddress = new Map<string, string>();
  const shared = new Set<string>();
  for (const { endpoint, address } of sightings) {
    if (endpoint === null) continue;
    const first = firstAddress.get(endpoint);
    if (first === undefined) firstAddress.set(endpoint, address);
    else if (first !== address) shared.add(endpoint);
  }
  return shared;
}

/** The devices behind sightings of one address; `shared` endpoints are not believed. */
export function mergeAtAddress(sightings: readonly Sighting[], shared: ReadonlySet<string>): FoundDevice[] {
  const groups = groupSightings(sightings);
  return groups.map((group) => deviceOf(group, shared, groups.length === 1));
}

function groupSightings(sightings: readonly Sighting[]): Sighting[][] {
  let groups: Sighting[][] = [];
  for (const sighting of sightings) {
    const belongs = (group: Sighting[]) =>
      group.some(
        (other) =>
          (sighting.endpoint !== null && other.endpoint === sighting.endpoint) ||
          other.onvifUrls.some((url) => sighting.onvifUrls.includes(url)),
      );
    groups = [...groups.filter((group) => !belongs(group)), [...groups.filter(belongs).flat(), sighting]];
  }
  const hasUrl = (group: Sighting[]) => group.some(({ onvifUrls }) => onvifUrls.length > 0);
  const withUrl = groups.filter(hasUrl);
  const without = groups.filter((group) => !hasUrl(group)).flat();
  if (without.length === 0) return withUrl;
  const [only, ...more] = withUrl;
  if (only === undefined) return [without];
  // Who has no URL cannot be told apart from who has: one device, unless several share the address.
  return more.length === 0 ? [[...only, ...without]] : [...withUrl, without];
}

function deviceOf(group: readonly Sighting[], shared: ReadonlySet<string>, alone: boolean): FoundDevice {
  const bySource = sourceOrder.flatMap((source) => group.filter((sighting) => sighting.source === source));
  const first = <Fact>(pick: (sighting: Sighting) => Fact | null) =>
    bySource.map(pick).find((fact) => fact !== null) ?? null;
  const endpoints = new Set(group.flatMap(({ endpoint }) => endpoint ?? []));
  const [endpoint = null] = endpoints;
  const mac = first((sighting) => sighting.mac);
  const announced = bySource.flatMap(({ onvifUrls }) => onvifUrls);
  return {
    address: group[0]?.address ?? '',
    sources: sourceOrder.filter((source) => group.some((sighting) => sighting.source === source)),
    ...(endpoint !== null && shared.has(endpoint) ? { endpointShared: true as const } : {}),
    endpoint: endpoint === null || endpoints.size > 1 || shared.has(endpoint) ? null : endpoint,
    onvifUrls: [...new Set([...announced, ...(alone ? usualPlaces(group, announced.length > 0) : [])])],
    rtspPorts: [...new Set(group.flatMap(({ rtspPorts }) => rtspPorts))].toSorted((a, b) => a - b),
    mac,
    maker: makerOfMac(mac),
    name: first(({ name }) => name),
    model: first(({ model }) => model),
    rtspServer: first(({ rtspServer }) => rtspServer),
  };
}

/**
 * Where to try a device that said it speaks ONVIF, after what it announced: the announced port may be wrong
 * (Q12), and some announce nothing (Q08).
 */
function usualPlaces(group: readonly Sighting[], announced: boolean): string[] {
  const address = group[0]?.address;
  if (address === undefined || !group.some(({ source }) => source === 'ws-discovery')) return [];
  return (announced ? [80] : usualHttpPorts).map((port) => usualUrl(address, port));
}
