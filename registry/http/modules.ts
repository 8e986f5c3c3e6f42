import { tenantId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { scopeOf } from '../access/principal.js';
import type { Context } from '../context.js';
import { modules } from '../db/schema/modules.js';
import { tenantKinds } from '../db/schema/tenants.js';
import { scopedRead } from '../db/row-security.js';
import { setModules, tenantModules, type TenantModules } from '../tenancy/modules.js';
import { requireTenant } from '../tenancy/tenants.js';
import {
  actorOf,
  byId,
  etagOf,
  jsonAnswer,
  jsonBody,
  newResource,
  problems,
  requireActing,
  requireAdmin,
  requireVersion,
  versioned,
} from './api.js';

const tenantModulesSchema = z
  .object({
    modules: z.array(
      z.object({
        module: z.enum(modules),
        /** Not switched off at the tenant itself. */
        own: z.boolean(),
        /** What all above it leave. */
        inherited: z.boolean(),
        /** Own and inherited. */
        effective: z.boolean(),
        /** The highest tenant on the path that switched it off. */
        because: z.object({ id: z.string(), kind: z.enum(tenantKinds), name: z.string() }).nullable(),
      }),
    ),
  })
  .openapi('TenantModules');

const params = z.object({ id: tenantId });
const answer = (description: string) => ({
  ...jsonAnswer(tenantModulesSchema, description),
  headers: z.object({ etag: z.string() }),
});

const getRoute = createRoute({
  method: 'get',
  path: '/tenants/{id}/modules',
  operationId: 'getTenantModules',
  summary: 'What a tenant may use, and because of whom not',
  request: { params },
  responses: {
    200: answer('Every module; the ETag is the tenant’s'),
    ...problems(...byId),
  },
});

const putRoute = createRoute({
  method: 'put',
  path: '/tenants/{id}/modules',
  operationId: 'setTenantModules',
  summary: 'Say which modules are switched off at a tenant; only from above',
  request: {
    params,
    headers: z.object({
      'if-match': z.string().optional().openapi({ description: 'The version you read: its ETag' }),
    }),
    ...jsonBody(
      z.strictObject({
        /** All that are off here; the others are on. */
        off: z.array(z.enum(modules)).max(modules.length),
      }),
    ),
  },
  responses: {
    200: answer('Every module as it is now'),
    ...problems(...versioned),
  },
});

/** Modules of tenants (R10–R12). */
export function modulesResource(parts: Context) {
  return newResource()
    .openapi(getRoute, async (c) => {
      const scope = scopeOf(requireActing(c));
      const { id } = c.req.valid('param');
      const found = await scopedRead(parts.db, scope, (q) => tenantModules(q, scope, id));
      return c.json(toJson(found), 200, { etag: etagOf(found.version) });
    })
    .openapi(putRoute, async (c) => {
      const scope = scopeOf(requireAdmin(c));
      const { id } = c.req.valid('param');
      // What one cannot see answers 404 whatever else is wrong with the request (R3).
      await requireTenant(parts.db, scope, id);
      const change = { version: requireVersion(c), off: c.req.valid('json').off };
      const now = await setModules(parts, actorOf(c), scope, id, change);
      return c.json(toJson(now), 200, { etag: etagOf(now.version) });
    });
}

const toJson = ({ states }: TenantModules): z.infer<typeof tenantModulesSchema> => ({ modules: states });
