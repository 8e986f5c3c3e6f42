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
  pageAnswer,
  pageQuery,
  problems,
  requireActing,
  requireAdmin,
  time,
  writing,
} from './api.js';
import { pageById } from './cursor.js';
import { text } from './texts.js';

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
      name: text(200),
      retentionDays: z.int().min(1).max(3_650),
      mode: z.enum(recordingModes).default('continuous'),
      stream: z.enum(streamRoles).default('main'),
    }),
  ),
  responses: {
    201: jsonAnswer(plan, 'Created'),
    ...problems(...writing),
  },
});

const listRoute = createRoute({
  method: 'get',
  path: '/plans',
  operationId: 'listPlans',
  summary: 'Billing plans offered to the tenants you can see',
  request: { query: pageQuery },
  responses: pageAnswer(plan),
});

export function plansResource(parts: Context) {
  return newResource()
    .openapi(postPlan, async (c) => {
      const scope = scopeOf(requireAdmin(c));
      return c.json(toJson(await createPlan(parts, actorOf(c), scope, c.req.valid('json'))), 201);
    })
    .openapi(listRoute, async (c) => {
      const scope = scopeOf(requireActing(c));
      const page = c.req.valid('query');
      const answer = await pageById(
        page,
        (at) => scopedRead(parts.db, scope, (q) => listPlans(q, scope, at)),
        toJson,
      );
      return c.json(answer, 200);
    });
}

const toJson = (row: PlanRow): z.infer<typeof plan> => ({ ...row, createdAt: row.createdAt.toISOString() });
