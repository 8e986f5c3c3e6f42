import { getRequestListener } from '@hono/node-server';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StartFailure } from '../start-failure.js';
import type { App } from './api.js';

export interface HttpServer {
  /** For upgrades: MQTT over WebSocket shares the port. */
  server: Server;
  port: number;
  /** Takes no more requests, lets those under way finish for `graceMs`, then cuts them. */
  close(graceMs?: number): Promise<void>;
}

/** Stands before the app: takes a request by answering it itself (true), or lets it in. */
export type Door = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * New connections that wait to be taken, as far as the system allows (net.core.somaxconn). Of a shorter line a crowd
 * fills all, and whoever comes then waits a second before he even stands in it.
 */
const newConnectionsAtMost = 4_096;

/** The port is in use, or may not be used by us. */
export class PortTaken extends StartFailure {
  constructor(what: string, address: string, code: string | undefined) {
    super(
      code === 'EACCES'
        ? `The ${what} port ${address} needs privileges this process does not have. Choose one above 1023.`
        : `The ${what} port ${address} is taken by another program. Stop that one, or choose another port.`,
    );
    this.name = 'PortTaken';
  }
}

/** Listens; rejects with {@link PortTaken}. */
export async function listen(
  app: App,
  { host, port, door = () => false }: { host: string; port: number; door?: Door },
): Promise<HttpServer> {
  const answer = getRequestListener(app.fetch, { hostname: host });
  const server = createServer((request, response) => {
    if (!door(request, response)) void answer(request, response);
  });
  try {
    server.listen({ port, host, backlog: newConnectionsAtMost });
    await once(server, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE' || code === 'EACCES') {
      throw new PortTaken('HTTP', `${host}:${port}`, code);
    }
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new StartFailure(`This machine has no address ${host} to listen on. Choose another --host.`);
    }
    throw error;
  }
  return {
    server,
    port: (server.address() as AddressInfo).port,
    close: async (graceMs = 1_000) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(cut);
    },
  };
}
