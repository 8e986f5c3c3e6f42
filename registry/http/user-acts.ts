import { userId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { disableUser, enableUser, resetSecondFactor, sendActivation } from '../access/user-switch.js';
import type { ShownUser } from '../access/users.js';
import type { Context } from '../context.js';
import {
  actorOf,
  jsonAnswer,
  jsonBody,
  newResource,
  problems,
  requireAdmin,
  writing,
  type App,
} from './api.js';
import { text } from './texts.js';
import { showUser, user } from './user-fields.js';

const params = z.object({ id: userId });
const refusals = problems(...writing);

const disableRoute = createRoute({
  method: 'post',
  path: '/users/{id}/disable',
  operationId: 'disableUser',
  summary: 'Lock a person out with their next request',
  request: { params, ...jsonBody(z.strictObject({ reason: text(500).optional() })) },
  responses: { 200: jsonAnswer(user, 'Off'), ...refusals },
});

const enableRoute = createRoute({
  method: 'post',
  path: '/users/{id}/enable',
  operationId: 'enableUser',
  summary: 'Let a person in again',
  request: { params },
  responses: { 200: jsonAnswer(user, 'On'), ...refusals },
});

const linkRoute = createRoute({
  method: 'post',
  path: '/users/{id}/activation-links',
  operationId: 'sendActivation',
  summary: 'Make a new activation link; the one before ends',
  request: {
    params,
    ...jsonBody(z.strictObject({ delivery: z.enum(['email', 'display']).default('email') })),
  },
  responses: {
    201: jsonAnswer(
      z.object({
        /** Only with `display`: shown this once, and told in the history. */
        link: z.url().nullable(),
      }),
      'Made',
    ),
    ...refusals,
  },
});

const factorRoute = createRoute({
  method: 'delete',
  path: '/users/{id}/second-factor',
  operationId: 'resetSecondFactor',
  summary: 'Take the second factor away from somebody who lost it',
  request: { params },
  responses: { 204: { description: 'Gone' }, ...refusals },
});

/** What administrators do to people beside changing their fields (R27, R31). */
export function userActsResource(parts: Context): App {
  const resource = newResource();
  const first = (places: readonly ShownUser[]) => showUser(places[0] as ShownUser);
  resource.openapi(disableRoute, async (c) => {
    const reason = c.req.valid('json').reason ?? null;
    const act = { userId: c.req.valid('param').id, reason };
    return c.json(first(await disableUser(parts, actorOf(c), requireAdmin(c), act)), 200);
  });
  resource.openapi(enableRoute, async (c) => {
    const places = await enableUser(parts, actorOf(c), requireAdmin(c), c.req.valid('param').id);
    return c.json(first(places), 200);
  });
  resource.openapi(linkRoute, async (c) => {
    const act = { userId: c.req.valid('param').id, delivery: c.req.valid('json').delivery };
    return c.json({ link: await sendActivation(parts, actorOf(c), requireAdmin(c), act) }, 201);
  });
  resource.openapi(factorRoute, async (c) => {
    await resetSecondFactor(parts, actorOf(c), requireAdmin(c), c.req.valid('param').id);
    return c.body(null, 204);
  });
  return resource;
}
