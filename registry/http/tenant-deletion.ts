import { tenantId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { scopeOf } from '../access/principal.js';
import type { Context } from '../context.js';
import { Failure } from '../errors.js';
import { countDeletion, startDeletion } from '../operations/deletion.js';
import { requireAbove } from '../tenancy/switch.js';
import { requireTenant } from '../tenancy/tenants.js';
import { actorOf, byId, jsonAnswer, newResource, problems, requireAdmin } from './api.js';
import { operation, operationToJson } from './operations.js';

const numbers = z
  .object({
    /** The tenant itself and all below it. */
    tenants: z.int(),
    /** Return to their integrators, unbound. */
    cameras: z.int(),
    /** People who have no place elsewhere; their e-mail addresses become free. */
    users: z.int(),
    roles: z.int(),
    apiKeys: z.int(),
    links: z.int(),
    /** Recorded files, and their bytes. */
    recordings: z.int(),
    sizeBytes: z.number(),
    /** In force: while there is one the tenant stays. */
    legalHolds: z.int(),
  })
  .openapi('DeletionNumbers');

const deleteRoute = createRoute({
  method: 'delete',
  path: '/tenants/{id}',
  operationId: 'deleteTenant',
  summary: 'Delete a tenant with its people and recordings; cannot be undone',
  request: {
    params: z.object({ id: tenantId }),
    query: z.object({
      /** Only what would go, in numbers. */
      dryRun: z.enum(['true', 'false']).default('false'),
    }),
    body: {
      content: {
        'application/json': {
          schema: z.strictObject({
            /** Exactly `Delete`. */
            confirm: z.string().max(100).optional(),
          }),
        },
      },
    },
  },
  responses: {
    200: jsonAnswer(numbers, 'What would go'),
    202: {
      ...jsonAnswer(operation, 'It has begun; the operation tells how far it is'),
      headers: z.object({ location: z.string() }),
    },
    ...problems(...byId, 'malformed', 'conflict', 'confirmation_required', 'invalid'),
  },
});

/** Deleting a tenant (R24, R25). */
export function tenantDeletionResource(parts: Context) {
  return newResource().openapi(deleteRoute, async (c) => {
    const scope = scopeOf(requireAdmin(c));
    const { id } = c.req.valid('param');
    const tenant = await requireTenant(parts.db, scope, id);
    requireAbove(scope, tenant);
    if (c.req.valid('query').dryRun === 'true')
      return c.json(await countDeletion(parts.db, tenant.path), 200);
    const { confirm } = c.req.valid('json');
    if (confirm !== 'Delete') {
      throw new Failure(
        'confirmation_required',
        `To delete ${tenant.name} for good, send confirm with the exact word Delete.`,
        [{ pointer: '/confirm', code: 'confirmation_required', detail: 'must be the exact word Delete' }],
      );
    }
    const begun = await startDeletion(parts, actorOf(c), scope, id);
    return c.json(operationToJson(begun), 202, { location: `/api/v1/operations/${begun.id}` });
  });
}
