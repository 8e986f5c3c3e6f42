import { agentId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { scopeOf } from '../access/principal.js';
import type { Context } from '../context.js';
import { agentEndings } from '../db/schema/agents.js';
import { endAgent } from '../enrolment/endings.js';
import { actorOf, jsonAnswer, newResource, problems, requireAdmin, time, type App } from './api.js';

const ended = z
  .object({ id: z.string(), name: z.string(), ending: z.enum(agentEndings), endedAt: time })
  .openapi('EndedAgent');

const routeOf = <Path extends string>(path: Path, operationId: string, summary: string) =>
  createRoute({
    method: 'post',
    path,
    operationId,
    summary,
    request: { params: z.object({ id: agentId }) },
    responses: {
      200: jsonAnswer(ended, 'It counts no more'),
      ...problems('unauthenticated', 'account_disabled', 'forbidden', 'not_found'),
    },
  });

const revoke = routeOf(
  '/agents/{id}/revoke',
  'revokeAgent',
  'Let an agent go: its key is refused and its connection ended within 1 s; its cameras stay',
);
const reportStolen = routeOf(
  '/agents/{id}/reportStolen',
  'reportAgentStolen',
  'Revoke an agent, and hear of it when its key is seen again',
);

/** The two ways an agent ends (R38). */
export function agentEndingsResource(ctx: Pick<Context, 'db' | 'clock'>): App {
  const resource = newResource();
  resource.openapi(revoke, async (c) => {
    const scope = scopeOf(requireAdmin(c));
    return c.json(toJson(await endAgent(ctx, actorOf(c), scope, c.req.valid('param').id, 'revoked')), 200);
  });
  resource.openapi(reportStolen, async (c) => {
    const scope = scopeOf(requireAdmin(c));
    return c.json(toJson(await endAgent(ctx, actorOf(c), scope, c.req.valid('param').id, 'stolen')), 200);
  });
  return resource;
}

function toJson(agent: Awaited<ReturnType<typeof endAgent>>): z.infer<typeof ended> {
  const { id, name, ending, endedAt } = agent;
  if (ending === null || endedAt === null) throw new Error(`agent ${id} was ended and says it was not`);
  return { id, name, ending, endedAt: endedAt.toISOString() };
}
