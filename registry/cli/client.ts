import { problem } from '@gantry/protocol/errors.js';
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';

/** A call to the registry did not do what was asked. */
export class CallFailed extends Error {
  readonly kind: 'unreachable' | 'denied' | 'refused';
  constructor(kind: 'unreachable' | 'denied' | 'refused', message: string) {
    super(message);
    this.name = 'CallFailed';
    this.kind = kind;
  }
}

/** The HTTP API as commands use it; paths are relative to `/api/v1`. Answers are parsed at this door. */
export interface Client {
  url: string;
  get<Schema extends z.ZodType>(path: string, answer: Schema): Promise<z.infer<Schema>>;
  /** May be repeated after a lost answer: it bears a key of its own. */
  post<Schema extends z.ZodType>(path: string, body: unknown, answer: Schema): Promise<z.infer<Schema>>;
  /** `version`: what was read. */
  patch<Schema extends z.ZodType>(
    path: string,
    change: { body: unknown; version: number },
    answer: Schema,
  ): Promise<z.infer<Schema>>;
  /** Replaces the whole; `version`: what was read. */
  put<Schema extends z.ZodType>(
    path: string,
    change: { body: unknown; version: number },
    answer: Schema,
  ): Promise<z.infer<Schema>>;
  /** `version`: what was read, where the route asks for it. */
  delete<Schema extends z.ZodType>(
    path: string,
    more: { body?: unknown; version?: number },
    answer: Schema,
  ): Promise<z.infer<Schema>>;
  /** Any request; its answer is read as it comes, and takes as long as it takes unless `signal` ends it. */
  request(method: string, path: string, call?: Call & { signal?: AbortSignal }): Promise<Response>;
  /** A POST of a file as it is. */
  upload<Schema extends z.ZodType>(
    path: string,
    contentType: string,
    bytes: Uint8Array<ArrayBuffer>,
    answer: Schema,
  ): Promise<z.infer<Schema>>;
  /** The bytes of a file, as they arrive; takes as long as it takes. */
  download(path: string): Promise<AsyncIterable<Uint8Array>>;
  /** `name=value` of the cookies of the last answer. */
  cookie(): string | null;
}

const timeoutMs = 30_000;

interface Call {
  /** Sent as JSON, bytes as they are: then the headers say what they are. */
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
}

/** `credentials`: headers such as `authorization` or `cookie`. Calls throw {@link CallFailed}. */
export function createClient(url: string, credentials: Readonly<Record<string, string>>): Client {
  let cookie: string | null = null;
  async function request(
    method: string,
    path: string,
    { body, headers, signal }: Call & { signal?: AbortSignal } = {},
  ): Promise<Response> {
    const response = await send(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...credentials,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: body instanceof Uint8Array ? body : JSON.stringify(body) }),
      redirect: 'error',
      signal: signal ?? null,
    });
    cookie = response.headers.getSetCookie()[0]?.split(';', 1)[0] ?? cookie;
    if (!response.ok) throw refusal(url, response.status, await response.text());
    return response;
  }
  async function call<Schema extends z.ZodType>(
    method: string,
    path: string,
    more: Call,
    answer: Schema,
  ): Promise<z.infer<Schema>> {
    const response = await request(method, path, { ...more, signal: AbortSignal.timeout(timeoutMs) });
    const text = await response.text();
    const parsed = answer.safeParse(text === '' ? undefined : parseJson(text));
    if (parsed.success) return parsed.data;
    throw new CallFailed('refused', `What answers at ${url} is no Gantry registry of this version.`);
  }
  const versioned = (version: number | undefined): Record<string, string> =>
    version === undefined ? {} : { 'if-match': `"${version}"` };
  return {
    url,
    get: (path, answer) => call('GET', path, {}, answer),
    post: (path, body, answer) =>
      call('POST', path, { body, headers: { 'idempotency-key': randomUUID() } }, answer),
    patch: (path, { body, version }, answer) =>
      call('PATCH', path, { body, headers: versioned(version) }, answer),
    put: (path, { body, version }, answer) =>
      call('PUT', path, { body, headers: versioned(version) }, answer),
    delete: (path, { body, version }, answer) =>
      call('DELETE', path, { body, headers: versioned(version) }, answer),
    upload: (path, contentType, bytes, answer) =>
      call(
        'POST',
        path,
        { body: bytes, headers: { 'content-type': contentType, 'idempotency-key': randomUUID() } },
        answer,
      ),
    request,
    download: async (path) => bytesOf(await request('GET', path)),
    cookie: () => cookie,
  };
}

/** The bytes of an answer, as they arrive; none where it has no body. */
export const bytesOf = (response: Response): AsyncIterable<Uint8Array> =>
  response.body ?? new Blob([]).stream();

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const { cause, name } = error as Error;
    const why = name === 'TimeoutError' ? 'no answer in time' : cause instanceof Error ? cause.message : name;
    const { origin } = new URL(url);
    throw new CallFailed(
      'unreachable',
      `The registry at ${origin} cannot be reached (${why}). Check --url and the network.`,
    );
  }
}

function refusal(url: string, status: number, text: string): CallFailed {
  const parsed = problem.safeParse(parseJson(text));
  if (!parsed.success)
    return new CallFailed('refused', `What answers at ${url} (HTTP ${status}) is no Gantry registry.`);
  const { detail, errors = [] } = parsed.data;
  const more = errors.filter((fault) => !detail.includes(fault.detail));
  const said = [detail, ...more.map((fault) => `  ${fault.pointer}: ${fault.detail}`)].join('\n');
  return new CallFailed(status === 401 || status === 403 ? 'denied' : 'refused', said);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
