import { createAdaptorServer } from '@hono/node-server';
import { once } from 'node:events';
import type { Server } from 'node:http';
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
export async function listen(app: App, options: { host: string; port: number }): Promise<HttpServer> {
  const server = createAdaptorServer({ fetch: app.fetch, hostname: options.host }) as Server;
  try {
    server.listen(options.port, options.host);
    await once(server, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE' || code === 'EACCES') {
      throw new PortTaken('HTTP', `${options.host}:${options.port}`, code);
    }
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new StartFailure(
        `This machine has no address ${options.host} to listen on. Choose another --host.`,
      );
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
