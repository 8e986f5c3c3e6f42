import { createRoute, z } from '@hono/zod-openapi';
import { changeOwnPassword, mailReset, resendConfirmation, retypePassword } from '../access/own-password.js';
import type { Afterwards } from '../afterwards.js';
import type { Passwords } from '../access/passwords.js';
import type { Throttle } from '../access/throttle.js';
import type { Context } from '../context.js';
import { Failure } from '../errors.js';
import { actorOf, jsonBody, newResource, open, problems, requirePerson, writing, type App } from './api.js';
import { email } from './texts.js';
import { password } from './user-fields.js';

const passwordRoute = createRoute({
  method: 'post',
  path: '/me/password',
  operationId: 'changePassword',
  summary: 'Choose another password; your other sessions end',
  request: jsonBody(z.strictObject({ current: z.string().min(1).max(1_000), next: password })),
  responses: {
    204: { description: 'Changed' },
    ...problems(...writing, 'rate_limited'),
  },
});

const retypeRoute = createRoute({
  method: 'post',
  path: '/me/password/confirmation',
  operationId: 'confirmPassword',
  summary: 'Type your password again, for acts that hand an account over',
  request: jsonBody(z.strictObject({ password: z.string().min(1).max(1_000) })),
  responses: {
    204: { description: 'Counts for ten minutes' },
    ...problems(...writing, 'rate_limited'),
  },
});

const confirmationRoute = createRoute({
  method: 'post',
  path: '/me/confirmation-letters',
  operationId: 'resendConfirmation',
  summary: 'Send yourself another link that confirms your address',
  responses: {
    202: { description: 'On its way' },
    ...problems(...writing, 'rate_limited'),
  },
});

const resetRoute = createRoute({
  method: 'post',
  path: '/password-resets',
  operationId: 'requestPasswordReset',
  ...open,
  summary: 'Ask for a link by which a new password is chosen',
  request: jsonBody(z.strictObject({ email })),
  responses: {
    202: { description: 'If there is an account with this address, a letter is on its way' },
    ...problems('malformed', 'invalid', 'rate_limited'),
  },
});

/** What people do about their own password and address. */
export function ownAccountResource(
  parts: Context & { passwords: Passwords; throttle: Throttle; afterwards: Afterwards },
): App {
  const resource = newResource();
  resource.openapi(passwordRoute, async (c) => {
    await changeOwnPassword(parts, parts, actorOf(c), requirePerson(c), c.req.valid('json'));
    return c.body(null, 204);
  });
  resource.openapi(retypeRoute, async (c) => {
    await retypePassword(parts, parts, requirePerson(c), c.req.valid('json').password, c.get('ip'));
    return c.body(null, 204);
  });
  resource.openapi(confirmationRoute, async (c) => {
    const person = requirePerson(c);
    if (person.restriction !== 'email_not_confirmed') {
      throw new Failure('conflict', 'Nobody asks you to confirm your address.');
    }
    // Letters to one address from one place come at growing intervals, like guesses.
    parts.throttle.pace(`confirmation of ${person.userId}`, c.get('ip'));
    await resendConfirmation(parts, person);
    return c.body(null, 202);
  });
  resource.openapi(resetRoute, (c) => {
    const { email: address } = c.req.valid('json');
    parts.throttle.pace(`reset of ${address}`, c.get('ip'));
    parts.afterwards.run(mailReset(parts, address));
    return c.body(null, 202);
  });
  return resource;
}
