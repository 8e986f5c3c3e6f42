import { createRoute, z } from '@hono/zod-openapi';
import { sightOf } from '../access/camera-access.js';
import { scopeOf } from '../access/principal.js';
import { countByChip, countCameras, countedAtMost, guessCameras } from '../cameras/count.js';
import { withFittingNamed } from '../cameras/fitting.js';
import { chips } from '../cameras/status.js';
import type { Context } from '../context.js';
import { scopedRead } from '../db/row-security.js';
import { jsonAnswer, listing, newResource, problems, requireActing, time } from './api.js';
import { filterQuery, filtersOfQuery } from './camera-query.js';

const countRoute = createRoute({
  method: 'get',
  path: '/cameras/count',
  operationId: 'countCameras',
  summary: 'How many cameras a filter holds',
  request: {
    query: filterQuery.extend({
      exact: z
        .enum(['true', 'false'])
        .default('false')
        .openapi({ description: 'true: to the last one, also above 10,000' }),
    }),
  },
  responses: {
    200: jsonAnswer(
      z
        .object({
          count: z.int(),
          /** false: about so many. */
          exact: z.boolean(),
          asOf: time,
        })
        .openapi('CameraCount'),
      'The number',
    ),
    ...problems(...listing),
  },
});

const summaryRoute = createRoute({
  method: 'get',
  path: '/cameras/summary',
  operationId: 'summarizeCameras',
  summary: 'How many cameras there are of each state',
  request: { query: filterQuery.omit({ state: true }) },
  responses: {
    200: jsonAnswer(
      z
        .object({
          total: z.int(),
          states: z.object(
            Object.fromEntries(chips.map((chip) => [chip, z.int()])) as Record<
              (typeof chips)[number],
              z.ZodInt
            >,
          ),
          asOf: time,
        })
        .openapi('CameraSummary'),
      'The numbers',
    ),
    ...problems(...listing),
  },
});

/** Numbers of cameras. Declared before `/cameras/{id}`, which would take their names for ids. */
export function cameraCountsResource(parts: Pick<Context, 'db' | 'clock'>) {
  const asOf = () => new Date(parts.clock.nowMs()).toISOString();
  return newResource()
    .openapi(countRoute, async (c) => {
      const principal = requireActing(c);
      const { exact, ...query } = c.req.valid('query');
      const atMost = exact === 'true' ? null : countedAtMost + 1;
      const sight = await sightOf(parts.db, principal, 'view');
      const filters = await withFittingNamed(parts.db, sight, filtersOfQuery(query));
      const count = await scopedRead(parts.db, scopeOf(principal), (q) =>
        countCameras(q, sight, filters, atMost),
      );
      if (atMost === null || count < atMost) return c.json({ count, exact: true, asOf: asOf() }, 200);
      const guess = await guessCameras(parts.db, sight, filters);
      return c.json({ count: Math.max(count, guess), exact: false, asOf: asOf() }, 200);
    })
    .openapi(summaryRoute, async (c) => {
      const principal = requireActing(c);
      const sight = await sightOf(parts.db, principal, 'view');
      const filters = await withFittingNamed(parts.db, sight, filtersOfQuery(c.req.valid('query')));
      const states = await scopedRead(parts.db, scopeOf(principal), (q) => countByChip(q, sight, filters));
      const total = Object.values(states).reduce((sum, count) => sum + count, 0);
      return c.json({ total, states, asOf: asOf() }, 200);
    });
}
