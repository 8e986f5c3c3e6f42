import { agentId, cameraId, planId, tenantId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { requireOnCamera } from '../access/camera-access.js';
import { scopeOf } from '../access/principal.js';
import { bindCameras, unbindCameras } from '../cameras/bind.js';
import { getCamera, listCameras, type CameraView } from '../cameras/list.js';
import { changeCamera } from '../cameras/rename.js';
import { chips } from '../cameras/status.js';
import { sideOf, switchCamera } from '../cameras/switch.js';
import type { Context } from '../context.js';
import { scopedRead } from '../db/row-security.js';
import {
  actorOf,
  etagOf,
  jsonAnswer,
  jsonBody,
  newResource,
  pageOf,
  pageQuery,
  problems,
  requireActing,
  requireAdmin,
  requireVersion,
  type ApiContext,
  type App,
} from './api.js';
import { camera, cameraToJson } from './camera-answer.js';
import { decodeCursor, encodeCursor } from './cursor.js';

const ids = z.array(cameraId).min(1).max(1_000);
const bulkAnswer = z
  .object({
    items: z.array(
      z.object({ id: z.string(), outcome: z.enum(['bound', 'unbound', 'unchanged', 'not_found']) }),
    ),
  })
  .openapi('CamerasBound');

const params = z.object({ id: cameraId });
const reading = ['unauthenticated', 'account_disabled', 'not_found'] as const;
const writing = [...reading, 'malformed', 'forbidden', 'invalid'] as const;
const shown = { ...jsonAnswer(camera, 'The camera'), headers: z.object({ etag: z.string() }) };

const listRoute = createRoute({
  method: 'get',
  path: '/cameras',
  operationId: 'listCameras',
  summary: 'Cameras you can see',
  request: {
    query: pageQuery.extend({
      customer: tenantId.optional().openapi({ description: 'Of this tenant and everything below it' }),
      agent: agentId.optional(),
      unbound: z.enum(['true', 'false']).optional().openapi({ description: 'true: only the inbox' }),
      state: z
        .enum(chips)
        .optional()
        .openapi({ description: 'May give short pages; go on while next is set' }),
      text: z
        .string()
        .max(200)
        .optional()
        .openapi({ description: 'Part of name, maker, model, serial, address' }),
    }),
  },
  responses: {
    200: jsonAnswer(pageOf(camera), 'A page'),
    ...problems('malformed', 'unauthenticated', 'account_disabled', 'invalid'),
  },
});

const getRoute = createRoute({
  method: 'get',
  path: '/cameras/{id}',
  operationId: 'getCamera',
  summary: 'One camera: what is wanted and what is reported, side by side',
  request: { params },
  responses: { 200: shown, ...problems(...reading) },
});

const patchRoute = createRoute({
  method: 'patch',
  path: '/cameras/{id}',
  operationId: 'changeCamera',
  summary: 'Rename a camera, or settle its conflict',
  request: {
    params,
    headers: z.object({
      'if-match': z.string().optional().openapi({ description: 'The version you read: its ETag' }),
    }),
    ...jsonBody(
      z.strictObject({
        name: z.string().trim().min(1).max(200).optional(),
        conflict: z.null().optional().openapi({ description: 'null: somebody looked at it' }),
      }),
    ),
  },
  responses: { 200: shown, ...problems(...writing, 'precondition_failed', 'precondition_required') },
});

const bindRoute = createRoute({
  method: 'post',
  path: '/cameras/bind',
  operationId: 'bindCameras',
  summary: 'Bind cameras to a customer with a plan',
  request: jsonBody(z.strictObject({ ids, customerId: tenantId, planId })),
  responses: {
    200: jsonAnswer(bulkAnswer, 'One outcome per id, in the order asked'),
    ...problems(...writing, 'plan_not_offered'),
  },
});

const unbindRoute = createRoute({
  method: 'post',
  path: '/cameras/unbind',
  operationId: 'unbindCameras',
  summary: 'Take cameras back to the inbox of their integrator',
  request: jsonBody(z.strictObject({ ids })),
  responses: {
    200: jsonAnswer(bulkAnswer, 'One outcome per id, in the order asked'),
    ...problems(...writing),
  },
});

const switchRoute = (act: 'enable' | 'disable') =>
  createRoute({
    method: 'post',
    path: `/cameras/{id}/${act}`,
    operationId: `${act}Camera`,
    summary: act === 'enable' ? "A camera's own switch: on" : "A camera's own switch: off, at once",
    request: { params },
    responses: { 200: shown, ...problems(...writing) },
  });

/** Cameras: list, show, rename, bind, unbind and switch (R4, R19, R23, R35, R40–R42). */
export function camerasResource(ctx: Context): App {
  const now = () => new Date(ctx.clock.nowMs());
  const seen = (c: ApiContext) => scopeOf(requireActing(c));
  /** A camera that a person may change: guards only watch (R29). */
  const managed = (c: ApiContext) => scopeOf(requireAdmin(c));
  const show = async (c: ApiContext, id: CameraView['camera']['id']) => {
    const scope = seen(c);
    const view = await scopedRead(ctx.db, scope, (q) => getCamera(q, scope, id, now()));
    c.header('etag', etagOf(view.camera.version));
    return cameraToJson(view);
  };
  const resource = newResource();

  resource.openapi(listRoute, async (c) => {
    const { limit, cursor, customer, agent, unbound, state, text } = c.req.valid('query');
    const after = cursor === undefined ? null : cameraId.safeParse(decodeCursor(cursor, 'string')[0]).data;
    const scope = seen(c);
    const filters = {
      customerId: customer,
      agentId: agent,
      unbound: unbound === undefined ? undefined : unbound === 'true',
      state,
      text,
    };
    const page = { limit, after: after ?? null };
    const { items, next } = await scopedRead(ctx.db, scope, (q) =>
      listCameras(q, scope, filters, page, now()),
    );
    return c.json({ items: items.map(cameraToJson), next: next === null ? null : encodeCursor([next]) }, 200);
  });

  resource.openapi(getRoute, async (c) => c.json(await show(c, c.req.valid('param').id), 200));

  resource.openapi(patchRoute, async (c) => {
    const { id } = c.req.valid('param');
    const scope = managed(c);
    const act = { id, version: requireVersion(c), ...c.req.valid('json') };
    await requireOnCamera(ctx, requireAdmin(c), id, 'configure');
    await changeCamera(ctx, actorOf(c), scope, act);
    return c.json(await show(c, id), 200);
  });

  resource.openapi(bindRoute, async (c) => {
    const items = await bindCameras(ctx, actorOf(c), managed(c), c.req.valid('json'));
    return c.json({ items }, 200);
  });

  resource.openapi(unbindRoute, async (c) => {
    const items = await unbindCameras(ctx, actorOf(c), managed(c), c.req.valid('json'));
    return c.json({ items }, 200);
  });

  for (const act of ['enable', 'disable'] as const) {
    resource.openapi(switchRoute(act), async (c) => {
      const { id } = c.req.valid('param');
      const side = sideOf(requireAdmin(c));
      await switchCamera(ctx, actorOf(c), managed(c), { id, enabled: act === 'enable', side });
      return c.json(await show(c, id), 200);
    });
  }
  return resource;
}
