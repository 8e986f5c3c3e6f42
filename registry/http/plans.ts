import { streamRoles } from '@gantry/protocol/camera.js';
import { tenantId } from '@gantry/protocol/ids.js';
import { recordingModes } from '@gantry/protocol/state.js';
import { createRoute, z } from '@hono/zod-openapi';
import { scopeOf } from '../access/principal.js';
import type { Context } from '../context.js';
import { scopedRead } from '../db/row-security.js';
import { createPlan, listPlans, type PlanRow } from '../tenancy/plans.js';
import {
  actorOf,
  jsonAnswer,
  jsonBody,
  newResource,
  pageOf,
  pageQuery,
  problems,
  requireActing,
  requireAdmin,
  time,
} from './api.js';
import { decodeCursor, pageOfRows } from './cursor.js';

const plan = z
  .object({
    id: z.string(),
    /** Who offers it, to the whole subtree. */
    tenantId: z.string(),
    name: z.string(),
    retentionDays: z.int(),
    mode: z.enum(recordingModes),
    stream: z.enum(streamRoles),
    createdAt: time,
  })
  .openapi('Plan');

const postPlan = createRoute({
  method: 'post',
  path: '/plans',
  operationId: 'createPlan',
  summary: 'Offer a billing plan to a subtree',
  request: jsonBody(
    z.strictObject({
      tenantId,
      name: z.string().trim().min(1).max(200),
      retentionDays: z.int().min(1).max(3_650),
      mode: z.enum(recordingModes).default('continuous'),
      stream: z.enum(streamRoles).default('main'),
    }),
  ),
  responses: {
    201: jsonAnswer(plan, 'Created'),
    ...problems('malformed', 'unauthenticated', 'account_disabled', 'forbidden', 'not_found', 'invalid'),
  },
});

const listRoute = createRoute({
  method: 'get',
  path: '/plans',
  operationId: 'listPlans',
  summary: 'Billing plans offered to the tenants you can see',
  request: { query: pageQuery },
  responses: {
    200: jsonAnswer(pageOf(plan), 'A page'),
    ...problems('malformed', 'unauthenticated', 'account_disabled', 'invalid'),
  },
});

export function plansResource(parts: Context) {
  return newResource()
    .openapi(postPlan, async (c) => {
      const scope = scopeOf(requireAdmin(c));
      return c.json(toJson(await createPlan(parts, actorOf(c), scope, c.req.valid('json'))), 201);
    })
    .openapi(listRoute, async (c) => {
      const scope = scopeOf(requireActing(c));
      const { limit, cursor } = c.req.valid('query');
      const after = cursor === undefined ? null : decodeCursor(cursor, 'string')[0];
      const rows = await scopedRead(parts.db, scope, (q) => listPlans(q, scope, { limit, after }));
      return c.json(
        pageOfRows(rows, limit, (row) => [row.id], toJson),
        200,
      );
    });
}

const toJson = (row: PlanRow): z.infer<typeof plan> => ({ ...row, createdAt: row.createdAt.toISOString() });
