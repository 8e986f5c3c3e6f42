/** Methods that change nothing need no check. */
const safe = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a request that a browser authenticates by itself (cookie) comes from one of our own pages. Browsers
 * name the origin with every unsafe request; a program without one has no cookie jar to abuse.
 */
export function isOwnOrigin(
  request: { method: string; origin: string | undefined; host: string | undefined },
  publicUrl: string,
): boolean {
  if (safe.has(request.method) || request.origin === undefined) return true;
  if (!URL.canParse(request.origin)) return false;
  const origin = new URL(request.origin);
  return origin.origin === new URL(publicUrl).origin || origin.host === request.host;
}
