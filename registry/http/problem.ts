import { problemKinds, type Problem } from '@gantry/protocol/errors.js';
import { HTTPException } from 'hono/http-exception';
import { TooManyTries } from '../access/throttle.js';
import { Failure } from '../errors.js';

/**
 * The one place where errors become answers. What is no Failure is a defect or an outage: its text stays in the
 * log, under the request's id.
 */
export function answerTo(error: unknown, requestId: string): Response {
  const failure = toFailure(error);
  const headers = new Headers({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
  if (error instanceof TooManyTries) headers.set('retry-after', String(error.retryAfterSeconds));
  else if (failure.code === 'unavailable') headers.set('retry-after', '2');
  // The rest of the body is not read: the connection cannot carry another request.
  if (failure.code === 'too_large') headers.set('connection', 'close');
  return new Response(JSON.stringify(problemOf(failure, requestId)), { status: failure.status, headers });
}

/** What a body of `application/problem+json` says of a failure. */
export function problemOf(failure: Failure, requestId: string): Problem {
  const { code, status, fields, message: detail } = failure;
  return {
    type: `/problems/${code}`,
    title: problemKinds[code].title,
    status,
    code,
    detail,
    requestId,
    ...(fields.length > 0 ? { errors: fields.map((field) => ({ ...field })) } : {}),
  };
}

/** Expected failures as they are, refusals of the HTTP layer and outages by their kind, the rest `internal`. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof HTTPException && error.status < 500) {
    return new Failure('malformed', 'The body is not the JSON that its headers announce.');
  }
  if (isUnstorableText(error)) {
    return new Failure('malformed', 'Text may not contain the character NUL (U+0000).');
  }
  if (isOutage(error)) {
    return new Failure(
      'unavailable',
      'The database cannot be reached at the moment. Try again in a few seconds.',
    );
  }
  return new Failure(
    'internal',
    'Something failed on our side. Try again; if it stays, report the requestId.',
  );
}

/** The codes an error carries itself and through its causes. */
function* codesOf(error: unknown): Generator<string> {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as { code?: unknown };
    if (typeof code === 'string') yield code;
    if (/Connection terminated|timeout exceeded when trying to connect/.test(at.message)) yield 'ECONNRESET';
  }
}

/** Connection classes of PostgreSQL (08, 57P, 53300) and of the socket below. */
const isOutage = (error: unknown): boolean =>
  [...codesOf(error)].some((code) => /^(08...|57P0.|53300|ECONNREFUSED|ECONNRESET|ENOENT)$/.test(code));

/** PostgreSQL holds any text but the character NUL (22021, 22P05). */
const isUnstorableText = (error: unknown): boolean =>
  [...codesOf(error)].some((code) => /^22(021|P05)$/.test(code));

/** For the log: a failed query's own error quotes its parameters, which may be secret; its cause does not. */
export const loggable = (error: unknown): unknown =>
  error instanceof Error && error.cause instanceof Error && error.message.startsWith('Failed query')
    ? error.cause
    : error;
