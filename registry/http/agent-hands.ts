import { agentId, tenantId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { scopeOf } from '../access/principal.js';
import type { Context } from '../context.js';
import { agentEndings } from '../db/schema/agents.js';
import { replaceAgent } from '../enrolment/replace.js';
import { settleAgent } from '../enrolment/settle-agent.js';
import { acceptAgent, declineAgent, listOffers, offerAgent, withdrawAgent } from '../enrolment/transfer.js';
import {
  actorOf,
  byId,
  jsonAnswer,
  jsonBody,
  listing,
  newResource,
  problems,
  requireAdmin,
  time,
  writing,
  type App,
} from './api.js';

const params = z.object({ id: agentId });
const shownOffers = 200;

const held = z
  .object({
    id: z.string(),
    name: z.string(),
    integratorId: z.string(),
    offeredToId: z.string().nullable(),
    conflict: z.string().nullable(),
  })
  .openapi('AgentHeld');

const replaced = z
  .object({
    id: z.string(),
    replacedById: z.string(),
    /** Cameras that changed hands by this request. */
    cameras: z.int(),
    ending: z.enum(agentEndings),
    /** Until when the old one may hand in what it had recorded; null: its key counts no more. */
    drainUntil: time.nullable(),
  })
  .openapi('ReplacedAgent');

const offer = z
  .object({
    id: z.string(),
    name: z.string(),
    hostname: z.string(),
    /** Cameras that come along: those bound to nobody. */
    cameras: z.int(),
    from: z.string(),
    to: z.object({ id: z.string(), name: z.string() }),
    offeredAt: time,
  })
  .openapi('AgentOffer');

const replaceRoute = createRoute({
  method: 'post',
  path: '/agents/{id}/replace',
  operationId: 'replaceAgent',
  summary:
    'Put another agent in the place of this one: cameras, ids, roles and footage are its own from now on',
  description: 'The old one may hand in what it had recorded, until it is empty or for 7 days; nothing else.',
  request: { params, ...jsonBody(z.strictObject({ byAgentId: agentId })) },
  responses: { 200: jsonAnswer(replaced, 'Replaced; asking again gets the same'), ...problems(...writing) },
});

const offerRoute = createRoute({
  method: 'post',
  path: '/agents/{id}/offer',
  operationId: 'offerAgent',
  summary: 'Offer an agent to another integrator, who must accept it',
  request: { params, ...jsonBody(z.strictObject({ integratorId: tenantId })) },
  responses: { 200: jsonAnswer(held, 'Offered'), ...problems(...writing) },
});

const heldRoute = <Path extends string>(path: Path, operationId: string, summary: string) =>
  createRoute({
    method: 'post',
    path,
    operationId,
    summary,
    request: { params },
    responses: { 200: jsonAnswer(held, 'The agent'), ...problems(...byId) },
  });

const withdrawRoute = heldRoute('/agents/{id}/withdraw', 'withdrawAgent', 'Take the offer of an agent back');
const settleRoute = heldRoute(
  '/agents/{id}/settle',
  'settleAgent',
  'Somebody looked into who uses the key of this agent',
);
const acceptRoute = heldRoute(
  '/agent-offers/{id}/accept',
  'acceptAgent',
  'Take an offered agent over, with those of its cameras that are bound to nobody',
);

const declineRoute = createRoute({
  method: 'post',
  path: '/agent-offers/{id}/decline',
  operationId: 'declineAgent',
  summary: 'Say no to an offered agent',
  request: { params },
  responses: { 204: { description: 'Declined' }, ...problems(...byId) },
});

const listRoute = createRoute({
  method: 'get',
  path: '/agent-offers',
  operationId: 'listAgentOffers',
  summary: 'Agents that integrators you administer are offered',
  responses: {
    200: jsonAnswer(z.object({ items: z.array(offer) }), 'Oldest first'),
    ...problems(...listing),
  },
});

/** Agents that change hands: swapped hardware (R43), other integrators (R44), keys that are looked into. */
export function agentHandsResource(ctx: Context): App {
  const resource = newResource();
  resource.openapi(replaceRoute, async (c) => {
    const act = { id: c.req.valid('param').id, byId: c.req.valid('json').byAgentId };
    const { old, by, cameras } = await replaceAgent(ctx, actorOf(c), scopeOf(requireAdmin(c)), act);
    const drainUntil = old.drainUntil?.toISOString() ?? null;
    return c.json(
      { id: old.id, replacedById: by.id, cameras, ending: old.ending ?? 'replaced', drainUntil },
      200,
    );
  });
  resource.openapi(offerRoute, async (c) => {
    const act = { id: c.req.valid('param').id, toId: c.req.valid('json').integratorId };
    return c.json(toJson(await offerAgent(ctx, actorOf(c), scopeOf(requireAdmin(c)), act)), 200);
  });
  resource.openapi(withdrawRoute, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(toJson(await withdrawAgent(ctx, actorOf(c), scopeOf(requireAdmin(c)), id)), 200);
  });
  resource.openapi(settleRoute, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(toJson(await settleAgent(ctx, actorOf(c), scopeOf(requireAdmin(c)), id)), 200);
  });
  resource.openapi(listRoute, async (c) => {
    const items = await listOffers(ctx.db, scopeOf(requireAdmin(c)), shownOffers);
    return c.json({ items: items.map((one) => ({ ...one, offeredAt: one.offeredAt.toISOString() })) }, 200);
  });
  resource.openapi(acceptRoute, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(toJson(await acceptAgent(ctx, actorOf(c), scopeOf(requireAdmin(c)), id)), 200);
  });
  resource.openapi(declineRoute, async (c) => {
    await declineAgent(ctx, actorOf(c), scopeOf(requireAdmin(c)), c.req.valid('param').id);
    return c.body(null, 204);
  });
  return resource;
}

const toJson = ({
  id,
  name,
  integratorId,
  offeredToId,
  conflict,
}: Awaited<ReturnType<typeof settleAgent>>): z.infer<typeof held> => ({
  id,
  name,
  integratorId,
  offeredToId,
  conflict,
});
