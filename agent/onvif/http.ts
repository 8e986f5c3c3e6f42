import { request as plainRequest, type IncomingMessage } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { isIP } from 'node:net';

export interface HttpExchange {
  method: 'GET' | 'POST';
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string | null;
  /** From the first byte out to the last byte in, whatever trickles meanwhile. */
  timeoutMs: number;
  maxBytes: number;
  /** Asked before the connection; a refused host is never dialled. */
  mayConnect: (host: string) => boolean;
  signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  kind: 'answer';
  status: number;
  /** All `WWW-Authenticate` headers. */
  challenges: string[];
  /** `Date` of the answer, epoch ms. */
  dateMs: number | null;
  body: Buffer;
  /** False when the connection ended before the announced length (Q39). */
  complete: boolean;
}

export interface HttpFailure {
  kind: 'forbidden' | 'unreachable' | 'timeout' | 'too_large' | 'not_http' | 'stopped';
  /** A clause for a person: `192.168.1.9:80 refused the connection`. */
  detail: string;
}

/**
 * One HTTP request to a camera and its answer, over its own connection. No redirect is followed, no name is looked
 * up: the host must be an address. Never rejects.
 */
export function exchange(o: HttpExchange): Promise<HttpAnswer | HttpFailure> {
  const url = URL.canParse(o.url) ? new URL(o.url) : null;
  const host = url?.hostname.replaceAll(/[[\]]/g, '') ?? '';
  if (url === null || !['http:', 'https:'].includes(url.protocol) || isIP(host) === 0) {
    return Promise.resolve({ kind: 'forbidden', detail: 'the camera named no usable address' });
  }
  if (!o.mayConnect(host)) {
    return Promise.resolve({
      kind: 'forbidden',
      detail: `${host} is outside the ranges this agent may talk to`,
    });
  }
  if (o.signal?.aborted) return Promise.resolve({ kind: 'stopped', detail: 'the agent stopped asking' });
  return new Promise((resolve) => {
    const send = url.protocol === 'https:' ? tlsRequest : plainRequest;
    const request = send(url, {
      method: o.method,
      agent: false,
      // A camera's certificate is self-signed and its clock wrong; passwords go out as digests in any case.
      rejectUnauthorized: false,
      // Firmware answers with headers RFC 9112 forbids; one connection carries one answer, so nothing can be smuggled.
      insecureHTTPParser: true,
      headers: {
        ...o.headers,
        ...(o.body === null ? {} : { 'content-length': String(Buffer.byteLength(o.body)) }),
      },
    });
    const finish = (outcome: HttpAnswer | HttpFailure) => {
      clearTimeout(timer);
      o.signal?.removeEventListener('abort', stop);
      resolve(outcome);
      request.destroy();
    };
    const stop = () => finish({ kind: 'stopped', detail: 'the agent stopped asking' });
    const timer = setTimeout(() => {
      finish({ kind: 'timeout', detail: `${url.host} did not answer within ${o.timeoutMs} ms` });
    }, o.timeoutMs);
    o.signal?.addEventListener('abort', stop);
    request.on('error', (error: NodeJS.ErrnoException) => finish(failureOf(error, url.host)));
    request.on('response', (response) => collect(response, o.maxBytes, url.host, finish));
    request.end(o.body ?? undefined);
  });
}

function collect(
  response: IncomingMessage,
  maxBytes: number,
  host: string,
  finish: (outcome: HttpAnswer | HttpFailure) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  const answer = (complete: boolean) => {
    const dateMs = Date.parse(response.headers.date ?? '');
    finish({
      kind: 'answer',
      status: response.statusCode ?? 0,
      challenges: response.headersDistinct['www-authenticate'] ?? [],
      dateMs: Number.isNaN(dateMs) ? null : dateMs,
      body: Buffer.concat(chunks),
      complete,
    });
  };
  response.on('data', (chunk: Buffer) => {
    size += chunk.byteLength;
    if (size > maxBytes) finish({ kind: 'too_large', detail: `${host} sent more than ${maxBytes} bytes` });
    else chunks.push(chunk);
  });
  response.on('end', () => answer(response.complete));
  response.on('error', () => answer(false));
}

function failureOf(error: NodeJS.ErrnoException, host: string): HttpFailure {
  const code = error.code ?? '';
  if (code.startsWith('HPE_') || code.includes('SSL') || code === 'EPROTO') {
    return { kind: 'not_http', detail: `${host} does not speak HTTP` };
  }
  if (code === 'ECONNREFUSED') return { kind: 'unreachable', detail: `${host} refused the connection` };
  if (code === 'ECONNRESET')
    return { kind: 'unreachable', detail: `${host} closed the connection without an answer` };
  return { kind: 'unreachable', detail: `${host} cannot be reached (${code || error.message})` };
}
