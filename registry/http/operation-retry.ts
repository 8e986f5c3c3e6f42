import { operationId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { scopeOf } from '../access/principal.js';
import { withinModules } from '../access/within-modules.js';
import type { Context } from '../context.js';
import { getOperation } from '../operations/operations.js';
import { retryOperation } from '../operations/retry.js';
import { jsonAnswer, newResource, problems, requireAdmin, writing } from './api.js';
import { bulkActorOf, placeOf } from './cameras-bulk.js';
import { modulesOfRoute } from './module-wall.js';
import { operation, operationToJson } from './operations.js';

const retryRoute = createRoute({
  method: 'post',
  path: '/operations/{id}/retry',
  operationId: 'retryOperation',
  summary: 'Try again what failed, as an operation of its own',
  description:
    'For changes and imports of many cameras, once each and for 30 days; with the rights of who asks.',
  request: { params: z.object({ id: operationId }) },
  responses: {
    202: {
      ...jsonAnswer(operation, 'It has begun'),
      headers: z.object({ location: z.string() }),
    },
    ...problems(...writing, 'plan_not_offered'),
  },
});

export function operationRetryResource(ctx: Context) {
  return newResource().openapi(retryRoute, async (c) => {
    const asks = requireAdmin(c);
    const { id } = c.req.valid('param');
    const { kind } = await getOperation(ctx.db, scopeOf(asks), id);
    // As if it were begun anew: `cameras.bind` is `POST /cameras:bind`.
    const modules = modulesOfRoute('POST', `/${kind.replace('.', '/')}`);
    const principal = await withinModules(ctx, asks, 'POST', modules);
    const by = await bulkActorOf(c, ctx.db, principal);
    const begun = await retryOperation(ctx, by, id, placeOf(principal));
    return c.json(operationToJson(begun), 202, { location: `/api/v1/operations/${begun.id}` });
  });
}
