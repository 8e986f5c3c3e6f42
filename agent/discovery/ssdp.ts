import { createSocket } from 'node:dgram';
import type { Clock } from '../clock.js';
import type { Candidate } from './candidates.js';
import type { ProbeInterface } from './interfaces.js';

const group = { address: '239.255.255.250', port: 1900 };
/** Datagrams may be lost (UPnP Device Architecture 1.1 §1.3.2). */
const askTimesMs = [0, 1_000];
const maxDatagramBytes = 4_096;

const search =
  'M-SEARCH * HTTP/1.1\r\n' +
  `HOST: ${group.address}:${group.port}\r\n` +
  'MAN: "ssdp:discover"\r\n' +
  'MX: 1\r\n' +
  'ST: ssdp:all\r\n\r\n';

/**
 * Searches one network by SSDP and listens for `listenMs`. What answers names a page with its description; that page is
 * not fetched, because its address is the answerer's choice. Resolves to null, or to why the interface could not be
 * used; never rejects.
 */
export async function askSsdp(
  from: ProbeInterface,
  o: { clock: Clock; signal: AbortSignal; listenMs: number; onCandidate: (candidate: Candidate) => void },
): Promise<string | null> {
  const socket = createSocket('udp4');
  const failure = await new Promise<string | null>((resolve) => {
    socket.on('error', (error) => resolve(`no SSDP from ${from.address}: ${error.message}`));
    socket.bind({ address: from.address, port: 0 }, () => resolve(null));
  });
  if (failure !== null) return failure;
  try {
    socket.on('message', (bytes, sender) => {
      const candidate = readSearchAnswer(bytes, sender.address);
      if (candidate !== null) o.onCandidate(candidate);
    });
    socket.setMulticastInterface(from.address);
    socket.setMulticastTTL(1);
    const startMs = o.clock.monotonicMs();
    for (const atMs of askTimesMs.filter((ms) => ms < o.listenMs)) {
      const waitMs = startMs + atMs - o.clock.monotonicMs();
      if (waitMs > 0) await o.clock.sleep(waitMs, o.signal);
      socket.send(search, group.port, group.address, () => undefined);
    }
    await o.clock.sleep(Math.max(0, startMs + o.listenMs - o.clock.monotonicMs()), o.signal);
    return null;
  } catch (error) {
    return o.signal.aborted ? null : `no SSDP from ${from.address}: ${(error as Error).message}`;
  } finally {
    socket.close();
  }
}

/** Types and servers of cameras and recorders; routers, printers, televisions and players answer as well. */
const cameraWords =
  /camera|surveillance|\bip[-_ ]?cam|\bipc\b|\bnvr\b|\bdvr\b|axis-com|hikvision|dahua|embeddednetdevice/i;

/** What an answer to a search says; null when it is none, or not a camera's. Pure. */
export function readSearchAnswer(bytes: Uint8Array, sender: string): Candidate | null {
  const text = Buffer.from(bytes.subarray(0, maxDatagramBytes)).toString('latin1');
  if (!/^HTTP\/1\.[01] 200/i.test(text)) return null;
  const telling = text
    .split(/\r?\n/)
    .filter((line) => /^(?:ST|USN|SERVER):/i.test(line))
    .join('\n');
  if (!cameraWords.test(telling)) return null;
  return { source: 'ssdp', address: sender, rtspPorts: [], name: null, mac: null };
}
