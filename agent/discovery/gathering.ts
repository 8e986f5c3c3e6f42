import type { Candidate } from './candidates.js';
import { makerOfMac } from './makers.js';
import { mergeAtAddress, mergeSightings } from './merge.js';
import { bareSighting, type FoundDevice, type Sighting } from './sighting.js';

/** Sightings so far and the devices they make. */
export interface Gathering {
  /** Tells `onFound` of every device that is new or has more facts because of this sighting. */
  add(sighting: Sighting): void;
  /** MAC addresses by IP, for devices that did not name one themselves. */
  addMacs(macs: ReadonlyMap<string, string>): void;
  /** What announcements say of addresses at which a device turned out to stand. */
  addCandidates(candidates: readonly Candidate[]): void;
  devices(): FoundDevice[];
}

/** Merges sightings as they come. No more addresses and sightings per address are kept than a site can have. */
export function createGathering(onFound: (device: FoundDevice) => void): Gathering {
  const maxAddresses = 16_384;
  const maxSightingsPerAddress = 64;
  const byAddress = new Map<string, { sightings: Sighting[]; mac: string | null; told: Set<string> }>();
  const addressesOf = new Map<string, Set<string>>();
  const shared = new Set<string>();

  /** The neighbour table's MAC is the device's own only where one device stands at the address. */
  const withMacs = (devices: readonly FoundDevice[]): FoundDevice[] => {
    const at = new Map<string, number>();
    for (const { address } of devices) at.set(address, (at.get(address) ?? 0) + 1);
    return devices.map((device) => {
      const known = at.get(device.address) === 1 ? (byAddress.get(device.address)?.mac ?? null) : null;
      const mac = device.mac ?? known;
      return { ...device, mac, maker: makerOfMac(mac) };
    });
  };
  const tell = (address: string): void => {
    const there = byAddress.get(address);
    if (there === undefined) return;
    for (const device of withMacs(mergeAtAddress(there.sightings, shared))) {
      const facts = JSON.stringify(device);
      if (there.told.has(facts)) continue;
      there.told.add(facts);
      onFound(device);
    }
  };

  const add = (sighting: Sighting): void => {
    const { address, endpoint } = sighting;
    const there = byAddress.get(address) ?? { sightings: [], mac: null, told: new Set<string>() };
    if (there.sightings.length >= maxSightingsPerAddress) return;
    if (!byAddress.has(address) && byAddress.size >= maxAddresses) return;
    if (there.sightings.some((known) => JSON.stringify(known) === JSON.stringify(sighting))) return;
    byAddress.set(address, there);
    there.sightings.push(sighting);
    if (endpoint !== null) {
      const addresses = addressesOf.get(endpoint) ?? new Set<string>();
      addressesOf.set(endpoint, addresses.add(address));
      if (addresses.size > 1 && !shared.has(endpoint)) {
        shared.add(endpoint);
        for (const other of addresses) if (other !== address) tell(other);
      }
    }
    tell(address);
  };

  return {
    add,
    addMacs: (macs) => {
      for (const [address, mac] of macs) {
        const there = byAddress.get(address);
        if (there === undefined) continue;
        there.mac = mac;
        tell(address);
      }
    },
    addCandidates: (candidates) => {
      for (const { source, address, name, mac } of candidates)
        if (byAddress.has(address)) add({ ...bareSighting(source, address), name, mac });
    },
    devices: () => withMacs(mergeSightings([...byAddress.values()].flatMap(({ sightings }) => sightings))),
  };
}
