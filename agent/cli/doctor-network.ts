import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import { isWebSocket } from '../broker-url.js';
import type { AgentConfig } from '../config.js';
import { openTunnel } from '../proxy.js';
import type { Finding } from './finding.js';

const patienceMs = 5_000;
/** WS-Discovery (SOAP-over-UDP, OASIS 2009): where cameras answer to "who is there". */
const discoveryGroup = '239.255.255.250';

/** Whether the name of the registry, or of the proxy before it, is known here. */
export async function checkDns(url: string): Promise<Finding> {
  const { hostname } = new URL(url);
  try {
    const { address } = await lookup(hostname.replace(/^\[|\]$/g, ''));
    return { what: 'dns', verdict: 'ok', detail: `${hostname} -> ${address}`, fix: null };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const fix = 'check the name, and the DNS server in the network settings (resolvectl status)';
    return { what: 'dns', verdict: 'FAIL', detail: `${hostname} is not found (${code})`, fix };
  }
}

/** What came of knocking at the broker's port. */
export interface BrokerReach {
  host: string;
  port: number;
  /** Null: it answered, after `tookMs`. */
  problem: string | null;
  tookMs: number;
}

/** Knocks at the broker's port, as the agent would reach it; what is spoken there is the agent's matter. */
export async function reachBroker(mqttUrl: string, proxy: string | undefined): Promise<BrokerReach> {
  const url = new URL(mqttUrl);
  const port = Number(url.port) || { 'mqtts:': 8883, 'wss:': 443, 'ws:': 80 }[url.protocol] || 1883;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const startedAtMs = performance.now();
  const isThroughProxy = proxy !== undefined && isWebSocket(mqttUrl);
  const problem = await (isThroughProxy ? knockThrough(proxy, { host, port }) : knock({ host, port }));
  return { host, port, problem, tookMs: Math.round(performance.now() - startedAtMs) };
}

const knock = (to: { host: string; port: number }): Promise<string | null> =>
  new Promise((resolve) => {
    const socket = connect({ ...to, timeout: patienceMs });
    const end = (why: string | null) => {
      socket.destroy();
      resolve(why);
    };
    socket.once('connect', () => end(null));
    socket.once('timeout', () => end(`timed out after ${patienceMs / 1_000} s`));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });

const knockThrough = (proxy: string, to: { host: string; port: number }): Promise<string | null> =>
  openTunnel(proxy, to).then(
    (socket) => {
      socket.destroy();
      return null;
    },
    (error: unknown) => (error as Error).message,
  );

/** In words; where the registry's own port answers, messages can go through that one. Pure. */
export function brokerFinding(
  { host, port, problem, tookMs }: BrokerReach,
  seen: { isRegistryThere: boolean; transport: AgentConfig['transport'] },
): Finding {
  if (problem === null)
    return {
      what: 'mqtt',
      verdict: 'ok',
      detail: `TCP ${port} to ${host} answers in ${tookMs} ms`,
      fix: null,
    };
  const allow = `allow outgoing TCP ${port} to ${host}`;
  const around = seen.isRegistryThere && seen.transport !== 'wss';
  const [note, fix] = around
    ? [' (the registry itself answers)', `${allow}, or run: gantry set transport=wss`]
    : ['', `${allow}, and check that the registry's broker runs`];
  return { what: 'mqtt', verdict: 'FAIL', detail: `TCP ${port} to ${host}: ${problem}${note}`, fix };
}

/** Whether this computer may join the group that WS-Discovery speaks to. */
export async function checkMulticast(): Promise<Finding> {
  const problem = await new Promise<string | null>((resolve) => {
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    const end = (why: string | null) => socket.close(() => resolve(why));
    socket.once('error', (error) => end(error.message));
    socket.bind(0, () => {
      try {
        socket.addMembership(discoveryGroup);
        end(null);
      } catch (error) {
        end((error as Error).message);
      }
    });
  });
  if (problem === null)
    return { what: 'multicast', verdict: 'ok', detail: `${discoveryGroup} joined`, fix: null };
  const fix =
    'in a container, use the host network; else allow UDP multicast. The sweep of --scan ranges still works';
  return { what: 'multicast', verdict: 'warn', detail: `${discoveryGroup}: ${problem}`, fix };
}
