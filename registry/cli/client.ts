import { problem } from '@gantry/protocol/errors.js';
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
  post<Schema extends z.ZodType>(path: string, body: unknown, answer: Schema): Promise<z.infer<Schema>>;
  /** The bytes of a file, as they arrive; takes as long as it takes. */
  download(path: string): Promise<AsyncIterable<Uint8Array>>;
  /** `name=value` of the cookies of the last answer. */
  cookie(): string | null;
}

const timeoutMs = 30_000;

/** `credentials`: headers such as `authorization` or `cookie`. Calls throw {@link CallFailed}. */
export function createClient(url: string, credentials: Readonly<Record<string, string>>): Client {
  let cookie: string | null = null;
  async function call<Schema extends z.ZodType>(
    method: string,
    path: string,
    body: unknown,
    answer: Schema,
  ): Promise<z.infer<Schema>> {
    const response = await send(`${url}/api/v1${path}`, {
      method,
      headers: { ...credentials, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    cookie = response.headers.getSetCookie()[0]?.split(';', 1)[0] ?? cookie;
    const text = await response.text();
    if (!response.ok) throw refusal(url, response.status, text);
    const parsed = answer.safeParse(text === '' ? undefined : parseJson(text));
    if (parsed.success) return parsed.data;
    throw new CallFailed('refused', `What answers at ${url} is no Gantry registry of this version.`);
  }
  return {
    url,
    get: (path, answer) => call('GET', path, undefined, answer),
    post: (path, body, answer) => call('POST', path, body, answer),
    download: async (path) => {
      const response = await send(`${url}/api/v1${path}`, { headers: credentials, redirect: 'error' });
      if (!response.ok || response.body === null) {
        throw refusal(url, response.status, await response.text());
      }
      return response.body as ReadableStream<Uint8Array>;
    },
    cookie: () => cookie,
  };
}

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
  return new CallFailed(status === 401 || status === 403 ? 'denied' : 'refused', parsed.data.detail);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
