import { apiKeyId, tenantId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { createApiKey, listApiKeys, revokeApiKey, type ListedKey } from '../access/api-keys.js';
import { scopeOf } from '../access/principal.js';
import type { Context } from '../context.js';
import { modules as allModules } from '../db/schema/modules.js';
import {
  actorOf,
  byId,
  jsonAnswer,
  jsonBody,
  newResource,
  pageAnswer,
  problems,
  requireAdmin,
  time,
  writing,
} from './api.js';
import { pageWithin, pageWithinQuery } from './page-within.js';
import { text } from './texts.js';

const apiKey = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    tenantName: z.string(),
    name: z.string(),
    /** Null: all its tenant may use. */
    modules: z.array(z.enum(allModules)).nullable(),
    expiresAt: time.nullable(),
    lastUsedAt: time.nullable(),
    createdAt: time,
  })
  .openapi('ApiKey');

const postKey = createRoute({
  method: 'post',
  path: '/api-keys',
  operationId: 'createApiKey',
  summary: 'Make a key for a program; it is shown this once',
  request: jsonBody(
    z.strictObject({
      tenantId,
      name: text(200),
      /** Only these parts of the product; default: all its tenant may use (R33). */
      modules: z.array(z.enum(allModules)).min(1).max(allModules.length).optional(),
      /** Default: it does not expire. */
      expiresInDays: z.int().min(1).max(3_650).optional(),
    }),
  ),
  responses: {
    201: jsonAnswer(apiKey.extend({ key: z.string() }).openapi('NewApiKey'), 'Send it as bearer token'),
    ...problems(...writing),
  },
});

const listRoute = createRoute({
  method: 'get',
  path: '/api-keys',
  operationId: 'listApiKeys',
  summary: 'API keys of the tenants you can see',
  request: { query: pageWithinQuery },
  responses: { ...pageAnswer(apiKey), ...problems(...byId) },
});

const deleteKey = createRoute({
  method: 'delete',
  path: '/api-keys/{id}',
  operationId: 'revokeApiKey',
  summary: 'Revoke an API key',
  request: { params: z.object({ id: apiKeyId }) },
  responses: {
    204: { description: 'Revoked' },
    ...problems(...byId),
  },
});

const dayMs = 86_400_000;

export function apiKeysResource(parts: Context) {
  return newResource()
    .openapi(postKey, async (c) => {
      const principal = requireAdmin(c);
      const { expiresInDays, modules, ...input } = c.req.valid('json');
      const expiresAt =
        expiresInDays === undefined ? null : new Date(parts.clock.nowMs() + expiresInDays * dayMs);
      const { row, key } = await createApiKey(parts, actorOf(c), principal, {
        ...input,
        modules: modules ?? null,
        expiresAt,
      });
      return c.json({ ...toJson(row), key }, 201);
    })
    .openapi(listRoute, async (c) => {
      const scope = scopeOf(requireAdmin(c));
      const answer = await pageWithin(parts.db, scope, c.req.valid('query'), listApiKeys, toJson);
      return c.json(answer, 200);
    })
    .openapi(deleteKey, async (c) => {
      await revokeApiKey(parts, actorOf(c), scopeOf(requireAdmin(c)), c.req.valid('param').id);
      return c.body(null, 204);
    });
}

const toJson = (row: ListedKey): z.infer<typeof apiKey> => ({
  id: row.id,
  tenantId: row.tenantId,
  tenantName: row.tenantName,
  name: row.name,
  modules: row.modules,
  expiresAt: row.expiresAt?.toISOString() ?? null,
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
});
