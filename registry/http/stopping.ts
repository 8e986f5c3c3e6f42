import { tenantId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { scopeOf } from '../access/principal.js';
import type { Context } from '../context.js';
import { scopedRead } from '../db/row-security.js';
import { showStopping } from '../stopping/show.js';
import { byId, jsonAnswer, newResource, problems, requireAdmin, time, type App } from './api.js';

const stopping = z
  .object({
    /** Whether it and all above it are switched on. */
    active: z.boolean(),
    /** When it was switched off itself. */
    since: time.nullable(),
    /** Bound to a customer of the subtree. */
    cameras: z.int(),
    /** Cameras that shall record, and of them those that do. */
    wanted: z.int(),
    recording: z.int(),
    /** Cameras that shall not, and of them those that confirmed it. */
    unwanted: z.int(),
    stopped: z.int(),
    /** Some have not confirmed 30 s after it was asked for. */
    overdue: z.boolean(),
    /** By agent, at most 20, the most cameras first. */
    stragglers: z.array(
      z.object({ agentId: z.string(), agentName: z.string(), cameras: z.int(), sentence: z.string() }),
    ),
  })
  .openapi('Stopping');

const route = createRoute({
  method: 'get',
  path: '/tenants/{id}/stopping',
  operationId: 'getStopping',
  summary: 'How far the cameras of a tenant are with what was asked of them',
  description:
    'Numbers of the proof of stop; `tenant.stopping` of `GET /events` tells the same as they change.',
  request: { params: z.object({ id: tenantId }) },
  responses: { 200: jsonAnswer(stopping, 'Desired and reported side by side'), ...problems(...byId) },
});

/** The proof of stop over a subtree (R19). */
export function stoppingResource({ db }: Pick<Context, 'db'>): App {
  return newResource().openapi(route, async (c) => {
    const scope = scopeOf(requireAdmin(c));
    const { id } = c.req.valid('param');
    const shown = await scopedRead(db, scope, (q) => showStopping(q, scope, id));
    const since = shown.since?.toISOString() ?? null;
    return c.json({ active: shown.active, since, ...shown.stopping }, 200);
  });
}
