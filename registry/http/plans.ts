import { streamRoles } from '@gantry/protocol/camera.js';
import { planId, tenantId } from '@gantry/protocol/ids.js';
import { recordingModes } from '@gantry/protocol/state.js';
import { createRoute, z } from '@hono/zod-openapi';
import { scopeOf } from '../access/principal.js';
import type { Context } from '../context.js';
import { scopedRead } from '../db/row-security.js';
import { changePlan, deletePlan } from '../tenancy/change-plan.js';
import { createPlan, listPlans, type PlanRow } from '../tenancy/plans.js';
import {
  actorOf,
  etagOf,
  jsonAnswer,
  jsonBody,
  newResource,
  pageAnswer,
  pageQuery,
  problems,
  requireActing,
  requireAdmin,
  requireVersion,
  time,
  versioned,
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
    version: z.int(),
    createdAt: time,
  })
  .openapi('Plan');

const params = z.object({ id: planId });
const name = text(200);
const retentionDays = z.int().min(1).max(3_650);

const postPlan = createRoute({
  method: 'post',
  path: '/plans',
  operationId: 'createPlan',
  summary: 'Offer a billing plan to a subtree',
  request: jsonBody(
    z.strictObject({
      tenantId,
      name,
      retentionDays,
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

const patchRoute = createRoute({
  method: 'patch',
  path: '/plans/{id}',
  operationId: 'changePlan',
  summary: 'Change a plan; cameras that were bound before keep their recording settings',
  request: {
    params,
    ...jsonBody(
      z.strictObject({
        name: name.optional(),
        retentionDays: retentionDays.optional(),
        mode: z.enum(recordingModes).optional(),
        stream: z.enum(streamRoles).optional(),
      }),
    ),
  },
  responses: { 200: jsonAnswer(plan, 'Changed'), ...problems(...versioned) },
});

const deleteRoute = createRoute({
  method: 'delete',
  path: '/plans/{id}',
  operationId: 'deletePlan',
  summary: 'Remove a plan that nothing has; its version stands in the list',
  request: { params },
  responses: { 204: { description: 'Gone' }, ...problems(...versioned) },
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
    })
    .openapi(patchRoute, async (c) => {
      const scope = scopeOf(requireAdmin(c));
      const { id } = c.req.valid('param');
      const act = { id, version: requireVersion(c), changes: c.req.valid('json') };
      const changed = await changePlan(parts, actorOf(c), scope, act);
      c.header('etag', etagOf(changed.version));
      return c.json(toJson(changed), 200);
    })
    .openapi(deleteRoute, async (c) => {
      const scope = scopeOf(requireAdmin(c));
      const act = { id: c.req.valid('param').id, version: requireVersion(c) };
      await deletePlan(parts, actorOf(c), scope, act);
      return c.body(null, 204);
    });
}

const toJson = (row: PlanRow): z.infer<typeof plan> => ({ ...row, createdAt: row.createdAt.toISOString() });
