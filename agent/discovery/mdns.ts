import { createSocket } from 'node:dgram';
import makeMdns from 'multicast-dns';
import type { Clock } from '../clock.js';
import { normaliseMac } from '../device-ids.js';
import type { Candidate } from './candidates.js';
import type { ProbeInterface } from './interfaces.js';

/** What cameras announce themselves as: any RTSP server, and Axis' own service (field notes, Discovery). */
const services = ['_rtsp._tcp.local', '_axis-video._tcp.local'] as const;
/** Datagrams may be lost. */
const askTimesMs = [0, 1_000];
const maxRecords = 256;

/**
 * Asks one network by multicast DNS and listens for `listenMs`. The query leaves from a port of its own, so answers come
 * straight back (RFC 6762 §6.7) and no other responder on this computer is in the way. The only importer of
 * `multicast-dns`. Resolves to null, or to why the interface could not be used; never rejects.
 */
export async function askMdns(
  from: ProbeInterface,
  o: { clock: Clock; signal: AbortSignal; listenMs: number; onCandidate: (candidate: Candidate) => void },
): Promise<string | null> {
  const socket = createSocket('udp4');
  const failure = await new Promise<string | null>((resolve) => {
    socket.once('error', (error) => resolve(`no multicast DNS from ${from.address}: ${error.message}`));
    socket.bind({ address: from.address, port: 0 }, () => resolve(null));
  });
  if (failure !== null) return failure;
  const mdns = makeMdns({ socket, bind: false, multicast: false });
  try {
    // Unreadable datagrams, and errors of a socket whose interface goes down: what was heard so far stands.
    mdns.on('warning', () => undefined);
    mdns.on('error', () => undefined);
    mdns.on('response', ({ answers = [], additionals = [] }, sender) => {
      const candidate = readAnswer([...answers, ...additionals], sender.address);
      if (candidate !== null) o.onCandidate(candidate);
    });
    socket.setMulticastInterface(from.address);
    const startMs = o.clock.monotonicMs();
    for (const atMs of askTimesMs.filter((ms) => ms < o.listenMs)) {
      const waitMs = startMs + atMs - o.clock.monotonicMs();
      if (waitMs > 0) await o.clock.sleep(waitMs, o.signal);
      mdns.query(services.map((name) => ({ name, type: 'PTR' as const })));
    }
    await o.clock.sleep(Math.max(0, startMs + o.listenMs - o.clock.monotonicMs()), o.signal);
    return null;
  } catch (error) {
    return o.signal.aborted ? null : `no multicast DNS from ${from.address}: ${(error as Error).message}`;
  } finally {
    mdns.destroy();
  }
}

/** A resource record as far as it is read here. */
export interface ServiceRecord {
  type: string;
  name: string;
  data?: unknown;
}

/**
 * What an answer says of its sender; null when it is about other services. The announced host is not believed, the
 * sender is where the camera stands. Axis writes its MAC into the text record. Pure.
 */
export function readAnswer(records: readonly ServiceRecord[], sender: string): Candidate | null {
  const ofService = (record: ServiceRecord, service: string) => record.name.toLowerCase().endsWith(service);
  const read = records
    .slice(0, maxRecords)
    .filter((record) => services.some((service) => ofService(record, service)));
  if (read.length === 0) return null;
  const rtspPorts = read.flatMap(({ type, name, data }) => {
    if (type !== 'SRV' || !ofService({ type, name }, services[0])) return [];
    const port = typeof data === 'object' && data !== null && 'port' in data ? Number(data.port) : 0;
    return port > 0 && port <= 65_535 ? [port] : [];
  });
  const instance = read
    .map(({ type, name, data }) => (type === 'PTR' ? String(data) : type === 'SRV' ? name : ''))
    .find((text) => text.includes('._'));
  const texts = read.flatMap(({ type, data }) => (type === 'TXT' ? [data].flat() : [])).map(String);
  const mac = texts.map((text) => /^mac(?:address)?=(.*)$/i.exec(text)?.[1]).find((text) => text);
  return {
    source: 'mdns',
    address: sender,
    rtspPorts: [...new Set(rtspPorts)].slice(0, 8),
    name: instance?.slice(0, instance.indexOf('._')).slice(0, 200) || null,
    mac: normaliseMac(mac ?? null),
  };
}
