import { connect } from 'node:net';
import { inParallel } from './parallel.js';

/** Ports by what answers there (field notes, Discovery). */
export const defaultRtspPorts: readonly number[] = [554, 8554];
export const defaultHttpPorts: readonly number[] = [80, 443, 8000, 8080, 8899, 2020];
/** Private protocols of two makers; a camera with only these open has ONVIF and RTSP switched off. */
export const makerPorts: ReadonlyMap<number, string> = new Map([
  [37_777, 'Dahua'],
  [34_567, 'Xiongmai'],
]);

const connectionsInFlight = 128;
const connectTimeoutMs = 800;

export interface SweepOptions {
  hosts: readonly string[];
  /** The most telling first: all hosts are tried on one port before the next. */
  ports: readonly number[];
  signal: AbortSignal;
  /** A port accepted a connection; the sweep waits for the answer before it goes on in this lane. */
  onOpen: (host: string, port: number) => Promise<void>;
}

/**
 * Tries TCP connections to every host on every port. A host the network reports as unreachable is not tried
 * again. Sends no byte. Resolves to the number of connections tried; never rejects.
 */
export async function sweep({ hosts, ports, signal, onOpen }: SweepOptions): Promise<number> {
  const absent = new Set<string>();
  let tried = 0;
  const targets = ports.flatMap((port) => hosts.map((host) => ({ host, port })));
  await inParallel(targets, connectionsInFlight, signal, async ({ host, port }) => {
    if (absent.has(host)) return;
    tried += 1;
    const result = await tryConnect(host, port, signal);
    if (result === 'absent') absent.add(host);
    if (result === 'open') await onOpen(host, port);
  });
  return tried;
}

function tryConnect(host: string, port: number, signal: AbortSignal): Promise<'open' | 'closed' | 'absent'> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const finish = (result: 'open' | 'closed' | 'absent') => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      socket.destroy();
      resolve(result);
    };
    const giveUp = () => finish('closed');
    const timer = setTimeout(giveUp, connectTimeoutMs);
    signal.addEventListener('abort', giveUp);
    socket.once('connect', () => finish('open'));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      finish(error.code === 'EHOSTUNREACH' || error.code === 'ENETUNREACH' ? 'absent' : 'closed');
    });
  });
}
