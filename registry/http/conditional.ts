import { createHash } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from './api.js';

/**
 * `If-None-Match` on every GET whose answer bears an ETag (RFC 9110 §13.1.2): 304 without a body when the client has
 * this very answer. A row's version does not tell that alone, for answers also show what follows from other rows (a
 * tenant above, an agent's presence): the tag of a JSON answer is its version, a dot and a digest of the answer;
 * `If-Match` reads the version of it. What bears no ETag, such as an event stream, is not touched.
 */
export const conditional: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next();
  const version = c.res.headers.get('etag');
  if (c.req.method !== 'GET' || c.res.status !== 200 || version === null) return;
  const isJson = c.res.headers.get('content-type')?.startsWith('application/json') === true;
  const tag = isJson ? withDigest(version, await c.res.clone().text()) : version;
  c.res.headers.set('etag', tag);
  if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'private, no-cache');
  if (!isNamed(tag, c.req.header('if-none-match'))) return;
  const headers = new Headers(c.res.headers);
  headers.delete('content-type');
  headers.delete('content-length');
  await c.res.body?.cancel();
  c.res = undefined;
  c.res = new Response(null, { status: 304, headers });
};

const withDigest = (version: string, body: string): string =>
  `${version.slice(0, -1)}.${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;

/** Whether a list of tags, or `*`, names this one; weak and strong are alike here. */
export const isNamed = (tag: string, list: string | undefined): boolean =>
  list !== undefined &&
  list.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === tag);
