import type { CookieOptions } from 'hono/utils/cookie';

/** The session's cookie: unreadable for scripts, not sent by other sites' forms; bound to https where it is used. */
export function sessionCookie(publicUrl: string): { name: string; options: CookieOptions } {
  const secure = publicUrl.startsWith('https:');
  return {
    name: secure ? '__Host-gantry_session' : 'gantry_session',
    options: { httpOnly: true, sameSite: 'Lax', path: '/', secure },
  };
}
