import type { Problem } from '@gantry/protocol/errors.js';

/** An answer ≥ 400, as the API words it. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly problem: Problem;
  readonly headers: Headers;
  constructor(status: number, problem: Problem, headers: Headers) {
    super(`${status} ${problem.code}: ${problem.detail}`);
    this.status = status;
    this.problem = problem;
    this.headers = headers;
  }
}

/** A client of the HTTP API; paths are relative to `/api/v1`. Rejects with {@link ApiProblem}. */
export interface Api {
  get<Answer = Record<string, unknown>>(path: string): Promise<Answer>;
  post<Answer = Record<string, unknown>>(path: string, body?: unknown): Promise<Answer>;
  patch<Answer = Record<string, unknown>>(path: string, body: unknown, version?: number): Promise<Answer>;
  delete(path: string): Promise<void>;
  /** The bare answer, whatever its status. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  headers: Readonly<Record<string, string>>;
}

export function createApi(url: string, headers: Record<string, string> = {}): Api {
  const bare = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${url}/api/v1${path}`, {
      ...init,
      headers: { ...headers, ...(init.headers as Record<string, string> | undefined) },
    });
  async function answer<Answer>(path: string, init: RequestInit): Promise<Answer> {
    const response = await bare(path, init);
    const text = await response.text();
    if (response.status >= 400) {
      throw new ApiProblem(response.status, JSON.parse(text) as Problem, response.headers);
    }
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  }
  const json = (method: string, body: unknown, more: Record<string, string> = {}): RequestInit => ({
    method,
    headers: { 'content-type': 'application/json', ...more },
    body: JSON.stringify(body),
  });
  return {
    get: (path) => answer(path, {}),
    post: (path, body = {}) => answer(path, json('POST', body)),
    patch: (path, body, version) =>
      answer(path, json('PATCH', body, version === undefined ? {} : { 'if-match': `"${version}"` })),
    delete: (path) => answer(path, { method: 'DELETE' }),
    fetch: bare,
    headers,
  };
}

/** Signs in and keeps the cookie. */
export async function signIn(url: string, email: string, password: string): Promise<Api> {
  const response = await fetch(`${url}/api/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  const text = await response.text();
  if (response.status !== 201) {
    throw new ApiProblem(response.status, JSON.parse(text) as Problem, response.headers);
  }
  const cookie = (response.headers.get('set-cookie') ?? '').split(';', 1)[0] as string;
  return createApi(url, { cookie });
}

/** The problem a call ends with; throws when it succeeds. */
export async function problemOf(call: Promise<unknown>): Promise<Problem> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ApiProblem) return error.problem;
    throw error;
  }
  throw new Error('the call was expected to be refused, and was not');
}
