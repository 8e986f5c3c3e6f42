import { createRoute, z } from '@hono/zod-openapi';
import type { PublicKeyCredentialCreationOptionsJSON } from '../access/second-factor/passkeys.js';
import {
  addPasskey,
  beginPasskey,
  beginTotp,
  confirmTotp,
  listFactors,
  removeFactor,
  renewRecoveryCodes,
} from '../access/second-factor/setup.js';
import type { Context } from '../context.js';
import {
  actorOf,
  jsonAnswer,
  jsonBody,
  newResource,
  problems,
  requirePerson,
  time,
  writing,
  type App,
} from './api.js';
import { credential } from './sessions.js';
import { text } from './texts.js';

const refusals = problems(...writing);
const codes = z.array(z.string());

const listRoute = createRoute({
  method: 'get',
  path: '/me/second-factors',
  operationId: 'listSecondFactors',
  summary: 'Your second factors',
  responses: {
    200: jsonAnswer(
      z.object({
        totp: z.boolean(),
        passkeys: z.array(
          z.object({ id: z.string(), name: z.string(), createdAt: time, lastUsedAt: time.nullable() }),
        ),
        recoveryCodesLeft: z.int(),
      }),
      'What counts',
    ),
    ...refusals,
  },
});

const totpRoute = createRoute({
  method: 'post',
  path: '/me/totp',
  operationId: 'beginTotp',
  summary: 'A secret for your authenticator app; it counts once a code was seen',
  responses: {
    200: jsonAnswer(
      z.object({
        secret: z.string(),
        /** `otpauth://…`, for a QR code. */
        uri: z.string(),
      }),
      'Shown this once',
    ),
    ...refusals,
  },
});

const confirmRoute = createRoute({
  method: 'post',
  path: '/me/totp/confirmation',
  operationId: 'confirmTotp',
  summary: 'Prove that the app works; it is demanded from now on',
  request: jsonBody(z.strictObject({ code: z.string().regex(/^\d{6}$/, 'must be six digits') })),
  responses: { 200: jsonAnswer(z.object({ recoveryCodes: codes }), 'Codes shown this once'), ...refusals },
});

const dropTotpRoute = createRoute({
  method: 'delete',
  path: '/me/totp',
  operationId: 'removeTotp',
  summary: 'Remove the authenticator app',
  responses: { 204: { description: 'Gone' }, ...refusals },
});

const passkeyOptionsRoute = createRoute({
  method: 'post',
  path: '/me/passkey-options',
  operationId: 'beginPasskey',
  summary: 'What `navigator.credentials.create` needs for a new passkey',
  responses: {
    200: jsonAnswer(
      z.object({
        /** Goes back with the passkey. */
        challenge: z.string(),
        options: z.custom<PublicKeyCredentialCreationOptionsJSON>().openapi({ type: 'object' }),
      }),
      'Good for five minutes',
    ),
    ...refusals,
  },
});

const passkeyRoute = createRoute({
  method: 'post',
  path: '/me/passkeys',
  operationId: 'addPasskey',
  summary: 'Add the passkey the browser made; it is demanded from now on',
  request: jsonBody(z.strictObject({ challenge: z.string().min(1).max(200), name: text(100), credential })),
  responses: {
    201: jsonAnswer(
      z.object({
        id: z.string(),
        /** Shown this once; null when you have some. */
        recoveryCodes: codes.nullable(),
      }),
      'Added',
    ),
    ...refusals,
  },
});

const dropPasskeyRoute = createRoute({
  method: 'delete',
  path: '/me/passkeys/{passkeyId}',
  operationId: 'removePasskey',
  summary: 'Remove a passkey',
  request: { params: z.object({ passkeyId: z.string().min(1).max(1_400) }) },
  responses: { 204: { description: 'Gone' }, ...refusals },
});

const codesRoute = createRoute({
  method: 'post',
  path: '/me/recovery-codes',
  operationId: 'renewRecoveryCodes',
  summary: 'Ten new recovery codes; the old ones end',
  responses: { 200: jsonAnswer(z.object({ recoveryCodes: codes }), 'Shown this once'), ...refusals },
});

/** A person's own second factors; open also while the missing factor keeps everything else closed. */
export function secondFactorResource(parts: Context): App {
  const resource = newResource();
  resource.openapi(listRoute, async (c) => {
    const { totp, passkeys, recoveryCodesLeft } = await listFactors(parts, requirePerson(c));
    const shown = passkeys.map(({ id, name, createdAt, lastUsedAt }) => ({
      id,
      name,
      createdAt: createdAt.toISOString(),
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
    }));
    return c.json({ totp, passkeys: shown, recoveryCodesLeft }, 200);
  });
  resource.openapi(totpRoute, async (c) => c.json(await beginTotp(parts, requirePerson(c)), 200));
  resource.openapi(confirmRoute, async (c) => {
    const made = await confirmTotp(parts, actorOf(c), requirePerson(c), c.req.valid('json').code);
    return c.json({ recoveryCodes: made }, 200);
  });
  resource.openapi(dropTotpRoute, async (c) => {
    await removeFactor(parts, actorOf(c), requirePerson(c), { kind: 'totp' });
    return c.body(null, 204);
  });
  resource.openapi(passkeyOptionsRoute, async (c) => {
    const { challenge, options } = await beginPasskey(parts, requirePerson(c));
    return c.json({ challenge, options }, 200);
  });
  resource.openapi(passkeyRoute, async (c) => {
    const { challenge, name, credential: response } = c.req.valid('json');
    const made = { challenge, name, response: response as never };
    return c.json(await addPasskey(parts, actorOf(c), requirePerson(c), made), 201);
  });
  resource.openapi(dropPasskeyRoute, async (c) => {
    const which = { kind: 'passkey' as const, id: c.req.valid('param').passkeyId };
    await removeFactor(parts, actorOf(c), requirePerson(c), which);
    return c.body(null, 204);
  });
  resource.openapi(codesRoute, async (c) =>
    c.json({ recoveryCodes: await renewRecoveryCodes(parts, actorOf(c), requirePerson(c)) }, 200),
  );
  return resource;
}
