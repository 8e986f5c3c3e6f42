import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AgentId } from '@gantry/protocol/ids.js';
import {
  decodeLivePiece,
  liveCloses,
  livePieceHeaderBytes,
  liveTicketHeader,
  maxLiveFragmentBytes,
  readLivePath,
} from '@gantry/protocol/live.js';
import { WebSocketServer, type WebSocket } from 'ws';
import { Failure } from '../errors.js';
import type { Log } from '../log.js';
import type { LiveStream } from './live-stream.js';
import type { LiveRelay } from './relay.js';

/** Where agents hand in live streams, beside the HTTP API on its port (`protocol/live.ts`). */
export interface LiveDoor {
  /** Takes an upgrade request for a live stream; false when it is for somebody else. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Ends every connection. */
  close(): void;
}

export interface LiveDoorOptions {
  relay: Pick<LiveRelay, 'dialled'>;
  /** Who presents a device-signed token. Rejects with a {@link Failure} when it is not good. */
  verify: (token: string) => Promise<{ agentId: AgentId }>;
  log: Log;
  /** An agent that sends nothing for so long is gone. */
  silentMs?: number;
}

export function createLiveDoor(o: LiveDoorOptions): LiveDoor {
  const { relay, log, silentMs = 10_000 } = o;
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: livePieceHeaderBytes + maxLiveFragmentBytes,
    perMessageDeflate: false,
  });

  const admit = async (request: IncomingMessage, streamId: string): Promise<LiveStream | null> => {
    const token = /^bearer +(\S{1,4000})$/i.exec(request.headers.authorization ?? '')?.[1];
    const ticket = request.headers[liveTicketHeader];
    if (token === undefined || typeof ticket !== 'string') return null;
    try {
      const { agentId } = await o.verify(token);
      return relay.dialled(agentId, streamId, ticket);
    } catch (error) {
      if (!(error instanceof Failure))
        log.warn({ err: error }, 'could not check an agent that dials for a live view');
      return null;
    }
  };

  return {
    handleUpgrade(request, socket, head) {
      const streamId = readLivePath((request.url ?? '').split('?', 1)[0] ?? '');
      if (streamId === null) return false;
      // Until the upgrade nobody else listens, and an error without a listener ends the process.
      socket.on('error', () => socket.destroy());
      void admit(request, streamId).then((stream) => {
        if (socket.destroyed) return;
        // One answer for every reason: nothing to probe for.
        if (stream === null) socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
        else server.handleUpgrade(request, socket, head, (webSocket) => receive(webSocket, stream, silentMs));
      });
      return true;
    },
    close() {
      for (const webSocket of server.clients) webSocket.terminate();
      server.close();
    },
  };
}

const closeTimeoutMs = 1_000;

function receive(socket: WebSocket, stream: LiveStream, silentMs: number): void {
  const silence = setTimeout(() => socket.terminate(), silentMs);
  const close = (code: number, reason: string) => {
    socket.close(code, reason.slice(0, 100));
    const hurry = setTimeout(() => socket.terminate(), closeTimeoutMs);
    socket.once('close', () => clearTimeout(hurry));
  };
  const sender = { close };
  socket.on('error', () => socket.terminate());
  socket.on('message', (data, isBinary) => {
    silence.refresh();
    const piece = isBinary ? decodeLivePiece(data as Buffer) : null;
    if (piece === null) stream.end(liveCloses.malformed, 'What the site sends cannot be shown.');
    else stream.take(piece);
  });
  socket.once('close', (_code, reason) => {
    clearTimeout(silence);
    stream.disconnected(sender, reason.toString() || 'The line to the site was lost.');
  });
  stream.connected(sender);
}
