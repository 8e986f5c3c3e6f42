import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { problemKinds, type ProblemCode } from '@gantry/protocol/errors.js';
import { segmentMeta } from '@gantry/protocol/segment.js';
import { partsOf } from '@gantry/protocol/upload.js';

/** A registry that offers parts or its storage for large segments, as protocol/README.md says. */
export interface OfferingServer {
  port: number;
  way: 'parts' | 'direct' | 'none' | 'refuse';
  /** Digests of what was completed, by id. */
  stored: Map<string, string>;
  /** Parts held of what is not completed. */
  held: Map<string, Map<number, Buffer>>;
  /** Requests as lines: method and the path below the segment. */
  calls: string[];
  /** Bytes of parts that arrived whole. */
  partBytes: number;
  /** Headers of the last direct upload. */
  directHeaders: IncomingMessage['headers'];
  close(): Promise<void>;
}

export async function startOfferingServer(): Promise<OfferingServer> {
  const direct = new Map<string, Buffer>();
  const http = createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const server: OfferingServer = {
    port,
    way: 'parts',
    stored: new Map(),
    held: new Map(),
    calls: [],
    partBytes: 0,
    directHeaders: {},
    async close() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  const json = (response: ServerResponse, status: number, body: object): void => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  const refuse = (response: ServerResponse, code: ProblemCode): void => {
    const { status, title } = problemKinds[code];
    json(response, status, { type: '/p', title, status, code, detail: 'Because.', requestId: 'r' });
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, id = '', below = ''] = /\/segments\/(seg_[0-9A-Z]+)(.*)$/.exec(request.url ?? '') ?? [];
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    server.calls.push(`${request.method} ${below}`);
    if (request.url?.startsWith('/bucket/')) {
      server.directHeaders = request.headers;
      direct.set(request.url.slice('/bucket/'.length), bytes);
      return void response.writeHead(200).end();
    }
    if (below === ':offer') {
      const meta = segmentMeta.parse(JSON.parse(bytes.toString()));
      if (server.way === 'none') return refuse(response, 'not_found');
      if (server.way === 'refuse') return refuse(response, 'recording_not_permitted');
      if (server.stored.get(id) === meta.sha256) return json(response, 200, { way: 'stored' });
      const url = `http://127.0.0.1:${port}/bucket/${id}`;
      if (server.way === 'direct') {
        const headers = { 'x-amz-checksum-sha256': 'of-the-whole' };
        return json(response, 200, { way: 'direct', url, headers, expiresAtMs: Date.now() + 60_000 });
      }
      const held = [...(server.held.get(id)?.keys() ?? [])].sort((a, b) => a - b);
      return json(response, 200, { way: 'parts', held });
    }
    if (below.startsWith('/parts/')) {
      const digest = `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`;
      if (request.headers['content-digest'] !== digest) return refuse(response, 'digest_mismatch');
      const parts = server.held.get(id) ?? new Map<number, Buffer>();
      server.held.set(id, parts.set(Number(below.slice('/parts/'.length)), bytes));
      server.partBytes += bytes.byteLength;
      return void response.writeHead(204).end();
    }
    if (below === ':complete') {
      const meta = segmentMeta.parse(JSON.parse(bytes.toString()));
      const parts = server.held.get(id) ?? new Map<number, Buffer>();
      const whole =
        direct.get(id) ??
        Buffer.concat([...parts].sort(([a], [b]) => a - b).map(([, partBytes]) => partBytes));
      const sha256 = createHash('sha256').update(whole).digest('hex');
      const isWhole = direct.has(id) || parts.size === partsOf(meta.sizeBytes);
      if (!server.stored.has(id) && !isWhole) return refuse(response, 'precondition_failed');
      if (!server.stored.has(id) && sha256 !== meta.sha256) return refuse(response, 'digest_mismatch');
      server.stored.set(id, meta.sha256);
      server.held.delete(id);
      return json(response, 201, { id, sha256: meta.sha256 });
    }
    server.stored.set(id, createHash('sha256').update(bytes).digest('hex'));
    json(response, 201, { id, sha256: server.stored.get(id) });
  }
  return server;
}
