import {
  createWireParser,
  encodeResponse,
  headerOf,
  type Headers,
  type RtspRequest,
} from '@gantry/agent/rtsp/wire.js';
import { createServer, type AddressInfo, type Socket } from 'node:net';

export interface Scripted {
  port: number;
  /** Everything it was asked, in order. */
  requests: RtspRequest[];
  sockets: ReadonlySet<Socket>;
  connections(): number;
  close(): Promise<void>;
}

export interface Reply {
  status: number;
  headers?: Headers;
  body?: string;
}

/** A camera that does what the test says and nothing else; `null` leaves a request unanswered. */
export async function startScriptedCamera(
  answer: (request: RtspRequest, socket: Socket) => Reply | null,
): Promise<Scripted> {
  const requests: RtspRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    const parser = createWireParser();
    socket.on('data', (chunk) =>
      parser.push(chunk, (item) => {
        if (item.kind !== 'request') return;
        requests.push(item);
        const reply = answer(item, socket);
        if (reply === null) return;
        const { status, headers = [], body = '' } = reply;
        const cseq = ['CSeq', headerOf(item.headers, 'CSeq') ?? ''] as const;
        socket.write(
          encodeResponse({ status, reason: 'Scripted', headers: [cseq, ...headers] }, Buffer.from(body)),
        );
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    sockets,
    connections: () => connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const oneVideoTrack = [
  'v=0',
  's=x',
  't=0 0',
  'm=video 0 RTP/AVP 96',
  'a=rtpmap:96 H264/90000',
  'a=control:track1',
  '',
].join('\r\n');
