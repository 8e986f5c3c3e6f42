import net from 'node:net';

/** One listening TCP port of a camera; closing it cuts every connection, as pulling the plug does. */
export interface Door {
  port: number;
  close(): Promise<void>;
}

/** Rejects with a sentence for a person when the port cannot be had; `cause` is the system's error. */
export async function openDoor(
  address: string,
  port: number,
  accept: (socket: net.Socket) => void,
): Promise<Door> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
    accept(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(unavailable(`TCP ${address}:${port}`, error)));
    server.listen(port, address, resolve);
  });
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound ? bound.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Says what could not be opened, why, and what to do about it. */
export function unavailable(what: string, error: NodeJS.ErrnoException): Error {
  const [why, remedy] = {
    EADDRINUSE: ['another program uses it', 'stop that program or choose another port'],
    EADDRNOTAVAIL: [
      'this machine has no such address',
      'choose an address of this machine, e.g. in 127.0.0.0/8',
    ],
    EACCES: ['ports below 1024 are for the superuser', 'choose a port above 1024'],
  }[error.code ?? ''] ?? [error.message, 'choose another address or port'];
  return new Error(`a virtual camera cannot open ${what}: ${why}; ${remedy}`, { cause: error });
}
