import { setMaxListeners } from 'node:events';
import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import { readDatagram } from './announcement.js';
import { createCandidates, type Candidate } from './candidates.js';
import { createGathering } from './gathering.js';
import { chooseInterfaces, ownAddresses } from './interfaces.js';
import { askMdns } from './mdns.js';
import { createPresence, parseNeighbours, readNeighbours } from './neighbours.js';
import { surveyPorts, type Fingerprints } from './port-survey.js';
import { mayContact as mayContactIn, parseCidr } from './ranges.js';
import { explainScan, type ScanReport } from './report.js';
import { bareSighting, type FoundDevice } from './sighting.js';
import { defaultHttpPorts, defaultRtspPorts } from './sweep.js';
import { askSsdp } from './ssdp.js';
import { chooseTargets, defaultHostLimit } from './targets.js';
import { hearHellos, probeMulticast, probeUnicast, resolveDevice } from './ws-discovery.js';
import { addressOf, rankXaddrs } from './xaddrs.js';

export interface ScanOptions extends Fingerprints {
  /** CIDRs the agent may talk to; nothing outside is ever contacted. Loopback only when one lies inside 127/8. */
  ranges: readonly string[];
  /** Names of the interfaces to probe from; all up, non-virtual ones when absent. */
  interfaces?: readonly string[];
  /** Also try TCP ports of every host of the ranges. */
  sweep: boolean;
  /** IPv4 addresses a person named: asked directly and swept in any case. */
  manual?: readonly string[];
  rtspPorts?: readonly number[];
  httpPorts?: readonly number[];
  /** How long to listen for answers to multicast; 5 s by default. */
  timeoutMs?: number;
  /** Ranges with more hosts are not searched one by one; 1,022 by default. */
  hostLimit?: number;
  signal: AbortSignal;
  clock: Clock;
  log: Log;
  /** Called as devices appear, and again when more is known of one. */
  onFound: (device: FoundDevice) => void;
  /** What this computer says of its network; the operating system's answers by default. */
  network?: ScanNetwork;
}

export interface ScanNetwork {
  interfaces(): Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;
  /** Text of the neighbour table as in `/proc/net/arp`. */
  neighbours(): Promise<string>;
}

const defaultListenMs = 5_000;
const unicastAnswerMs = 2_000;
/** Unicast is for cameras behind routers; it waits until the sweep has knocked at those nearby. */
const unicastDelayMs = 300;
const unicastTotalMs = 120_000;
/** Bounds what answers from forged senders can pile up. */
const maxRememberedSenders = 1_024;
/** A device that leaves out its addresses is asked for them, each once (Q08). */
const resolveAnswerMs = 1_000;
const maxResolves = 64;
/** What one scan reads at most: some 20,000 answers. More is a flood, and reading it would stop everything else. */
const maxReadBytes = 32 * 1024 * 1024;

/**
 * Searches the site once: multicast and unicast WS-Discovery, multicast DNS, SSDP and, if wanted, a sweep of
 * TCP ports, side by side.
 * Never rejects for what the network does; aborted, it resolves with what was found so far and a note.
 */
