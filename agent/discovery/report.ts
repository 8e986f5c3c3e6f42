import { looksLikeDockerBridge, type InterfaceChoice } from './interfaces.js';
import type { FoundDevice } from './sighting.js';
import type { Targets } from './targets.js';

export interface ScanReport {
  devices: FoundDevice[];
  /** What was searched: interfaces, ranges, counts. */
  scanned: { what: string; detail: string }[];
  /** Why a camera may be missing and what to do, one sentence each. */
  notes: string[];
  durationMs: number;
}

/** What happened during a scan, before anybody explains it. */
export interface ScanFacts {
  devices: FoundDevice[];
  interfaces: InterfaceChoice;
  /** Interface name → why probing from it failed. */
  interfaceFailures: ReadonlyMap<string, string>;
  targets: Targets;
  unreadableRanges: readonly string[];
  rangesGiven: number;
  hostsAsked: number;
  /** Null when no sweep was wanted. */
  sweep: { connectionsTried: number; makers: ReadonlyMap<string, string> } | null;
  manual: readonly string[];
  malformedDatagrams: number;
  /** More was sent than a scan reads; the rest was not looked at. */
  isFlooded: boolean;
  /** Addresses that answered and are no cameras. */
  strangers: ReadonlySet<string>;
  /** Addresses that answered and lie in no configured range. */
  outsiders: ReadonlySet<string>;
  /** Hosts that announced themselves as cameras by multicast DNS or SSDP. */
  announced: number;
  stopped: boolean;
  durationMs: number;
}

/** Says what was scanned and why a camera may be missing (field notes, Discovery). Pure. */
export function explainScan(facts: ScanFacts): ScanReport {
  const { devices, interfaces, targets, durationMs } = facts;
  const scanned = [
    ...interfaces.use.map(({ name, address }) => ({
      what: `interface ${name}`,
      detail: `WS-Discovery, multicast DNS and SSDP from ${address}`,
    })),
    ...interfaces.skipped.map(({ name, why }) => ({
      what: `interface ${name}`,
      detail: `left out: it ${why}`,
    })),
    ...targets.scanned,
    { what: 'unicast', detail: `WS-Discovery asked of ${facts.hostsAsked} addresses` },
  ];
  if (facts.sweep !== null) {
    scanned.push({ what: 'sweep', detail: `${facts.sweep.connectionsTried} TCP connections tried` });
  }
  if (facts.announced > 0) {
    scanned.push({ what: 'announced', detail: `${facts.announced} hosts by multicast DNS or SSDP` });
  }
  if (facts.strangers.size > 0) {
    scanned.push({ what: 'not cameras', detail: `${facts.strangers.size} other devices answered` });
  }
  return { devices, scanned, notes: [...notesOn(facts)], durationMs };
}

function* notesOn(facts: ScanFacts): Generator<string> {
  const { interfaces, targets, devices } = facts;
  for (const text of facts.unreadableRanges) yield `${text} is not a range: write it like 192.168.1.0/24.`;
  if (facts.rangesGiven === 0)
    yield 'No range is configured, so no address may be contacted: every answer was ignored.';
  yield* targets.notes;
  if (interfaces.use.length === 0) {
    yield 'There is no network interface to probe from, so multicast discovery did not run. Is the network cable in?';
  }
  for (const [name, why] of facts.interfaceFailures) yield `Interface ${name}: ${why}.`;
  for (const { name, cidr } of interfaces.use.filter(looksLikeDockerBridge)) {
    yield (
      `${name} (${cidr}) looks like a container's bridge, which hides multicast: ` +
      'run the agent with host networking, or configure the ranges of the cameras.'
    );
  }
  if (facts.hostsAsked < targets.hosts.length && !facts.stopped) {
    yield `Only ${facts.hostsAsked} of ${targets.hosts.length} addresses were asked directly before time ran out.`;
  }
  if (facts.outsiders.size > 0) {
    yield (
      `${facts.outsiders.size} addresses outside the configured ranges answered and were ignored, ` +
      `among them ${[...facts.outsiders].slice(0, 3).join(', ')}.`
    );
  }
  if (facts.malformedDatagrams > 0)
    yield `${facts.malformedDatagrams} unreadable discovery answers were ignored.`;
  if (facts.isFlooded) yield 'Far more discovery answers came than a site can give; the rest was not read.';
  for (const [ip, maker] of facts.sweep?.makers ?? []) {
    if (!devices.some(({ address }) => address === ip)) {
      yield `${ip} looks like a ${maker} camera with ONVIF and RTSP switched off: switch one on in its own web page.`;
    }
  }
  for (const ip of facts.manual) {
    if (targets.hosts.includes(ip) && !devices.some(({ address }) => address === ip)) {
      yield `${ip} did not answer: check its power and cable, and that ONVIF or RTSP is switched on.`;
    }
  }
  if (facts.stopped) yield 'The search was stopped before its end.';
}
