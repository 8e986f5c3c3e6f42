import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import { answerLocal, jsonBody, type SiteActions } from './local-requests.js';
import type { PageFile } from './page-files.js';
import type { PinGate } from './pin.js';
import { closeServer, listenOn, problemOf, send } from './serving.js';
import { enterPin } from './shapes.js';
import { isOwnHost, isOwnOrigin, isSiteAddress } from './who-may-ask.js';
import { startViewFeed } from './view-feed.js';

export interface SitePageOptions {
  /** 0: any free port. */
  port: number;
  gate: PinGate;
  actions: SiteActions;
  files: ReadonlyMap<string, PageFile>;
  /** Addresses and host names of this box now. */
  ownNames: () => readonly string[];
  /** Takes over a viewer of a camera's preview, which was found allowed. */
  preview(localId: string, request: IncomingMessage, socket: Duplex, head: Buffer): void;
  clock: Clock;
  log: Log;
}

export interface SitePage {
  readonly port: number;
  /** What the page shows may have changed; many calls become one message. */
  changed(): void;
  close(): Promise<void>;
}

const sessionCookie = 'gantry';
const sessionSeconds = 12 * 3_600;

/**
 * The installer's page on the site's network. Everything but the page's own three files needs a session, which the
 * PIN gives: a cookie that only this page's reads carry (HttpOnly, SameSite=Strict), and the same token in a header
 * for whatever changes something. Rejects when the port cannot be used.
 */
export async function startSitePage(o: SitePageOptions): Promise<SitePage> {
  const feed = startViewFeed({ view: () => o.actions.view(), clock: o.clock });
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 15_000, maxHeaderSize: 8_192 });
  server.maxConnections = 64;
  await listenOn(server, { port: o.port, host: '0.0.0.0' });
  const { port } = server.address() as AddressInfo;

  const isForUs = (request: IncomingMessage): boolean =>
    isSiteAddress(request.socket.remoteAddress) && isOwnHost(request.headers.host, port, o.ownNames());
  const cookieOf = (request: IncomingMessage): string =>
    /(?:^|;\s*)gantry=([\w-]{20,100})/.exec(request.headers.cookie ?? '')?.[1] ?? '';
  const headerOf = (request: IncomingMessage): string => String(request.headers['x-gantry-token'] ?? '');

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '' } = request;
    const path = (request.url ?? '').split('?')[0] ?? '';
    protect(response, request.headers.host ?? '');
    if (!isForUs(request)) {
      const error = 'This page is served on the local network, under the address of this box only.';
      return send(response, { status: 403, body: { error } });
    }
    const file = o.files.get(path);
    if (method === 'GET' && file) return sendFile(request, response, file);
    if (path === '/v1/session' && method === 'POST') return enter(request, response);
    const token = method === 'GET' ? cookieOf(request) || headerOf(request) : headerOf(request);
    if (!o.gate.isSession(token)) {
      return send(response, { status: 401, body: { error: 'Enter the PIN of this box first.' } });
    }
    if (method === 'GET' && path === '/v1/session') return send(response, { status: 200, body: { token } });
    if (method === 'GET' && path === '/v1/events') return feed.follow(response);
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    send(
      response,
      await answerLocal(o.actions, { method, path, body: () => jsonBody(request), signal: gone.signal }),
    );
  };

  const enter = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parsed = enterPin.safeParse(await jsonBody(request));
    if (!parsed.success) throw new RangeError('The request needs a field `pin`.');
    const verdict = o.gate.enter(parsed.data.pin, request.socket.remoteAddress ?? '');
    switch (verdict.kind) {
      case 'in': {
        const { token } = verdict;
        const rules = `Path=/; Max-Age=${sessionSeconds}; HttpOnly; SameSite=Strict`;
        response.setHeader('set-cookie', `${sessionCookie}=${token}; ${rules}`);
        return send(response, { status: 200, body: { token } });
      }
      case 'wrong':
        return send(response, {
          status: 403,
          body: { error: 'This is not the PIN of this box. It is printed by: gantry pin' },
        });
      case 'wait': {
        const seconds = Math.ceil(verdict.retryInMs / 1_000);
        response.setHeader('retry-after', String(seconds));
        o.log.warn({ seconds }, 'too many wrong PINs on the on-site page');
        const error = `Too many wrong PINs. Try again in ${seconds} s.`;
        return send(response, { status: 429, body: { error } });
      }
      default:
        return verdict satisfies never;
    }
  };

  server.on('request', (request, response) => {
    answer(request, response).catch((error: unknown) => send(response, problemOf(error, o.log)));
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const localId = /^\/v1\/cameras\/([\w.-]{1,100})\/preview$/.exec(request.url ?? '')?.[1];
    const { origin, host } = request.headers;
    const isAllowed =
      isForUs(request) &&
      isOwnOrigin(origin, host) &&
      (o.gate.isSession(cookieOf(request)) || o.gate.isSession(headerOf(request)));
    if (isAllowed && localId !== undefined) return o.preview(localId, request, socket, head);
    const status = isAllowed ? '404 Not Found' : '401 Unauthorized';
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  server.on('error', (error) => o.log.error({ err: error }, 'the on-site page failed'));
  return {
    port,
    changed: () => feed.changed(),
    async close() {
      await feed.close();
      await closeServer(server);
    },
  };
}

/** The page runs its own three files and talks to its own address, nothing else. */
function protect(response: ServerResponse, host: string): void {
  const own = /^[\w.:-]+$/.test(host) ? ` ws://${host}` : '';
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self'${own}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  response.setHeader('content-security-policy', policy.join('; '));
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
}

function sendFile(request: IncomingMessage, response: ServerResponse, file: PageFile): void {
  const isGzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const body = isGzip ? file.gzipped : file.plain;
  response.writeHead(200, {
    'content-type': file.type,
    'content-length': body.byteLength,
    'cache-control': 'no-cache',
    vary: 'accept-encoding',
    ...(isGzip ? { 'content-encoding': 'gzip' } : {}),
  });
  response.end(body);
}