export async function scan(o: ScanOptions): Promise<ScanReport> {
  const { clock } = o;
  const signal = AbortSignal.any([o.signal]);
  // Hundreds of connections listen to it at once; that is no leak.
  setMaxListeners(0, signal);
  const startMs = clock.monotonicMs();
  const network = o.network ?? { interfaces: networkInterfaces, neighbours: readNeighbours };
  const system = network.interfaces();
  const own = ownAddresses(system);
  const ranges = o.ranges.flatMap((text) => parseCidr(text) ?? []);
  const mayContact = (ip: string) => mayContactIn(ranges, own, ip);
  const interfaces = chooseInterfaces(system, ranges, o.interfaces);
  const manual = o.manual ?? [];
  const targets = chooseTargets(ranges, own, manual, o.hostLimit ?? defaultHostLimit);
  const gathering = createGathering(o.onFound);

  const strangers = new Set<string>();
  const outsiders = new Set<string>();
  const resolving = new Map<string, Promise<void>>();
  let malformedDatagrams = 0;
  let readBytes = 0;
  const onDatagram = (bytes: Uint8Array, sender: string): void => {
    if (!mayContact(sender)) {
      // Our own probes come back on loopback and bridges; that is no news.
      if (!own.includes(sender) && outsiders.size < maxRememberedSenders) outsiders.add(sender);
      return;
    }
    readBytes += bytes.byteLength;
    if (readBytes > maxReadBytes) return;
    const datagram = readDatagram(bytes);
    if (datagram.kind === 'malformed') malformedDatagrams += 1;
    if (datagram.kind !== 'announcements') return;
    for (const announcement of datagram.announcements) {
      if (!announcement.isCamera) {
        if (strangers.size < maxRememberedSenders) strangers.add(sender);
        continue;
      }
      const { endpoint, name, model, mac } = announcement;
      const address = addressOf(announcement, sender, datagram.announcements.length > 1, mayContact);
      const onvifUrls = rankXaddrs(announcement.xaddrs, address);
      gathering.add({ ...bareSighting('ws-discovery', address), endpoint, name, model, mac, onvifUrls });
      const { writtenEndpoint } = announcement;
      const unresolved = `${sender} ${endpoint}`;
      if (writtenEndpoint !== null && announcement.xaddrs.length === 0 && !resolving.has(unresolved)) {
        if (resolving.size >= maxResolves) continue;
        const device = { address: sender, writtenEndpoint };
        resolving.set(
          unresolved,
          resolveDevice(device, { clock, signal, onDatagram, answerMs: resolveAnswerMs }),
        );
      }
    }
  };

  const interfaceFailures = new Map<string, string>();
  const listenMs = o.timeoutMs ?? defaultListenMs;
  const asking: Promise<void>[] = [];
  const multicast = interfaces.use.map(async (from) => {
    let onAsked: () => void = () => undefined;
    asking.push(new Promise((resolve) => (onAsked = resolve)));
    const failure = await probeMulticast(from, { clock, signal, onDatagram, onAsked, listenMs });
    if (failure !== null) interfaceFailures.set(from.name, failure);
  });
  // A hundred connections at once keep a small box busy: the question that is answered first goes out before them.
  await Promise.all(asking);
  const hellos = hearHellos(interfaces.use, { clock, signal, onDatagram, listenMs });
  const sweptHosts = o.sweep ? targets.hosts : targets.hosts.filter((host) => manual.includes(host));
  const swept = new Set(sweptHosts);
  const rtspPorts = o.rtspPorts ?? defaultRtspPorts;
  const httpPorts = o.httpPorts ?? defaultHttpPorts;
  const presenceOf = createPresence(() => network.neighbours(), clock);
  const sourceOf = (host: string) => (manual.includes(host) ? 'manual' : 'sweep');
  const survey = surveyPorts(
    { ...o, signal, hosts: sweptHosts, sourceOf, rtspPorts, httpPorts, presenceOf },
    gathering,
  );
  const candidates = createCandidates({
    mayContact,
    isSwept: (ip) => swept.has(ip),
    usualRtspPorts: rtspPorts,
    survey: ({ address, source }, asked) => {
      const ports = { rtspPorts: asked.rtspPorts, httpPorts: asked.usualHttpPorts ? httpPorts : [] };
      return surveyPorts(
        { ...o, ...ports, signal, hosts: [address], sourceOf: () => source, presenceOf },
        gathering,
      );
    },
  });
  const onCandidate = (candidate: Candidate) => candidates.hear(candidate);
  const announcements = interfaces.use.flatMap((from) =>
    [askMdns, askSsdp].map((ask) => ask(from, { clock, signal, listenMs, onCandidate })),
  );
  const calm = clock.sleep(unicastDelayMs, signal).catch(() => undefined);
  const unicast = calm.then(() =>
    probeUnicast(targets.hosts, {
      clock,
      signal: AbortSignal.any([signal, AbortSignal.timeout(unicastTotalMs)]),
      onDatagram,
      answerMs: Math.min(unicastAnswerMs, listenMs),
    }),
  );
  const [hostsAsked, sweepResult] = await Promise.all([
    unicast,
    survey,
    hellos,
    ...multicast,
    ...announcements,
  ]);
  await Promise.all([candidates.settled(), ...resolving.values()]);
  gathering.addCandidates(candidates.list());
  gathering.addMacs(parseNeighbours(await network.neighbours()));

  const report = explainScan({
    devices: gathering.devices(),
    interfaces,
    interfaceFailures,
    targets,
    unreadableRanges: o.ranges.filter((text) => parseCidr(text) === null),
    rangesGiven: o.ranges.length,
    hostsAsked,
    sweep: sweptHosts.length > 0 ? sweepResult : null,
    manual,
    malformedDatagrams,
    isFlooded: readBytes > maxReadBytes,
    strangers,
    outsiders,
    announced: new Set(candidates.list().map(({ address }) => address)).size,
    stopped: signal.aborted,
    durationMs: Math.round(clock.monotonicMs() - startMs),
  });
  o.log.debug(
    { devices: report.devices.length, malformedDatagrams, durationMs: report.durationMs },
    'searched the network',
  );
  return report;
}
