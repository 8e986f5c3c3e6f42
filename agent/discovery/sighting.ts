export type Source = 'ws-discovery' | 'mdns' | 'ssdp' | 'sweep' | 'manual';

/** One thing one source saw at one address; many sightings make a device. */
export interface Sighting {
  source: Source;
  /** The IP that answered. */
  address: string;
  endpoint: string | null;
  onvifUrls: string[];
  rtspPorts: number[];
  mac: string | null;
  name: string | null;
  model: string | null;
  rtspServer: string | null;
}

/** A physical unit at an address, as far as discovery knows it without logging in. */
export interface FoundDevice {
  address: string;
  /** In the order of the union, each once. */
  sources: Source[];
  /** Endpoint reference in normal form; null when unknown or shared by several addresses (Q04). */
  endpoint: string | null;
  /** Several addresses show its endpoint reference: it says nothing, also where the device itself repeats it (Q04). */
  endpointShared?: true;
  /** Device service URLs to try, best first; the host is always `address`. */
  onvifUrls: string[];
  rtspPorts: number[];
  mac: string | null;
  /** Who holds the MAC's prefix, of makers of cameras. */
  maker: string | null;
  name: string | null;
  model: string | null;
  rtspServer: string | null;
}

export const bareSighting = (source: Source, address: string): Sighting => ({
  source,
  address,
  endpoint: null,
  onvifUrls: [],
  rtspPorts: [],
  mac: null,
  name: null,
  model: null,
  rtspServer: null,
});
