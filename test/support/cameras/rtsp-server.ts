import type { Socket } from 'node:net';
import { RtspConnection, type RtspOptions } from './rtsp-connection.js';

/** The RTSP side of one camera (RFC 2326), media interleaved in TCP. It listens nowhere by itself. */
export interface RtspServer {
  accept(socket: Socket): void;
  /** Cuts every connection now. */
  cut(): void;
}

export function createRtspServer(options: RtspOptions & { sessionsMax: number }): RtspServer {
  const connections = new Set<RtspConnection>();
  const isFull = () =>
    options.faults.refusesSessions ||
    [...connections].filter((connection) => connection.hasSession()).length >= options.sessionsMax;
  return {
    accept(socket) {
      const connection = new RtspConnection(socket, options, isFull);
      connections.add(connection);
      socket.once('close', () => connections.delete(connection));
    },
    cut() {
      for (const connection of connections) connection.cut();
    },
  };
}
