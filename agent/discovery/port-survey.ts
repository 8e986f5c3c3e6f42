import type { Clock } from '../clock.js';
import type { Gathering } from './gathering.js';
import type { Presence } from './neighbours.js';
import { bareSighting, type Source } from './sighting.js';
import { makerPorts, sweep } from './sweep.js';
import { usualUrl } from './xaddrs.js';

export interface FingerprintOptions {
  timeoutMs: number;
  signal?: AbortSignal;
}

/** Asks a port, without credentials, what it speaks. A rejection (of a stopped search) counts as no answer. */
export interface Fingerprints {
  fingerprintRtsp(
    host: string,
    port: number,
    o: FingerprintOptions,
  ): Promise<{ isRtsp: boolean; server: string | null; realm: string | null }>;
  /** Whether an ONVIF device service answers at a URL; without this function an open HTTP port says nothing. */
  fingerprintOnvif?(url: string, o: FingerprintOptions): Promise<boolean>;
}

export interface PortSurvey {
  connectionsTried: number;
  /** Hosts where a maker's private port is open, with the maker's name. */
  makers: Map<string, string>;
}

const fingerprintTimeoutMs = 3_000;

/**
 * Sweeps hosts and asks every open port what it speaks; what turns out to be RTSP or ONVIF becomes a sighting.
 * Never rejects.
 */
export async function surveyPorts(
  o: Fingerprints & {
    hosts: readonly string[];
    /** What a sighting of a host counts as. */
    sourceOf(host: string): Source;
    rtspPorts: readonly number[];
    httpPorts: readonly number[];
    presenceOf(host: string): Promise<Presence>;
    signal: AbortSignal;
    clock: Clock;
  },
  gathering: Gathering,
): Promise<PortSurvey> {
  const { rtspPorts, httpPorts, signal } = o;
  const makers = new Map<string, string>();
  const connectionsTried = await sweep({
    hosts: o.hosts,
    ports: [...new Set([...rtspPorts, ...httpPorts, ...makerPorts.keys()])],
    presenceOf: (host) => o.presenceOf(host),
    signal,
    clock: o.clock,
    onOpen: async (host, port) => {
      const maker = makerPorts.get(port);
      if (maker !== undefined) makers.set(host, maker);
      const asking = { timeoutMs: fingerprintTimeoutMs, signal };
      if (rtspPorts.includes(port)) {
        const speaks = await o.fingerprintRtsp(host, port, asking).catch(() => null);
        if (speaks?.isRtsp)
          gathering.add({
            ...bareSighting(o.sourceOf(host), host),
            rtspPorts: [port],
            rtspServer: speaks.server,
          });
      }
      const url = usualUrl(host, port);
      if (httpPorts.includes(port) && (await o.fingerprintOnvif?.(url, asking).catch(() => false))) {
        gathering.add({ ...bareSighting(o.sourceOf(host), host), onvifUrls: [url] });
      }
    },
  });
  return { connectionsTried, makers };
}
