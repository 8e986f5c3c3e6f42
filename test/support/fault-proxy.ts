import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A line between two programs that a test cuts. Whatever passes is bytes; nothing is understood. */
export interface FaultProxy {
  port: number;
  /** Cuts every connection and takes no new one until {@link restore}. */
  cut(): void;
  restore(): void;
  /** Cuts every connection; new ones pass. */
  drop(): void;
  /** Connections that were cut by {@link FaultProxyOptions.cutAfterBytes}. */
  cuts(): number;
  close(): Promise<void>;
}

export interface FaultProxyOptions {
  targetPort: number;
  /** After so many bytes, both ways together, a connection is cut; asked for each connection, null: never. */
  cutAfterBytes?: () => number | null;
}

export async function startFaultProxy(o: FaultProxyOptions): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  let isCut = false;
  let cuts = 0;
  const track = (socket: Socket, peer: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      peer.destroy();
    });
  };
  const server = createServer((client) => {
    if (isCut) {
      client.destroy();
      return;
    }
    const target = connect(o.targetPort, '127.0.0.1');
    track(client, target);
    track(target, client);
    let leftBytes = o.cutAfterBytes?.() ?? Infinity;
    /** What of a chunk still passes. With the last of it the connection ends for both. */
    const allowance = (chunk: Buffer): Buffer => {
      const passed = chunk.subarray(0, Math.max(0, leftBytes));
      leftBytes -= chunk.byteLength;
      return passed;
    };
    const pass = (from: Socket, to: Socket): void => {
      from.on('data', (chunk: Buffer) => {
        const passed = allowance(chunk);
        if (passed.byteLength > 0 && !to.write(passed)) from.pause();
        if (leftBytes > 0) return;
        cuts += 1;
        // What was let through arrives; the rest never does.
        for (const side of [client, target]) side.pause().removeAllListeners('data');
        to.end(() => (to === client ? target : client).resetAndDestroy());
      });
      to.on('drain', () => from.resume());
      from.on('end', () => to.end());
    };
    pass(client, target);
    pass(target, client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      isCut = true;
      drop();
    },
    restore() {
      isCut = false;
    },
    drop,
    cuts: () => cuts,
    async close() {
      drop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
