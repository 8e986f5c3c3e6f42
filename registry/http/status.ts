import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from '../context.js';
import { databaseNow } from '../db/database.js';
import { jsonAnswer, newResource, open, problems } from './api.js';
import type { App } from './api.js';
import { describeApi } from './openapi.js';

const getTime = createRoute({
  method: 'get',
  path: '/time',
  operationId: 'getTime',
  ...open,
  summary: 'The registry’s clock, for agents to measure theirs',
  responses: { 200: jsonAnswer(z.object({ atMs: z.int() }), 'Now, epoch milliseconds'), ...problems() },
});

const getHealth = createRoute({
  method: 'get',
  path: '/health',
  operationId: 'getHealth',
  ...open,
  summary: 'Whether the registry and its database answer',
  responses: {
    200: jsonAnswer(z.object({ status: z.literal('ok') }), 'They do'),
    ...problems('unavailable'),
  },
});

export function statusResource(parts: Context, app: () => App) {
  return newResource()
    .openapi(getTime, (c) => c.json({ atMs: parts.clock.nowMs() }, 200))
    .openapi(getHealth, async (c) => {
      await databaseNow(parts.db);
      return c.json({ status: 'ok' as const }, 200);
    })
    .get('/openapi.json', (c) => c.json(describeApi(app())));
}
