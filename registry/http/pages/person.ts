import { bodyLimit } from 'hono/body-limit';
import { getCookie } from 'hono/cookie';
import { authenticateAnyhow } from '../../access/authenticate.js';
import type { Passwords } from '../../access/passwords.js';
import type { UserPrincipal } from '../../access/principal.js';
import type { Throttle } from '../../access/throttle.js';
import type { Afterwards } from '../../afterwards.js';
import type { Context } from '../../context.js';
import { Failure } from '../../errors.js';
import type { ApiContext } from '../api.js';
import { sessionCookie } from '../cookie.js';
import { isOwnOrigin } from '../origin.js';

/** What the pages before the portal are made with. */
export type PageParts = Context & { passwords: Passwords; throttle: Throttle; afterwards: Afterwards };

const maxFormBytes = 16 * 1024;

/** Forms are small. */
export const limitForm = bodyLimit({
  maxSize: maxFormBytes,
  onError: () => {
    throw new Failure('too_large', 'This form is too large.');
  },
});

/** Who is signed in on this browser, also with a duty open; null for nobody. Puts the person on the request. */
export async function personOf(parts: Context, c: ApiContext): Promise<UserPrincipal | null> {
  const token = getCookie(c, sessionCookie(parts.publicUrl()).name);
  if (token === undefined) return null;
  try {
    const principal = await authenticateAnyhow(parts, { kind: 'cookie', token });
    if (principal.kind !== 'user') return null;
    c.set('person', principal);
    return principal;
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

/**
 * Throws `forbidden` for a form that another site sent: also signing in is refused there, so that nobody works in
 * an account that was planted. Browsers name the origin with every form.
 */
export function requireOwnForm(parts: Pick<Context, 'publicUrl'>, c: ApiContext): void {
  const origin = c.req.header('origin') ?? 'null';
  if (!isOwnOrigin({ method: 'POST', origin, host: c.req.header('host') }, parts.publicUrl()))
    throw new Failure('forbidden', 'This form was sent from another site, and was not carried out.');
}

/** A field of the form that was sent, '' when it is missing. */
export const fieldOf = (form: Readonly<Record<string, unknown>>, name: string): string => {
  const value = form[name];
  return typeof value === 'string' ? value : '';
};
