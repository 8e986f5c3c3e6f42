import { cameraId, legalHoldId, tenantId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { scopeOf } from '../access/principal.js';
import type { Context } from '../context.js';
import { scopedRead } from '../db/row-security.js';
import { createLegalHold, listLegalHolds, releaseLegalHold, type LegalHold } from '../tenancy/legal-holds.js';
import {
  actorOf,
  jsonAnswer,
  jsonBody,
  newResource,
  pageAnswer,
  pageQuery,
  problems,
  requireAdmin,
  time,
  writing,
} from './api.js';
import { pageById } from './cursor.js';
import { text } from './texts.js';

const legalHold = z
  .object({
    id: z.string(),
    customerId: z.string(),
    /** Null: every camera of the customer. */
    cameraId: z.string().nullable(),
    from: time,
    to: time,
    reason: z.string(),
    /** Null while it is in force. */
    releasedAt: time.nullable(),
    createdAt: time,
  })
  .openapi('LegalHold');

const postRoute = createRoute({
  method: 'post',
  path: '/legal-holds',
  operationId: 'createLegalHold',
  summary: 'Forbid that recordings of a customer are deleted',
  request: jsonBody(
    z
      .strictObject({
        customerId: tenantId,
        /** Default: every camera of the customer. */
        cameraId: cameraId.optional(),
        from: time,
        to: time,
        reason: text(500),
      })
      .refine(({ from, to }) => Date.parse(from) < Date.parse(to), {
        path: ['to'],
        message: 'must be later than `from`',
      }),
  ),
  responses: {
    201: jsonAnswer(legalHold, 'In force'),
    ...problems(...writing),
  },
});

const listRoute = createRoute({
  method: 'get',
  path: '/legal-holds',
  operationId: 'listLegalHolds',
  summary: 'Legal holds, newest first',
  request: {
    query: pageQuery.extend({
      customer: tenantId.optional(),
      /** Also those that were released. */
      released: z.enum(['true', 'false']).default('false'),
    }),
  },
  responses: pageAnswer(legalHold),
});

const releaseRoute = createRoute({
  method: 'post',
  path: '/legal-holds/{id}/release',
  operationId: 'releaseLegalHold',
  summary: 'Release a legal hold; it stays on record',
  request: { params: z.object({ id: legalHoldId }) },
  responses: {
    200: jsonAnswer(legalHold, 'Released'),
    ...problems(...writing),
  },
});

/** Legal holds: while one is in force its customer cannot be deleted (R24). */
export function legalHoldsResource(parts: Context) {
  return newResource()
    .openapi(postRoute, async (c) => {
      const scope = scopeOf(requireAdmin(c));
      const { customerId, cameraId: camera, from, to, reason } = c.req.valid('json');
      const hold = await createLegalHold(parts, actorOf(c), scope, {
        customerId,
        cameraId: camera ?? null,
        fromAt: new Date(from),
        toAt: new Date(to),
        reason,
      });
      return c.json(toJson(hold), 201);
    })
    .openapi(listRoute, async (c) => {
      const scope = scopeOf(requireAdmin(c));
      const { customer, released, ...page } = c.req.valid('query');
      const filter = { customerId: customer ?? null, released: released === 'true' };
      const answer = await pageById(
        page,
        (at) => scopedRead(parts.db, scope, (q) => listLegalHolds(q, scope, filter, at)),
        toJson,
      );
      return c.json(answer, 200);
    })
    .openapi(releaseRoute, async (c) => {
      const scope = scopeOf(requireAdmin(c));
      const hold = await releaseLegalHold(parts, actorOf(c), scope, c.req.valid('param').id);
      return c.json(toJson(hold), 200);
    });
}

const toJson = (hold: LegalHold): z.infer<typeof legalHold> => ({
  id: hold.id,
  customerId: hold.customerId,
  cameraId: hold.cameraId,
  from: hold.fromAt.toISOString(),
  to: hold.toAt.toISOString(),
  reason: hold.reason,
  releasedAt: hold.releasedAt?.toISOString() ?? null,
  createdAt: hold.createdAt.toISOString(),
});
