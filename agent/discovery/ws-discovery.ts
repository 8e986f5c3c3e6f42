import { randomUUID } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import type { Clock } from '../clock.js';
import type { ProbeInterface } from './interfaces.js';
import { inParallel } from './parallel.js';
import {
  multicastAddress,
  multicastPort,
  probeMessage,
  probeTypes,
  resolveMessage,
  type ProbeType,
} from './probe.js';

/** At least this much: hundreds of cameras answer within milliseconds (field notes, Discovery). */
const receiveBufferBytes = 512 * 1024;
/** Probes are datagrams and may be lost: three, of three types. */
const probeTimesMs = [0, 500, 2_000];
const unicastInFlight = 256;
/**
 * The kernel keeps a datagram to an absent host for the 3 s it looks for that host's MAC, and a socket holds about a
 * hundred of them before it blocks: one socket takes 25 s for two empty /24, sixteen take 3 s (measured).
 */
const unicastSockets = 16;

export interface ProbeOptions {
  clock: Clock;
  signal: AbortSignal;
  /** Every datagram that arrives, unchecked. */
  onDatagram: (bytes: Uint8Array, sender: string) => void;
}

/**
 * Sends the three probes to the discovery group through one interface and listens for `listenMs`. `onAsked` is called
 * when a probe is out, and when none can be sent. Resolves to null, or to why the interface could not be used;
 * never rejects.
 */
export async function probeMulticast(
  from: ProbeInterface,
  { clock, signal, onDatagram, onAsked, listenMs }: ProbeOptions & { onAsked: () => void; listenMs: number },
): Promise<string | null> {
  const opened = await openSocket({ address: from.address, port: 0 }, onDatagram);
  if (typeof opened === 'string') {
    onAsked();
    return opened;
  }
  try {
    opened.setMulticastInterface(from.address);
    opened.setMulticastTTL(1);
    const failures: string[] = [];
    const start = clock.monotonicMs();
    for (const [index, atMs] of probeTimesMs.entries()) {
      if (atMs >= listenMs) break;
      const waitMs = start + atMs - clock.monotonicMs();
      if (waitMs > 0) await clock.sleep(waitMs, signal);
      const failure = await sendProbe(opened, probeTypes[index] ?? null, multicastAddress);
      onAsked();
      if (failure !== null) failures.push(failure);
    }
    await clock.sleep(Math.max(0, start + listenMs - clock.monotonicMs()), signal);
    return failures[0] ?? null;
  } catch (error) {
    return signal.aborted ? null : `cannot probe from ${from.address}: ${(error as Error).message}`;
  } finally {
    onAsked();
    opened.close();
  }
}

/**
 * Hears the Hello of devices that start during a scan, on all interfaces, for `listenMs`. The socket is bound to the
 * group's address, so that it takes no datagram meant for another program on this computer. Never rejects: where
 * the group cannot be joined, probing alone must do.
 */
export async function hearHellos(
  on: readonly ProbeInterface[],
  { clock, signal, onDatagram, listenMs }: ProbeOptions & { listenMs: number },
): Promise<void> {
  const opened = await openSocket({ address: multicastAddress, port: multicastPort }, onDatagram);
  if (typeof opened === 'string') return;
  try {
    for (const { address } of on) opened.addMembership(multicastAddress, address);
    await clock.sleep(listenMs, signal);
  } catch {
    // Stopped, or an interface that does not do multicast.
  } finally {
    opened.close();
  }
}

/**
 * Asks every host directly: crosses routers where multicast does not (Q15). Each host gets a probe for a video
 * transmitter, then one for anything; it is waited for at most `answerMs`. Resolves to the number of hosts
 * asked; never rejects.
 */
export async function probeUnicast(
  hosts: readonly string[],
  { clock, signal, onDatagram, answerMs }: ProbeOptions & { answerMs: number },
): Promise<number> {
  if (hosts.length === 0) return 0;
  const waiting = new Map<string, AbortController>();
  const heard = (bytes: Uint8Array, sender: string) => {
    waiting.get(sender)?.abort();
    onDatagram(bytes, sender);
  };
  const opened = await Promise.all(
    Array.from({ length: Math.min(unicastSockets, hosts.length) }, () => openSocket(null, heard)),
  );
  const sockets = opened.filter((socket) => typeof socket !== 'string');
  const stopWaiting = () => {
    for (const wait of waiting.values()) wait.abort();
  };
  signal.addEventListener('abort', stopWaiting);
  let asked = 0;
  try {
    await inParallel(hosts, unicastInFlight, signal, async (host) => {
      const wait = new AbortController();
      const socket = sockets[asked % sockets.length];
      if (socket === undefined) return;
      waiting.set(host, wait);
      asked += 1;
      const types: readonly ProbeType[] = [probeTypes[0], null];
      for (const type of types) {
        if (wait.signal.aborted || (await sendProbe(socket, type, host)) !== null) break;
        await clock.sleep(answerMs / types.length, wait.signal).catch(() => undefined);
      }
      waiting.delete(host);
    });
  } finally {
    signal.removeEventListener('abort', stopWaiting);
    for (const socket of sockets) socket.close();
  }
  return asked;
}

/** Asks one device for the addresses it left out (Q08) and listens for `answerMs`. Never rejects. */
export async function resolveDevice(
  device: { address: string; writtenEndpoint: string },
  { clock, signal, onDatagram, answerMs }: ProbeOptions & { answerMs: number },
): Promise<void> {
  const opened = await openSocket(null, onDatagram);
  if (typeof opened === 'string') return;
  const message = resolveMessage(randomUUID(), device.writtenEndpoint);
  opened.send(message, multicastPort, device.address, () => undefined);
  await clock.sleep(answerMs, signal).catch(() => undefined);
  opened.close();
}

const sendProbe = (socket: Socket, type: ProbeType, host: string): Promise<string | null> =>
  new Promise((resolve) => {
    socket.send(probeMessage(randomUUID(), type), multicastPort, host, (error) => {
      resolve(error === null ? null : `cannot send to ${host}: ${error.message}`);
    });
  });

/** A bound socket, or why there is none. Later errors of a socket (an interface going down) only end its datagrams. */
const openSocket = (
  at: { address: string; port: number } | null,
  onDatagram: (bytes: Uint8Array, sender: string) => void,
): Promise<Socket | string> =>
  new Promise((resolve) => {
    const socket = createSocket({
      type: 'udp4',
      recvBufferSize: receiveBufferBytes,
      reuseAddr: at?.port === multicastPort,
    });
    socket.on('message', (bytes, sender) => onDatagram(bytes, sender.address));
    socket.on('error', (error) => {
      resolve(`cannot open a socket on ${at?.address ?? 'any address'}: ${error.message}`);
    });
    socket.bind(at ?? { port: 0 }, () => resolve(socket));
  });
