import type { IncomingMessage } from 'node:http';
import {
  addCamera,
  joinBox,
  nameCamera,
  searchRange,
  setLogin,
  type AgentStatus,
  type CameraTest,
  type Forgotten,
  type LogLines,
  type PageView,
  type SetLogin,
} from './shapes.js';
import type { NetworkLine } from './network-check.js';

/** What a person on the site may ask of the running agent, by the command line or by the page. */
export interface LocalActions {
  status(): AgentStatus;
  /** Throws a RangeError that says what is wrong with the URL or address. */
  addCamera(url: string): Promise<{ added: boolean }>;
  setLogin(login: SetLogin): Promise<void>;
  rescan(): void;
  /** Searches one more range too, from now on. Throws a RangeError that says what is wrong with it. */
  search(range: string): Promise<void>;
  /** Tells the registry the whole inventory again, so that refused cameras are looked at anew. */
  announce(): void;
  /** The three below throw a RangeError where there is no such camera. */
  nameCamera(localId: string, name: string | null): void;
  forgetCamera(localId: string): Promise<Forgotten>;
  testCamera(localId: string, signal: AbortSignal): Promise<CameraTest>;
}

/** What can be asked at any time, also before the box is enrolled. */
export interface SiteActions {
  view(): PageView;
  /** What the network allows, line by line. */
  network(): Promise<NetworkLine[]>;
  /** Takes a join token that was pasted. Throws a RangeError that says what is wrong with it. */
  join(token: string): void;
  /** A picture of a camera now. */
  picture(
    localId: string,
    signal: AbortSignal,
  ): Promise<{ ok: true; jpeg: Uint8Array } | { ok: false; detail: string }>;
  /** Lines logged after number `after`. */
  logs(after: number): LogLines;
  /** Null before the box is enrolled. */
  local(): LocalActions | null;
}

export type LocalAnswer = { status: number; body: object } | { status: 200; jpeg: Uint8Array };

export interface LocalRequest {
  method: string;
  path: string;
  /** Throws a RangeError where there is no JSON. */
  body(): Promise<unknown>;
  signal: AbortSignal;
}

/** Answers a request of the command line or the page. Throws a RangeError for what the asker did wrong. */
export async function answerLocal(site: SiteActions, request: LocalRequest): Promise<LocalAnswer> {
  const { method } = request;
  const [path = '', query = ''] = request.path.split('?');
  const picture = /^\/v1\/cameras\/([\w.-]{1,100})\/snapshot$/.exec(path);
  if (method === 'GET' && picture?.[1] !== undefined) {
    const taken = await site.picture(picture[1], request.signal);
    return taken.ok ? { status: 200, jpeg: taken.jpeg } : { status: 502, body: { error: taken.detail } };
  }
  switch (`${method} ${path}`) {
    case 'GET /v1/view':
      return { status: 200, body: site.view() };
    case 'GET /v1/logs':
      return { status: 200, body: site.logs(Number(new URLSearchParams(query).get('after')) || 0) };
    case 'GET /v1/network':
      return { status: 200, body: { lines: await site.network() } };
    case 'POST /v1/join': {
      const parsed = joinBox.safeParse(await request.body());
      if (!parsed.success) throw new RangeError('The request needs a field `token`.');
      site.join(parsed.data.token);
      return { status: 202, body: {} };
    }
    default:
      return answerEnrolled(site.local(), { ...request, path });
  }
}

const askedOfAll = [
  'GET /v1/status',
  'POST /v1/rescan',
  'POST /v1/announce',
  'POST /v1/search',
  'POST /v1/cameras',
  'POST /v1/logins',
];

async function answerEnrolled(local: LocalActions | null, request: LocalRequest): Promise<LocalAnswer> {
  const asked = `${request.method} ${request.path}`;
  const ofCamera = /^POST \/v1\/cameras\/([\w.-]{1,100})\/(name|forget|test)$/.exec(asked);
  if (!ofCamera && !askedOfAll.includes(asked))
    return { status: 404, body: { error: 'The agent has no such local request.' } };
  if (local === null) return { status: 409, body: { error: 'This box is not connected yet.' } };
  if (ofCamera) return answerOfCamera(local, request, ofCamera[1] ?? '', ofCamera[2] as CameraAct);
  switch (asked) {
    case 'POST /v1/rescan':
      local.rescan();
      return { status: 202, body: {} };
    case 'POST /v1/announce':
      local.announce();
      return { status: 202, body: {} };
    case 'POST /v1/search': {
      const parsed = searchRange.safeParse(await request.body());
      if (!parsed.success) throw new RangeError('The request needs a field `range`.');
      await local.search(parsed.data.range);
      return { status: 202, body: {} };
    }
    case 'POST /v1/cameras': {
      const parsed = addCamera.safeParse(await request.body());
      if (!parsed.success) throw new RangeError('The request needs a field `url`.');
      return { status: 200, body: await local.addCamera(parsed.data.url) };
    }
    case 'POST /v1/logins': {
      const parsed = setLogin.safeParse(await request.body());
      if (!parsed.success)
        throw new RangeError('The request needs `name` (or null), `username` and `password`.');
      await local.setLogin(parsed.data);
      return { status: 200, body: {} };
    }
    default:
      return { status: 200, body: local.status() };
  }
}

type CameraAct = 'name' | 'forget' | 'test';

async function answerOfCamera(
  local: LocalActions,
  request: LocalRequest,
  localId: string,
  act: CameraAct,
): Promise<LocalAnswer> {
  switch (act) {
    case 'name': {
      const parsed = nameCamera.safeParse(await request.body());
      if (!parsed.success) throw new RangeError('The request needs a `name` of 1 to 200 letters, or null.');
      local.nameCamera(localId, parsed.data.name);
      return { status: 200, body: {} };
    }
    case 'forget':
      return { status: 200, body: await local.forgetCamera(localId) };
    case 'test':
      return { status: 200, body: await local.testCamera(localId, request.signal) };
    default:
      return act satisfies never;
  }
}

const maxBodyBytes = 16_384;

/** The JSON body of a request. Throws a RangeError when it is none or over 16 KiB. */
export async function jsonBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBodyBytes) throw new RangeError(`The request is over ${maxBodyBytes} bytes.`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new RangeError('The request is not JSON.');
  }
}
