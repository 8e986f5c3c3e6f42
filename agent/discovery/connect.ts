import { connect } from 'node:net';

export interface ConnectOptions {
  host: string;
  port: number;
  timeoutMs: number;
  signal: AbortSignal;
}

/** `unreachable`: the network says that nobody is there. `silent`: no answer in time, or stopped. */
export type ConnectOutcome = 'open' | 'refused' | 'unreachable' | 'silent';

const outOfRoom = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EAGAIN', 'EADDRNOTAVAIL']);

/** Whether a TCP port takes a connection; closed again at once. `no_room`: this system has no socket to give. */
export function tryConnect({
  host,
  port,
  timeoutMs,
  signal,
}: ConnectOptions): Promise<ConnectOutcome | 'no_room'> {
  if (signal.aborted) return Promise.resolve('silent');
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const finish = (outcome: ConnectOutcome | 'no_room') => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      socket.destroy();
      resolve(outcome);
    };
    const giveUp = () => finish('silent');
    const timer = setTimeout(giveUp, timeoutMs);
    signal.addEventListener('abort', giveUp);
    socket.once('connect', () => finish('open'));
    socket.on('error', ({ code = '' }: NodeJS.ErrnoException) => {
      if (outOfRoom.has(code)) finish('no_room');
      else finish(code === 'EHOSTUNREACH' || code === 'ENETUNREACH' ? 'unreachable' : 'refused');
    });
  });
}
