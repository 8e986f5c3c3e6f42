import { createRoute, z } from '@hono/zod-openapi';
import { deleteCookie, setCookie } from 'hono/cookie';
import { capabilities, capabilitiesOf } from '../access/capabilities.js';
import type { Passwords } from '../access/passwords.js';
import type { ActingPrincipal } from '../access/principal.js';
import type { PublicKeyCredentialRequestOptionsJSON } from '../access/second-factor/passkeys.js';
import type { Proof } from '../access/second-factor/proof.js';
import {
  listSessions,
  revokeOtherSessions,
  revokeSession,
  signOut,
  type SignedIn,
} from '../access/sessions.js';
import { finishSignIn, signIn } from '../access/sign-in.js';
import type { Throttle } from '../access/throttle.js';
import type { Context } from '../context.js';
import { roleFamilies } from '../db/schema/people.js';
import { tenantKinds } from '../db/schema/tenants.js';
import {
  actorOf,
  jsonAnswer,
  jsonBody,
  newResource,
  open,
  originOf,
  problems,
  requireActing,
  requirePerson,
  requireUser,
  time,
  type ApiContext,
  byId,
  listing,
} from './api.js';
import { sessionCookie } from './cookie.js';

const me = z
  .object({
    kind: z.enum(['user', 'apiKey']),
    /** Null for an API key. */
    user: z.object({ id: z.string(), name: z.string(), email: z.string() }).nullable(),
    /** What has to be done first; everything else answers 403 with this code (R28). */
    restriction: z
      .enum(['email_not_confirmed', 'password_change_required', 'second_factor_required'])
      .nullable(),
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

const secondStep = z
  .object({
    /** Goes back with the proof to `POST /sessions/second-factor`. */
    challenge: z.string(),
    expiresAt: time,
    methods: z.array(z.enum(['totp', 'passkey', 'recoveryCode'])),
    /** For `navigator.credentials.get` (`publicKey`, JSON form); null without passkeys. */
    passkey: z.custom<PublicKeyCredentialRequestOptionsJSON | null>().openapi({ type: ['object', 'null'] }),
  })
  .openapi('SecondStep');

const session = me.extend({ expiresAt: time }).openapi('Session');

const postSession = createRoute({
  method: 'post',
  path: '/sessions',
  operationId: 'signIn',
  ...open,
  summary: 'Sign in; the session is in the cookie',
  request: jsonBody(
    z.strictObject({ email: z.string().min(1).max(320), password: z.string().min(1).max(1_000) }),
  ),
  responses: {
    201: jsonAnswer(session, 'Signed in'),
    202: jsonAnswer(secondStep, 'The password is right; now the second factor'),
    ...problems('malformed', 'unauthenticated', 'account_disabled', 'invalid', 'rate_limited', 'unavailable'),
  },
});

const code = z.string().trim().min(6).max(40);
/** As `navigator.credentials.get` answers, in its JSON form; checked where it is verified. */
export const credential = z.looseObject({ id: z.string().min(1).max(1_400), type: z.literal('public-key') });

const postSecondFactor = createRoute({
  method: 'post',
  path: '/sessions/second-factor',
  operationId: 'finishSignIn',
  ...open,
  summary: 'The second step of signing in',
  request: jsonBody(
    z
      .strictObject({
        challenge: z.string().min(1).max(200),
        /** Of the authenticator app. */
        totp: z
          .string()
          .regex(/^\d{6}$/, 'must be six digits')
          .optional(),
        recoveryCode: code.optional(),
        passkey: credential.optional(),
      })
      .refine(
        ({ totp, recoveryCode, passkey }) =>
          [totp, recoveryCode, passkey].filter((proof) => proof !== undefined).length === 1,
        'bring exactly one of totp, recoveryCode, passkey',
      )
      .openapi({ example: { challenge: 'of the first step', totp: '123456' } }),
  ),
  responses: {
    201: jsonAnswer(session, 'Signed in'),
    ...problems('malformed', 'unauthenticated', 'account_disabled', 'invalid', 'rate_limited'),
  },
});

const deleteSession = createRoute({
  method: 'delete',
  path: '/sessions/current',
  operationId: 'signOut',
  summary: 'Sign out',
  responses: { 204: { description: 'Signed out' }, ...problems('unauthenticated') },
});

const listRoute = createRoute({
  method: 'get',
  path: '/sessions',
  operationId: 'listSessions',
  summary: 'Where you are signed in',
  responses: {
    200: jsonAnswer(
      z.object({
        items: z.array(
          z.object({
            id: z.string(),
            /** The one that asks. */
            current: z.boolean(),
            createdAt: time,
            lastSeenAt: time,
            expiresAt: time,
            ip: z.string().nullable(),
            userAgent: z.string().nullable(),
          }),
        ),
      }),
      'At most 200, the one used last first',
    ),
    ...problems(...listing),
  },
});

const revokeRoute = createRoute({
  method: 'delete',
  path: '/sessions/{sessionId}',
  operationId: 'revokeSession',
  summary: 'End one of your sessions; `others` ends all but this one',
  request: { params: z.object({ sessionId: z.string().max(40) }) },
  responses: {
    204: { description: 'Ended' },
    ...problems(...byId),
  },
});

const getMe = createRoute({
  method: 'get',
  path: '/me',
  operationId: 'getMe',
  summary: 'Who is asking, and what they may do',
  responses: { 200: jsonAnswer(me, 'You'), ...problems('unauthenticated', 'account_disabled') },
});

export function sessionsResource(parts: Context & { passwords: Passwords; throttle: Throttle }) {
  /** Whoever was signed in on this browser before is no more: a session does not outlive the next sign-in. */
  const welcome = async (c: ApiContext, signed: SignedIn): Promise<z.infer<typeof session>> => {
    const before = c.get('person');
    if (before !== null) await signOut(parts, before.tokenHash);
    const { name, options } = sessionCookie(parts.publicUrl());
    setCookie(c, name, signed.token, { ...options, expires: signed.expiresAt });
    return { ...showMe(signed.principal), expiresAt: signed.expiresAt.toISOString() };
  };
  return newResource()
    .openapi(postSession, async (c) => {
      const result = await signIn(parts, parts, c.req.valid('json'), originOf(c));
      if (result.kind === 'session') return c.json(await welcome(c, result.signed), 201);
      const { step } = result;
      return c.json({ ...step, expiresAt: step.expiresAt.toISOString() }, 202);
    })
    .openapi(postSecondFactor, async (c) => {
      const { challenge, totp, recoveryCode, passkey } = c.req.valid('json');
      const proof: Proof =
        totp !== undefined
          ? { kind: 'totp', code: totp }
          : recoveryCode !== undefined
            ? { kind: 'recoveryCode', code: recoveryCode }
            : { kind: 'passkey', response: passkey as never };
      const signed = await finishSignIn(parts, parts.throttle, { challenge, proof }, originOf(c));
      return c.json(await welcome(c, signed), 201);
    })
    .openapi(deleteSession, async (c) => {
      await signOut(parts, requirePerson(c).tokenHash);
      const { name, options } = sessionCookie(parts.publicUrl());
      deleteCookie(c, name, options);
      return c.body(null, 204);
    })
    .openapi(listRoute, async (c) => {
      const rows = await listSessions(parts, requireUser(c));
      const items = rows.map((row) => ({
        ...row,
        createdAt: row.createdAt.toISOString(),
        lastSeenAt: row.lastSeenAt.toISOString(),
        expiresAt: row.expiresAt.toISOString(),
      }));
      return c.json({ items }, 200);
    })
    .openapi(revokeRoute, async (c) => {
      const { sessionId } = c.req.valid('param');
      const person = requireUser(c);
      if (sessionId === 'others') await revokeOtherSessions(parts, actorOf(c), person);
      else await revokeSession(parts, actorOf(c), person, sessionId);
      return c.body(null, 204);
    })
    .openapi(getMe, (c) => c.json(showMe(c.get('person') ?? requireActing(c)), 200));
}

function showMe(principal: ActingPrincipal): z.infer<typeof me> {
  const granted = capabilitiesOf(principal);
  if (principal.kind === 'apiKey') {
    const { tenantId: id, tenantName: name, tenantKind: kind } = principal;
    return {
      kind: 'apiKey',
      user: null,
      restriction: null,
      memberships: [{ tenant: { id, name, kind }, family: 'admin', owner: false }],
      capabilities: granted,
    };
  }
  return {
    kind: 'user',
    user: { id: principal.userId, name: principal.name, email: principal.email },
    restriction: principal.restriction,
    memberships: principal.memberships.map(({ tenantId, tenantName, kind, family, owner }) => ({
      tenant: { id: tenantId, name: tenantName, kind },
      family,
      owner,
    })),
    capabilities: granted,
  };
}
