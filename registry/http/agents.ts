import { agentId, planId, tenantId, type AgentId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { scopeOf } from '../access/principal.js';
import { getAgent, listAgents, type AgentView } from '../cameras/agents.js';
import type { Context } from '../context.js';
import { scopedRead } from '../db/row-security.js';
import { agentEndings, presences } from '../db/schema/agents.js';
import { changeAgent } from '../enrolment/change-agent.js';
import { scopeWithin } from '../tenancy/tenants.js';
import {
  actorOf,
  etagOf,
  jsonAnswer,
  jsonBody,
  newResource,
  pageOf,
  pageQuery,
  problems,
  requireActing,
  requireAdmin,
  requireVersion,
  time,
  versioned,
  type ApiContext,
  type App,
} from './api.js';
import { decodeCursor, pageOfRows } from './cursor.js';
import { text } from './texts.js';

const named = z.object({ id: z.string(), name: z.string() });
const position = z.object({ epoch: z.int(), generation: z.int() });

const agent = z
  .object({
    id: z.string(),
    name: z.string(),
    hostname: z.string(),
    platform: z.string(),
    agentVersion: z.string(),
    integrator: named,
    /** Its new cameras are bound to this customer with this plan; null: they wait unbound. */
    autoBind: z.object({ customer: named, plan: named }).nullable(),
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
    version: z.int(),
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

const patchRoute = createRoute({
  method: 'patch',
  path: '/agents/{id}',
  operationId: 'changeAgent',
  summary: 'Rename an agent, or say where its new cameras go at once',
  request: {
    params: z.object({ id: agentId }),
    headers: z.object({
      'if-match': z.string().optional().openapi({ description: 'The version you read: its ETag' }),
    }),
    ...jsonBody(
      z.strictObject({
        name: text(200).optional(),
        /** null: they wait unbound. */
        autoBind: z.strictObject({ customerId: tenantId, planId }).nullable().optional(),
      }),
    ),
  },
  responses: { 200: jsonAnswer(agent, 'The agent'), ...problems(...versioned, 'plan_not_offered') },
});

/** Agents: list, show and change. They come in by enrolment (http/enrol.ts). */
export function agentsResource(ctx: Pick<Context, 'db' | 'clock' | 'epoch' | 'changes'>): App {
  const now = () => new Date(ctx.clock.nowMs());
  const resource = newResource();
  resource.openapi(listRoute, async (c) => {
    const scope = scopeOf(requireActing(c));
    const { limit, cursor, tenant } = c.req.valid('query');
    const after = cursor === undefined ? null : agentId.safeParse(decodeCursor(cursor, 'string')[0]).data;
    const page = { limit, after: after ?? null };
    const rows = await scopedRead(ctx.db, scope, async (q) =>
      listAgents(q, await scopeWithin(q, scope, tenant), page, now()),
    );
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
  const show = async (c: ApiContext, id: AgentId) => {
    const scope = scopeOf(requireActing(c));
    const view = await scopedRead(ctx.db, scope, (q) => getAgent(q, scope, id, now()));
    c.header('etag', etagOf(view.agent.version));
    return toJson(view, ctx.epoch);
  };
  resource.openapi(getRoute, async (c) => c.json(await show(c, c.req.valid('param').id), 200));
  resource.openapi(patchRoute, async (c) => {
    const { id } = c.req.valid('param');
    const scope = scopeOf(requireAdmin(c));
    await changeAgent(ctx, actorOf(c), scope, { id, version: requireVersion(c), ...c.req.valid('json') });
    return c.json(await show(c, id), 200);
  });
  return resource;
}

function toJson(
  { agent: row, integratorName, autoBind, cameras, sentence }: AgentView,
  epoch: number,
): z.infer<typeof agent> {
  return {
    id: row.id,
    name: row.name,
    hostname: row.hostname,
    platform: row.platform,
    agentVersion: row.agentVersion,
    integrator: { id: row.integratorId, name: integratorName },
    autoBind,
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
    version: row.version,
    createdAt: row.createdAt.toISOString(),
  };
}
