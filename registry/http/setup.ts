import { agentId, type AgentId } from '@gantry/protocol/ids.js';
import { setupAct, type SetupAct } from '@gantry/protocol/setup.js';
import { createRoute, z } from '@hono/zod-openapi';
import { sightOf } from '../access/camera-access.js';
import { scopeOf } from '../access/principal.js';
import { getAgent } from '../cameras/agents.js';
import { seesAllBelow } from '../cameras/sight.js';
import type { Context } from '../context.js';
import { scopedRead } from '../db/row-security.js';
import { handOverOf } from '../enrolment/hand-over.js';
import { lastSeenSite } from '../enrolment/last-seen-site.js';
import type { SetupRelay, SiteAnswer } from '../enrolment/setup-relay.js';
import { Failure } from '../errors.js';
import { record } from '../history/history.js';
import { requireTenant } from '../tenancy/tenants.js';
import {
  actorOf,
  byId,
  jsonAnswer,
  jsonBody,
  newResource,
  problems,
  requireAdmin,
  writing,
  type ApiContext,
  type App,
} from './api.js';

const answer = z
  .looseObject({})
  .openapi('SiteAnswer', { description: 'What the agent answers, as on its own page' });

const askRoute = createRoute({
  method: 'post',
  path: '/agents/{id}/setup',
  operationId: 'setUpSite',
  summary: "Ask an agent what its on-site page would; a camera's login is sealed for the agent",
  request: { params: z.object({ id: agentId }), ...jsonBody(setupAct) },
  responses: {
    200: jsonAnswer(answer, 'Its answer; the view of an agent that is offline is what was known last'),
    ...problems(...writing, 'rate_limited', 'unavailable'),
  },
});

const pictureRoute = createRoute({
  method: 'get',
  path: '/agents/{id}/setup/cameras/{localId}/snapshot',
  operationId: 'getSetupPicture',
  summary: 'A picture of a camera taken now, also before it is registered',
  request: {
    params: z.object({ id: agentId, localId: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/) }),
  },
  responses: {
    200: {
      description: 'The picture',
      content: { 'image/jpeg': { schema: z.string().meta({ format: 'binary' }) } },
    },
    ...problems(...byId, 'rate_limited', 'unavailable'),
  },
});

const named = z.object({ id: z.string(), name: z.string() });

const handOver = z
  .object({
    rule: z
      .object({ customer: named, plan: named })
      .nullable()
      .openapi({ description: 'Whom the box was enrolled for; null: a person chooses' }),
    customers: z.array(named),
    hasMore: z.boolean(),
    plans: z.array(named),
    waiting: z.array(z.string()).openapi({ description: 'Registered cameras that belong to nobody yet' }),
  })
  .openapi('HandOver');

const handOverRoute = createRoute({
  method: 'get',
  path: '/agents/{id}/hand-over',
  operationId: 'getHandOver',
  summary: 'To whom the cameras of an agent can be handed over',
  description: 'The first 50 customers by name, of the agent’s integrator and below; `text` finds others.',
  request: {
    params: z.object({ id: agentId }),
    query: z.object({ text: z.string().max(200).optional() }),
  },
  responses: { 200: jsonAnswer(handOver, 'The choice'), ...problems(...byId, 'invalid') },
});

/** What changes something on the site stands in its history; a password is in none of it. */
const told: Partial<Record<SetupAct['kind'], (act: SetupAct) => string>> = {
  login: (act) => `gave a camera login for ${'name' in act && act.name !== null ? act.name : 'the site'}`,
  add: () => 'added a camera by its address',
  name: () => 'named a camera',
  search: (act) => `let ${'range' in act ? act.range : 'another range'} be searched`,
};

/** Setting a site up from afar (ux.md §5). */
export function setupResource(ctx: Context, relay: SetupRelay): App {
  const resource = newResource();
  const agentOf = async (c: ApiContext, id: AgentId) => {
    const principal = requireAdmin(c);
    const scope = scopeOf(principal);
    return scopedRead(ctx.db, scope, async (q) => {
      const { agent } = await getAgent(q, scope, id, new Date(ctx.clock.nowMs()));
      const { path } = await requireTenant(q, scope, agent.integratorId);
      if (seesAllBelow(await sightOf(q, principal, 'configure'), path)) return agent;
      throw new Failure(
        'forbidden',
        'A site shows all its cameras to whoever sets it up; your roles do not let you configure every one. Ask an administrator.',
      );
    });
  };
  resource.openapi(askRoute, async (c) => {
    const agent = await agentOf(c, c.req.valid('param').id);
    const act = c.req.valid('json');
    if (agent.presence !== 'online') {
      if (act.kind === 'view')
        return c.json((await lastSeenSite(ctx.db, agent.id)) as Record<string, unknown>, 200);
      throw new Failure('unavailable', 'The box is offline. What is set up now would not reach it.');
    }
    const words = told[act.kind]?.(act);
    if (words !== undefined) {
      const actor = actorOf(c);
      await ctx.db.transaction((tx) =>
        record(tx, {
          actor,
          tenantId: agent.integratorId,
          target: { kind: 'agent', id: agent.id },
          operation: `agent.setup_${act.kind}`,
          sentence: `${actor.name} ${words} on ${agent.name}`,
        }),
      );
    }
    return c.json(jsonOf(await relay.ask(agent.id, act)), 200);
  });
  resource.openapi(handOverRoute, async (c) => {
    const scope = scopeOf(requireAdmin(c));
    const { id } = c.req.valid('param');
    const text = c.req.valid('query').text?.trim() || null;
    const now = new Date(ctx.clock.nowMs());
    return c.json(await scopedRead(ctx.db, scope, (q) => handOverOf(q, scope, { id, text, now })), 200);
  });
  resource.openapi(pictureRoute, async (c) => {
    const { id, localId } = c.req.valid('param');
    const agent = await agentOf(c, id);
    if (agent.presence !== 'online') throw new Failure('unavailable', 'The box is offline.');
    const taken = await relay.ask(agent.id, { kind: 'picture', localId });
    if (taken.type !== 'jpeg') jsonOf({ ...taken, status: 502 });
    return c.body(new Uint8Array(taken.body), 200, { 'content-type': 'image/jpeg' });
  });
  return resource;
}

/** What the agent refuses is told in its own words. */
function jsonOf({ status, body }: SiteAnswer): Record<string, unknown> {
  const said = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  if (status < 400) return said;
  const why = typeof said['error'] === 'string' ? said['error'] : 'The box refused this.';
  if (status >= 500) throw new Failure('unavailable', why);
  throw new Failure(status === 409 ? 'conflict' : 'invalid', why);
}
