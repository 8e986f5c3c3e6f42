import { agentId, tenantId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { scopeOf } from '../access/principal.js';
import { getAgent, listAgents, type AgentView } from '../cameras/agents.js';
import type { Context } from '../context.js';
import { scopedRead } from '../db/row-security.js';
import { agentEndings, presences } from '../db/schema/agents.js';
import { requireTenant } from '../tenancy/tenants.js';
import {
  jsonAnswer,
  newResource,
  pageOf,
  pageQuery,
  problems,
  requireActing,
  time,
  type App,
} from './api.js';
import { decodeCursor, pageOfRows } from './cursor.js';

const position = z.object({ epoch: z.int(), generation: z.int() });

const agent = z
  .object({
    id: z.string(),
    name: z.string(),
    hostname: z.string(),
    platform: z.string(),
    agentVersion: z.string(),
    integrator: z.object({ id: z.string(), name: z.string() }),
    presence: z.enum(presences),
    /** Presence in one line. */
    sentence: z.string(),
    presenceAt: time,
    lastHeardAt: time.nullable(),
    /** Registry clock minus agent clock, ms. */
    clockOffsetMs: z.int().nullable(),
    cameras: z.int(),
    /** Segments that wait on its disk. */
    spool: z.object({ segments: z.int(), sizeBytes: z.int() }),
    /** The desired state it should have, has stored, and has in effect. */
    desired: position.extend({ since: time.nullable() }),
    accepted: position,
    applied: position,
    /** How it ended; null while it is enrolled. */
    ending: z.enum(agentEndings).nullable(),
    endedAt: time.nullable(),
    /** The agent that took its place, and until when this one may hand in what it had recorded (R43). */
    replacedById: z.string().nullable(),
    drainUntil: time.nullable(),
    /** The integrator it is offered to (R44). */
    offeredToId: z.string().nullable(),
    /** Why somebody should look at it: two machines seem to use its key. */
    conflict: z.string().nullable(),
    createdAt: time,
  })
  .openapi('Agent');

const listRoute = createRoute({
  method: 'get',
  path: '/agents',
  operationId: 'listAgents',
  summary: 'Agents of the integrators you can see',
  request: {
    query: pageQuery.extend({
      /** Only agents of this tenant and of integrators below it. */
      tenant: tenantId.optional(),
    }),
  },
  responses: {
    200: jsonAnswer(pageOf(agent), 'A page'),
    ...problems('malformed', 'unauthenticated', 'account_disabled', 'not_found', 'invalid'),
  },
});

const getRoute = createRoute({
  method: 'get',
  path: '/agents/{id}',
  operationId: 'getAgent',
  summary: 'One agent: presence, spool, and how far its desired state got',
  request: { params: z.object({ id: agentId }) },
  responses: {
    200: jsonAnswer(agent, 'The agent'),
    ...problems('unauthenticated', 'account_disabled', 'not_found'),
  },
});

/** Agents: list and show. They come in by enrolment (http/enrol.ts). */
export function agentsResource(ctx: Pick<Context, 'db' | 'clock' | 'epoch'>): App {
  const now = () => new Date(ctx.clock.nowMs());
  const resource = newResource();
  resource.openapi(listRoute, async (c) => {
    const scope = scopeOf(requireActing(c));
    const { limit, cursor, tenant } = c.req.valid('query');
    const after = cursor === undefined ? null : agentId.safeParse(decodeCursor(cursor, 'string')[0]).data;
    const page = { limit, after: after ?? null };
    const rows = await scopedRead(ctx.db, scope, async (q) => {
      const below = tenant === undefined ? scope : { paths: [(await requireTenant(q, scope, tenant)).path] };
      return listAgents(q, below, page, now());
    });
    return c.json(
      pageOfRows(
        rows,
        limit,
        (row) => [row.agent.id],
        (row) => toJson(row, ctx.epoch),
      ),
      200,
    );
  });
  resource.openapi(getRoute, async (c) => {
    const scope = scopeOf(requireActing(c));
    const { id } = c.req.valid('param');
    const view = await scopedRead(ctx.db, scope, (q) => getAgent(q, scope, id, now()));
    return c.json(toJson(view, ctx.epoch), 200);
  });
  return resource;
}

function toJson(
  { agent: row, integratorName, cameras, sentence }: AgentView,
  epoch: number,
): z.infer<typeof agent> {
  return {
    id: row.id,
    name: row.name,
    hostname: row.hostname,
    platform: row.platform,
    agentVersion: row.agentVersion,
    integrator: { id: row.integratorId, name: integratorName },
    presence: row.presence,
    sentence,
    presenceAt: row.presenceAt.toISOString(),
    lastHeardAt: row.lastHeardAt?.toISOString() ?? null,
    clockOffsetMs: row.clockOffsetMs,
    cameras,
    spool: { segments: row.spoolSegments, sizeBytes: row.spoolSizeBytes },
    desired: { epoch, generation: row.generation, since: row.desiredAt?.toISOString() ?? null },
    accepted: { epoch: row.acceptedEpoch, generation: row.acceptedGeneration },
    applied: { epoch: row.appliedEpoch, generation: row.appliedGeneration },
    ending: row.ending,
    endedAt: row.endedAt?.toISOString() ?? null,
    replacedById: row.replacedById,
    drainUntil: row.drainUntil?.toISOString() ?? null,
    offeredToId: row.offeredToId,
    conflict: row.conflict,
    createdAt: row.createdAt.toISOString(),
  };
}
