import createClient, { type Middleware } from 'openapi-fetch';
import { Problem, Unreachable } from './problem.js';
import type { paths, Problem as ProblemBody } from './schema.js';

/** A request without an answer for this long is given up. */
const patienceMs = 30_000;

/** 128 random bits; `crypto.randomUUID` is missing on plain http (ux.md 2.6, trap 4). */
export const newKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** Where people sign in; they come back to where they were. */
export function goToSignIn(): void {
  const { pathname, search } = location;
  location.assign(`/login?next=${encodeURIComponent(pathname + search)}`);
}

/** Duties are done on pages of their own; everything else answers these codes until then (R28). */
const duties = ['email_not_confirmed', 'password_change_required', 'second_factor_required'];

const rules: Middleware = {
  onRequest({ request }) {
    // A POST is carried out at most once, whatever the network does (ux.md 8).
    if (request.method === 'POST' && !request.headers.has('idempotency-key'))
      request.headers.set('idempotency-key', newKey());
    return request;
  },
  onResponse({ response }) {
    if (response.status === 401) goToSignIn();
    return response;
  },
  onError: ({ error }) =>
    error instanceof DOMException && error.name === 'AbortError' ? undefined : new Unreachable(),
};

const client = createClient<paths>({
  fetch: (request) =>
    fetch(
      new Request(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(patienceMs)]) }),
    ),
});
client.use(rules);

/** Every call of the API, typed by its OpenAPI document; hand the promise to {@link answer}. */
export const api = client;

/** The version a change refers to, for PATCH and DELETE. */
export const ifMatch = (version: number): { 'if-match': string } => ({ 'if-match': `"${version}"` });

interface Result<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The body of a call that went well; rejects with {@link Problem} or {@link Unreachable}. */
export async function answer<Data>(call: Promise<Result<Data>>): Promise<Data> {
  const { data, error, response } = await call;
  if (response.ok) return data as Data;
  const problem = error as ProblemBody | undefined;
  // A proxy in between answers with pages of its own.
  if (typeof problem !== 'object' || problem === null || typeof problem.code !== 'string')
    throw new Unreachable();
  if (duties.includes(problem.code)) goToSignIn();
  throw new Problem(problem);
}
