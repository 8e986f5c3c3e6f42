import { tenantId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import {
  createSupportGrant,
  listSupportGrants,
  revokeSupportGrant,
  type ListedGrant,
} from '../access/support-grants.js';
import { scopeOf } from '../access/principal.js';
import type { Context } from '../context.js';
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
  type App,
} from './api.js';
import { pageWithin, pageWithinQuery } from './page-within.js';

const grant = z
  .object({
    id: z.string(),
    customerId: z.string(),
    customerName: z.string(),
    grantedTo: z.string(),
    granteeName: z.string(),
    expiresAt: time,
    revokedAt: time.nullable(),
    createdAt: time,
  })
  .openapi('SupportGrant');

const postGrant = createRoute({
  method: 'post',
  path: '/support-grants',
  operationId: 'createSupportGrant',
  summary: "Let your integrator's people watch your video for a while",
  request: jsonBody(
    z.strictObject({
      customerId: tenantId,
      /** Default: the integrator next above you. */
      grantedTo: tenantId.optional(),
      hours: z.int().min(1).max(168).default(24),
    }),
  ),
  responses: { 201: jsonAnswer(grant, 'Given'), ...problems(...writing) },
});

const listRoute = createRoute({
  method: 'get',
  path: '/support-grants',
  operationId: 'listSupportGrants',
  summary: 'Who may or might watch for support, newest first',
  request: { query: pageWithinQuery },
  responses: { ...pageAnswer(grant), ...problems(...byId) },
});

const deleteRoute = createRoute({
  method: 'delete',
  path: '/support-grants/{grantId}',
  operationId: 'revokeSupportGrant',
  summary: 'End a support grant with the next request',
  request: { params: z.object({ grantId: z.string().max(40) }) },
  responses: { 204: { description: 'Ended' }, ...problems(...byId) },
});

export function supportGrantsResource(parts: Context): App {
  const resource = newResource();
  resource.openapi(postGrant, async (c) => {
    const { customerId, grantedTo, hours } = c.req.valid('json');
    const input = { customerId, grantedTo: grantedTo ?? null, hours };
    return c.json(toJson(await createSupportGrant(parts, actorOf(c), requireAdmin(c), input)), 201);
  });
  resource.openapi(listRoute, async (c) => {
    const scope = scopeOf(requireAdmin(c));
    const answer = await pageWithin(parts.db, scope, c.req.valid('query'), listSupportGrants, toJson);
    return c.json(answer, 200);
  });
  resource.openapi(deleteRoute, async (c) => {
    await revokeSupportGrant(parts, actorOf(c), requireAdmin(c), c.req.valid('param').grantId);
    return c.body(null, 204);
  });
  return resource;
}

const toJson = (row: ListedGrant): z.infer<typeof grant> => ({
  id: row.id,
  customerId: row.customerId,
  customerName: row.customerName,
  grantedTo: row.grantedTo,
  granteeName: row.granteeName,
  expiresAt: row.expiresAt.toISOString(),
  revokedAt: row.revokedAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
});
