import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

export interface ForwardProxy {
  url: string;
  port: number;
  /** `host:port` of every connection that was asked for, in order. */
  asked: string[];
  close(): Promise<void>;
}

/** A small HTTP proxy that makes tunnels. It alone knows the names in `hosts`; `login`: `user:password` it wants. */
export async function startForwardProxy(
  o: { hosts?: Readonly<Record<string, string>>; login?: string; refuses?: string } = {},
): Promise<ForwardProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  const server = createServer((_request, response) => response.writeHead(405).end());
  server.on('connection', keep);
  server.on('connect', (request, inside: Socket, head): void => {
    const target = request.url ?? '';
    asked.push(target);
    const refuse = (status: string) => void inside.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`);
    const wanted = o.login && `Basic ${Buffer.from(o.login).toString('base64')}`;
    if (wanted && request.headers['proxy-authorization'] !== wanted)
      return refuse('407 Proxy Authentication Required');
    if (target === o.refuses) return refuse('403 Forbidden');
    const [host = '', port] = target.split(':');
    const outside = connect({ host: o.hosts?.[host] ?? host, port: Number(port) });
    keep(outside);
    outside.once('error', () => refuse('502 Bad Gateway'));
    outside.once('connect', () => {
      inside.write('HTTP/1.1 200 Connection established\r\n\r\n');
      outside.write(head);
      inside.pipe(outside).pipe(inside);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
