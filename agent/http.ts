import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { proxyAgent } from './proxy.js';

export interface HttpRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  url: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** Wall-clock deadline for the whole exchange. */
  timeoutMs: number;
  /** A longer answer is an error; 1 MiB unless told. */
  maxBytes?: number;
  /** Talks to a Unix socket instead of the URL's host. */
  socketPath?: string;
  signal?: AbortSignal;
}

export interface HttpAnswer {
  status: number;
  /** The answerer's clock (`Date` header), epoch ms; null when absent or unreadable. */
  dateMs: number | null;
  body: Uint8Array;
}

export type Exchange = (request: HttpRequest) => Promise<HttpAnswer>;

/** The other side could not be reached or did not answer in time and form; the same request may succeed later. */
export class HttpUnreachable extends Error {
  override readonly name = 'HttpUnreachable';
}

/**
 * One HTTP exchange: no redirects, bounded in time and size. Built on `node:http` and not on `fetch`, which
 * costs an idle agent several MB. Rejects with {@link HttpUnreachable}, or the signal's reason once aborted.
 */
export const exchange: Exchange = (request) => run(request);

/** The same for what goes to the registry, which may stand behind the site's proxy. */
export const exchangeThrough = (proxy: string | undefined): Exchange =>
  proxy === undefined ? exchange : (request) => run(request, proxy);

function run(request: HttpRequest, proxy?: string): Promise<HttpAnswer> {
  const { method, url, headers = {}, body, timeoutMs, maxBytes = 1_048_576, signal } = request;
  return new Promise<HttpAnswer>((resolve, reject) => {
    const target = new URL(url);
    const fail = (error: Error) => {
      outgoing.destroy();
      if (signal?.aborted) reject(signal.reason as Error);
      else reject(new HttpUnreachable(`${method} ${target.origin}${target.pathname}: ${error.message}`));
    };
    const deadline = AbortSignal.timeout(timeoutMs);
    const aborted = AbortSignal.any(signal ? [deadline, signal] : [deadline]);
    const stop = () => fail(new Error(`no answer within ${timeoutMs} ms`));
    const send = target.protocol === 'https:' ? requestHttps : requestHttp;
    const outgoing = send(target, {
      method,
      headers:
        body === undefined ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      agent: proxy === undefined ? false : proxyAgent(proxy, target.protocol === 'https:'),
      ...(request.socketPath === undefined ? {} : { socketPath: request.socketPath }),
    });
    outgoing.on('error', fail);
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      let sizeBytes = 0;
      incoming.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        sizeBytes += chunk.byteLength;
        if (sizeBytes > maxBytes) fail(new Error(`answer over ${maxBytes} bytes`));
      });
      incoming.on('error', fail);
      incoming.on('close', () => {
        if (!incoming.complete) fail(new Error('answer cut off'));
      });
      incoming.on('end', () => {
        const dateMs = Date.parse(incoming.headers.date ?? '');
        resolve({
          status: incoming.statusCode ?? 0,
          dateMs: Number.isNaN(dateMs) ? null : dateMs,
          body: Buffer.concat(chunks),
        });
      });
    });
    outgoing.on('close', () => aborted.removeEventListener('abort', stop));
    if (aborted.aborted) return stop();
    aborted.addEventListener('abort', stop, { once: true });
    outgoing.end(body);
  });
}
