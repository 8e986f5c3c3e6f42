import type { Clock } from '../clock.js';
import { tryConnect, type ConnectOptions, type ConnectOutcome } from './connect.js';
import type { Presence } from './neighbours.js';
import { inParallel } from './parallel.js';
import { createSlots, type Slots } from './slots.js';

/** Ports by what answers there (field notes, Discovery). */
export const defaultRtspPorts: readonly number[] = [554, 8554];
export const defaultHttpPorts: readonly number[] = [80, 443, 8000, 8080, 8899, 2020];
/** Private protocols of two makers; a camera with only these open has ONVIF and RTSP switched off. */
export const makerPorts: ReadonlyMap<number, string> = new Map([
  [37_777, 'Dahua'],
  [34_567, 'Xiongmai'],
]);

/** Two /24 at once: who is there answers within milliseconds, who is not costs a slot for seconds. */
const hostsInFlight = 512;
const connections = { max: 640, min: 32 };
/** At one host: cheap cameras take few connections at once. */
const connectionsPerHost = 3;
const connectTimeoutMs = 800;
/** Of one connection for which the system had no room. */
const maxTries = 5;
/** Long enough for a second ARP request, which Linux sends after 1 s: the first may be lost on Wi-Fi. */
const absenceMs = 1_600;

export interface SweepOptions {
  hosts: readonly string[];
  /** The most telling first. */
  ports: readonly number[];
  /** What the link layer knows of a host by now. */
  presenceOf: (host: string) => Promise<Presence>;
  signal: AbortSignal;
  clock: Clock;
  /** A port accepted a connection. One call at a time for each host (Q44). */
  onOpen: (host: string, port: number) => Promise<void>;
}

/**
 * Tries TCP connections to every host. The first port tells whether anybody is there: only a host that answers,
 * refuses, stands in the neighbour table or may be behind a router is tried on the others. Sends no byte.
 * Resolves to the number of connections tried; never rejects.
 */
export async function sweep(o: SweepOptions): Promise<number> {
  const { signal, presenceOf } = o;
  const [knockPort, ...otherPorts] = o.ports;
  if (knockPort === undefined) return 0;
  const slots = createSlots(connections);
  let tried = 0;
  const attempt = (host: string, port: number, timeoutMs: number, giveUp: AbortSignal) => {
    tried += 1;
    return connectInSlot({ host, port, timeoutMs, slots, signal: giveUp });
  };
  /** Resolves to whether anybody is there. */
  const visit = async (host: string): Promise<boolean> => {
    let asking: Promise<void> = Promise.resolve();
    const opened = (port: number) => {
      asking = asking.then(() => (signal.aborted ? undefined : o.onOpen(host, port)));
    };
    const heard = new AbortController();
    const enough = AbortSignal.any([signal, heard.signal]);
    const impatience = o.clock
      .sleep(connectTimeoutMs, enough)
      .then(async () => ((await presenceOf(host)) === 'absent' ? undefined : heard.abort()))
      .catch(() => undefined);
    const knock = await attempt(host, knockPort, absenceMs, enough);
    heard.abort();
    await impatience;
    if (knock === 'open') opened(knockPort);
    if (knock === 'unreachable') return false;
    if (knock === 'silent' && (await presenceOf(host)) === 'absent') return false;
    await inParallel(otherPorts, connectionsPerHost, signal, async (port) => {
      if ((await attempt(host, port, connectTimeoutMs, signal)) === 'open') opened(port);
    });
    await asking;
    return true;
  };
  const absent: string[] = [];
  await inParallel(o.hosts, hostsInFlight, signal, async (host) => {
    if (!(await visit(host))) absent.push(host);
  });
  // Who was slow to answer the link layer, or was just plugged in, is there by now.
  await inParallel(absent, hostsInFlight, signal, async (host) => {
    if ((await presenceOf(host)) === 'present') await visit(host);
  });
  return tried;
}

/** Where the system is out of sockets or memory, fewer are open from then on, and this one is tried again. */
async function connectInSlot(o: ConnectOptions & { slots: Slots }): Promise<ConnectOutcome> {
  for (let tries = 0; tries < maxTries; tries += 1) {
    await o.slots.take();
    const outcome = await tryConnect(o);
    if (outcome === 'no_room') o.slots.shrink();
    o.slots.give();
    if (outcome !== 'no_room') return outcome;
  }
  return 'silent';
}
