import type { Socket } from 'node:net';
import type { Faults } from './faults.js';

/** What leaves through one socket: at once, at a trickle, or (when all is stalled) not at all. */
export interface Outlet {
  write(bytes: Buffer): void;
  /** Bytes waiting to leave. */
  waitingBytes(): number;
}

/** An outlet of `socket`; it ends with the socket. */
export function outletOf(socket: Socket, faults: Readonly<Faults>): Outlet {
  let queue: Buffer[] = [];
  let queuedBytes = 0;
  let timer: NodeJS.Timeout | null = null;

  const drip = () => {
    timer = faults.stalled === 'everything' ? setTimeout(drip, 1_000) : null;
    if (timer) return;
    const rate = faults.bytesPerSecond;
    const all = Buffer.concat(queue);
    const piece = rate === null ? all : all.subarray(0, Math.max(1, Math.round(rate)));
    const rest = all.subarray(piece.length);
    queue = rest.length > 0 ? [rest] : [];
    queuedBytes = rest.length;
    socket.write(piece);
    if (rest.length > 0) timer = setTimeout(drip, 1_000);
  };
  socket.once('close', () => {
    if (timer) clearTimeout(timer);
    queue = [];
  });

  return {
    write(bytes) {
      if (socket.destroyed || faults.stalled === 'everything') return;
      if (faults.bytesPerSecond === null && queuedBytes === 0) {
        socket.write(bytes);
        return;
      }
      queue.push(bytes);
      queuedBytes += bytes.length;
      if (!timer) drip();
    },
    waitingBytes: () => queuedBytes + socket.writableLength,
  };
}
