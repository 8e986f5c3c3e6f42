import { readFile } from 'node:fs/promises';
import { tryConnect, type ConnectOutcome } from '../discovery/connect.js';
import { parsePresence, readNeighbours, type Presence } from '../discovery/neighbours.js';
import type { Finding } from './finding.js';

/** Linux' IPv4 routes; other systems have none at this place. */
const routeTable = '/proc/net/route';
const isUp = 0x1;
const isGateway = 0x2;

/** DNS and the router's own page: a refusal proves as much as an answer. */
const knockedPorts = [53, 80] as const;
/** A host that is there answers at once; the neighbour table knows by then whether it answered ARP. */
const patienceMs = 1_500;

export interface Gateway {
  interfaceName: string;
  address: string;
}

/** The way out that is taken first, from the text of `/proc/net/route`; null without any. Pure. */
export function defaultGateway(table: string): Gateway | null {
  const routes = table.split('\n').flatMap((line) => {
    const [interfaceName = '', destination, gateway, flags, , , metric, mask] = line.trim().split(/\s+/);
    const isDefault = destination === '00000000' && mask === '00000000';
    const wanted = isUp | isGateway;
    if (!isDefault || gateway === undefined || (Number.parseInt(flags ?? '', 16) & wanted) !== wanted)
      return [];
    return [{ interfaceName, address: addressOf(gateway), metric: Number(metric) }];
  });
  const [first] = routes.toSorted((a, b) => a.metric - b.metric);
  return first === undefined ? null : { interfaceName: first.interfaceName, address: first.address };
}

/** `010200C0`, in the byte order of the processor, which is little endian wherever this runs: `192.0.2.1`. */
const addressOf = (hex: string): string =>
  (hex.match(/../g) ?? [])
    .toReversed()
    .map((byte) => Number.parseInt(byte, 16))
    .join('.');

/** What came of knocking at the gateway. */
export interface GatewayReach {
  outcome: ConnectOutcome | 'no_room';
  /** What the neighbour table says after the knock: whether it answers ARP. */
  presence: Presence;
  tookMs: number;
}

/** Whether the gateway is there, without root: by TCP knocks and by the neighbour table. Null: cannot be told here. */
export async function checkGateway(): Promise<Finding | null> {
  const table = await readFile(routeTable, 'utf8').catch(() => null);
  if (table === null) return null;
  const gateway = defaultGateway(table);
  return gatewayFinding(gateway, gateway === null ? null : await reachGateway(gateway.address));
}

async function reachGateway(host: string): Promise<GatewayReach> {
  const startedAtMs = performance.now();
  const done = new AbortController();
  const knocks = knockedPorts.map(async (port) => {
    const outcome = await tryConnect({ host, port, timeoutMs: patienceMs, signal: done.signal });
    if (!isProof(outcome)) throw new NoProof(outcome);
    return outcome;
  });
  const outcome = await Promise.any(knocks).catch(
    ({ errors }: AggregateError) => (errors[0] as NoProof).outcome,
  );
  const tookMs = Math.round(performance.now() - startedAtMs);
  done.abort();
  const presence = parsePresence(await readNeighbours()).get(host) ?? 'unknown';
  return { outcome, presence, tookMs };
}

const isProof = (outcome: GatewayReach['outcome']): boolean => outcome === 'open' || outcome === 'refused';

class NoProof extends Error {
  readonly outcome: GatewayReach['outcome'];
  constructor(outcome: GatewayReach['outcome']) {
    super(outcome);
    this.outcome = outcome;
  }
}

/** In words. Without a gateway a registry in the same network is reached all the same. Pure. */
export function gatewayFinding(gateway: Gateway | null, reach: GatewayReach | null): Finding {
  const what = 'gateway';
  if (gateway === null || reach === null) {
    const fix =
      'get an address by DHCP, or set a gateway; is the cable in a port of the right network (VLAN)?';
    return { what, verdict: 'warn', detail: 'no way out of the local network is set', fix };
  }
  const name = `${gateway.address} on ${gateway.interfaceName}`;
  if (isProof(reach.outcome))
    return { what, verdict: 'ok', detail: `${name} answers in ${reach.tookMs} ms`, fix: null };
  if (reach.presence === 'present')
    return { what, verdict: 'ok', detail: `${name} is there; it takes no connections itself`, fix: null };
  const fix =
    'check the cable and that its port belongs to this network (VLAN); if the network was changed, renew the address (DHCP)';
  if (reach.presence === 'absent' || reach.outcome === 'unreachable')
    return { what, verdict: 'FAIL', detail: `nobody answers at ${name}`, fix };
  return { what, verdict: 'warn', detail: `${name} does not answer`, fix };
}
