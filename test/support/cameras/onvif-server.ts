import http from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Doorkeeper } from './authentication.js';
import { countOne, type Counters } from './counters.js';
import type { Faults } from './faults.js';
import type { Logins } from './logins.js';
import {
  envelope,
  faultBody,
  parseSoapRequest,
  SoapFault,
  type Operations,
  type SoapRequest,
} from './soap.js';
import { spoil } from './spoil.js';
import type { TokenVerdict } from './ws-security.js';

/** How SOAP requests must log in: a WS-UsernameToken, HTTP digest, or whichever the client likes. */
export type OnvifLogin = 'ws-security' | 'http' | 'either';

export interface OnvifServerOptions {
  operations: Operations;
  login: OnvifLogin;
  /** Operations answered without a login. */
  openOperations: ReadonlySet<string>;
  /** HTTP status of the fault for a missing or wrong UsernameToken: 400 by the standard, 401 or 500 in the field. */
  notAuthorizedStatus: 400 | 401 | 500;
  doorkeeper: Doorkeeper;
  logins: Logins;
  checkToken: (token: NonNullable<SoapRequest['usernameToken']>) => TokenVerdict;
  /** The JPEG at a path, or null. */
  snapshot: (path: string) => Buffer | null;
  faults: Readonly<Faults>;
  counters: Counters;
  random: (size: number) => Buffer;
}

const requestMaxBytes = 262_144;

interface Answer {
  status: number;
  type: string;
  headers?: Record<string, string[]>;
  body: Buffer;
}

/** The HTTP side of one ONVIF camera: SOAP services and snapshots. It listens nowhere by itself. */
export function createOnvifServer(options: OnvifServerOptions): http.Server {
  return http.createServer((request, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    serve(options, request, response, gone.signal).catch(() => response.destroy());
  });
}

async function serve(
  options: OnvifServerOptions,
  request: http.IncomingMessage,
  response: http.ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const { faults } = options;
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > requestMaxBytes) {
      request.destroy();
      return;
    }
    chunks.push(chunk);
  }
  if (faults.stalled === 'everything') return;
  const asked = Buffer.concat(chunks);
  const answer =
    request.method === 'POST'
      ? await soapAnswer(options, request, asked.toString('utf8'), signal)
      : snapshotAnswer(options, request);
  if (signal.aborted) return;
  const body = spoil(answer.body, { fault: faults.answers, request: asked, random: options.random });
  const type = faults.answers === 'html' ? 'text/html' : answer.type;
  response.writeHead(answer.status, { 'Content-Type': type, ...answer.headers });
  if (faults.answers === 'endless') {
    await pipeline(Readable.from(endlessly(body)), response, { signal });
  } else if (faults.bytesPerSecond !== null) {
    await pipeline(Readable.from(slowly(body, faults.bytesPerSecond, signal)), response, { signal });
  } else {
    response.end(body);
  }
}

async function soapAnswer(
  options: OnvifServerOptions,
  http: http.IncomingMessage,
  text: string,
  signal: AbortSignal,
): Promise<Answer> {
  const type = 'application/soap+xml; charset=utf-8';
  try {
    const request = parseSoapRequest(text, http.url ?? '/', signal);
    countOne(options.counters.soapRequests, request.operation);
    const operation = request.service && options.operations[request.service]?.[request.operation];
    const challenges = options.openOperations.has(request.operation) ? null : refusal(options, http, request);
    if (challenges) {
      const body = faultBody(notAuthorized(401));
      return {
        status: 401,
        type,
        headers: { 'WWW-Authenticate': challenges },
        body: Buffer.from(envelope(body)),
      };
    }
    if (!operation || options.faults.refusedOperations.has(request.operation)) {
      throw new SoapFault('Receiver', ['ter:ActionNotSupported'], 'Optional Action Not Implemented', 500);
    }
    return { status: 200, type, body: Buffer.from(envelope(await operation(request))) };
  } catch (error) {
    if (!(error instanceof SoapFault)) throw error;
    return { status: error.status, type, body: Buffer.from(envelope(faultBody(error))) };
  }
}

/** Null when the request may pass, else the challenges of a 401; throws a fault for a bad UsernameToken. */
function refusal(
  options: OnvifServerOptions,
  http: http.IncomingMessage,
  request: SoapRequest,
): string[] | null {
  const { login, logins } = options;
  const token = request.usernameToken;
  if (token && login !== 'http' && http.headers.authorization === undefined) {
    const verdict = options.checkToken(token);
    const isAdmitted = verdict === 'right' || verdict === 'wrong' ? logins.admit(verdict === 'right') : false;
    if (isAdmitted) return null;
    throw notAuthorized(options.notAuthorizedStatus);
  }
  if (login === 'ws-security') throw notAuthorized(options.notAuthorizedStatus);
  const verdict = options.doorkeeper.check({
    method: http.method ?? 'POST',
    uri: http.url ?? '/',
    authorization: http.headers.authorization,
  });
  return verdict.granted ? null : verdict.challenges;
}

function notAuthorized(status: number): SoapFault {
  return new SoapFault('Sender', ['ter:NotAuthorized'], 'Sender not authorized', status);
}

function snapshotAnswer(options: OnvifServerOptions, request: http.IncomingMessage): Answer {
  const uri = request.url ?? '/';
  const page = (status: number, title: string) => ({
    status,
    type: 'text/html',
    body: Buffer.from(`<h1>${title}</h1>`),
  });
  const picture = request.method === 'GET' ? options.snapshot(uri) : null;
  if (!picture) return page(404, 'Not Found');
  const { authorization } = request.headers;
  const verdict = options.doorkeeper.check({ method: 'GET', uri, authorization });
  if (!verdict.granted) {
    return { ...page(401, 'Unauthorized'), headers: { 'WWW-Authenticate': verdict.challenges } };
  }
  options.counters.snapshots += 1;
  return { status: 200, type: 'image/jpeg', body: picture };
}

function* endlessly(body: Buffer): Generator<Buffer> {
  yield body;
  const padding = Buffer.alloc(16_384, ' ');
  for (;;) yield padding;
}

async function* slowly(body: Buffer, bytesPerSecond: number, signal: AbortSignal): AsyncGenerator<Buffer> {
  const step = Math.max(1, Math.round(bytesPerSecond));
  for (let at = 0; at < body.length; at += step) {
    yield body.subarray(at, at + step);
    await delay(1_000, undefined, { signal });
  }
}
