import { tenantId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { attentionActions, attentionKinds } from '../attention/attention.js';
import { firstSteps, readHome } from '../attention/home.js';
import { chips } from '../cameras/status.js';
import type { Context } from '../context.js';
import { byId, jsonAnswer, newResource, problems, requireActing, time, type App } from './api.js';
import { camera, cameraToJson } from './camera-answer.js';

const home = z
  .object({
    /** How many cameras of the subtree are in each state. `expected`: recording and those that should. */
    cameras: z.object({
      total: z.int(),
      expected: z.int(),
      byState: z.object(
        Object.fromEntries(chips.map((chip) => [chip, z.int()])) as Record<(typeof chips)[number], z.ZodInt>,
      ),
    }),
    /** What needs somebody: one root cause is one line, the most urgent ten first. */
    attention: z.object({
      total: z.int(),
      items: z.array(
        z.object({
          kind: z.enum(attentionKinds),
          sentence: z.string(),
          /** Because of what, as the agent or the registry said it. */
          reason: z.string().nullable(),
          cameras: z.int(),
          since: time.nullable(),
          target: z.object({
            kind: z.enum(['agent', 'camera', 'operation', 'tenant']),
            id: z.string(),
            name: z.string(),
          }),
          action: z.enum(attentionActions),
        }),
      ),
    }),
    /** Boxes that ask to be let in (the platform sees them), and agents that were let in and never heard since. */
    waiting: z.array(
      z.object({ kind: z.enum(['claim', 'agent']), id: z.string(), name: z.string(), since: time }),
    ),
    newest: z.array(camera),
    /** What a new integrator does first; null where that is no question. */
    steps: z.array(z.object({ step: z.enum(firstSteps), done: z.boolean() })).nullable(),
  })
  .openapi('Home');

const route = createRoute({
  method: 'get',
  path: '/tenants/{id}/home',
  operationId: 'getHome',
  summary: 'What somebody sees of a tenant first',
  request: { params: z.object({ id: tenantId }) },
  responses: { 200: jsonAnswer(home, 'Numbers, what needs attention, what is new'), ...problems(...byId) },
});

/** The home page (ux P5). */
export function homeResource({ db, clock }: Pick<Context, 'db' | 'clock'>): App {
  return newResource().openapi(route, async (c) => {
    const now = new Date(clock.nowMs());
    const shown = await readHome(db, requireActing(c), c.req.valid('param').id, now);
    const { recording, not_recording: silent, waiting, offline } = shown.cameras;
    return c.json(
      {
        cameras: {
          total: Object.values(shown.cameras).reduce((sum, count) => sum + count, 0),
          expected: recording + silent + waiting + offline,
          byState: shown.cameras,
        },
        attention: {
          total: shown.attention.total,
          items: shown.attention.items.map((one) => ({ ...one, since: one.since?.toISOString() ?? null })),
        },
        waiting: shown.waiting.map((one) => ({ ...one, since: one.since.toISOString() })),
        newest: shown.newest.map(cameraToJson),
        steps: shown.steps,
      },
      200,
    );
  });
}
