import { createRoute, z } from '@hono/zod-openapi';
import { deleteCookie, setCookie } from 'hono/cookie';
import { capabilities, capabilitiesOf } from '../access/capabilities.js';
import type { Passwords } from '../access/passwords.js';
import type { ActingPrincipal } from '../access/principal.js';
import { signIn, signOut } from '../access/sessions.js';
import type { Throttle } from '../access/throttle.js';
import type { Context } from '../context.js';
import { roleFamilies } from '../db/schema/people.js';
import { tenantKinds } from '../db/schema/tenants.js';
import { jsonAnswer, jsonBody, newResource, problems, requireActing, requireUser, time } from './api.js';
import { sessionCookie } from './cookie.js';

const me = z
  .object({
    kind: z.enum(['user', 'apiKey']),
    /** Null for an API key. */
    user: z.object({ id: z.string(), name: z.string(), email: z.string() }).nullable(),
    memberships: z.array(
      z.object({
        tenant: z.object({ id: z.string(), name: z.string(), kind: z.enum(tenantKinds) }),
        family: z.enum(roleFamilies),
        owner: z.boolean(),
      }),
    ),
    capabilities: z.array(z.enum(capabilities)),
  })
  .openapi('Me');

const postSession = createRoute({
  method: 'post',
  path: '/sessions',
  operationId: 'signIn',
  summary: 'Sign in; the session is in the cookie',
  request: jsonBody(
    z.strictObject({ email: z.string().min(1).max(320), password: z.string().min(1).max(1_000) }),
  ),
  responses: {
    201: jsonAnswer(me.extend({ expiresAt: time }).openapi('Session'), 'Signed in'),
    ...problems('malformed', 'unauthenticated', 'account_disabled', 'invalid', 'rate_limited', 'unavailable'),
  },
});

const deleteSession = createRoute({
  method: 'delete',
  path: '/sessions/current',
  operationId: 'signOut',
  summary: 'Sign out',
  responses: { 204: { description: 'Signed out' }, ...problems('unauthenticated') },
});

const getMe = createRoute({
  method: 'get',
  path: '/me',
  operationId: 'getMe',
  summary: 'Who is asking, and what they may do',
  responses: { 200: jsonAnswer(me, 'You'), ...problems('unauthenticated', 'account_disabled') },
});

export function sessionsResource(parts: Context & { passwords: Passwords; throttle: Throttle }) {
  return newResource()
    .openapi(postSession, async (c) => {
      const origin = { ip: c.get('ip'), userAgent: c.req.header('user-agent')?.slice(0, 300) ?? null };
      const signed = await signIn(parts, parts, c.req.valid('json'), origin);
      const { name, options } = sessionCookie(parts.publicUrl());
      setCookie(c, name, signed.token, { ...options, expires: signed.expiresAt });
      return c.json({ ...showMe(signed.principal), expiresAt: signed.expiresAt.toISOString() }, 201);
    })
    .openapi(deleteSession, async (c) => {
      await signOut(parts, requireUser(c).tokenHash);
      const { name, options } = sessionCookie(parts.publicUrl());
      deleteCookie(c, name, options);
      return c.body(null, 204);
    })
    .openapi(getMe, (c) => c.json(showMe(requireActing(c)), 200));
}

function showMe(principal: ActingPrincipal): z.infer<typeof me> {
  const granted = capabilitiesOf(principal);
  if (principal.kind === 'apiKey') {
    const { tenantId: id, tenantName: name, tenantKind: kind } = principal;
    return {
      kind: 'apiKey',
      user: null,
      memberships: [{ tenant: { id, name, kind }, family: 'admin', owner: false }],
      capabilities: granted,
    };
  }
  return {
    kind: 'user',
    user: { id: principal.userId, name: principal.name, email: principal.email },
    memberships: principal.memberships.map(({ tenantId, tenantName, kind, family, owner }) => ({
      tenant: { id: tenantId, name: tenantName, kind },
      family,
      owner,
    })),
    capabilities: granted,
  };
}
