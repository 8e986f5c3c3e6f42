import { identityKeyKinds } from '@gantry/protocol/camera.js';
import { cameraId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { requireOnCamera } from '../access/camera-access.js';
import { scopeOf } from '../access/principal.js';
import { replaceCamera } from '../cameras/replace.js';
import { forgetReplaced, listReplaced } from '../cameras/replaced.js';
import type { Context } from '../context.js';
import {
  actorOf,
  byId,
  jsonAnswer,
  jsonBody,
  newResource,
  problems,
  requireAdmin,
  time,
  writing,
  type App,
} from './api.js';

const replaceRoute = createRoute({
  method: 'post',
  path: '/cameras/{id}/replace',
  operationId: 'replaceCamera',
  summary: 'Put new hardware in the place of a camera: id, binding, roles and footage stay',
  description: '`byCameraId` is how the new hardware was registered; that id is gone afterwards.',
  request: {
    params: z.object({ id: cameraId }),
    ...jsonBody(z.strictObject({ byCameraId: cameraId })),
  },
  responses: {
    200: jsonAnswer(z.object({ id: z.string() }).openapi('ReplacedCamera'), 'The camera, with new hardware'),
    ...problems(...writing),
  },
});

const replaced = z
  .object({
    items: z.array(
      z.object({
        kind: z.enum(identityKeyKinds),
        value: z.string(),
        /** Of a device with several, counted from 0. */
        channel: z.int(),
        /** When it announced itself after it was replaced: it is still plugged in. */
        seenAt: time.nullable(),
      }),
    ),
  })
  .openapi('ReplacedHardware');

const replacedRoute = createRoute({
  method: 'get',
  path: '/cameras/{id}/replaced-hardware',
  operationId: 'listReplacedHardware',
  summary: 'What the former hardware of a camera is known by; while it is remembered, it is no new camera',
  request: { params: z.object({ id: cameraId }) },
  responses: {
    200: jsonAnswer(replaced, 'None where the camera has its first hardware'),
    ...problems(...byId),
  },
});

const forgetRoute = createRoute({
  method: 'post',
  path: '/cameras/{id}/forgetReplaced',
  operationId: 'forgetReplacedHardware',
  summary: 'Let the former hardware of a camera be used again: it registers as a camera of its own',
  request: { params: z.object({ id: cameraId }) },
  responses: {
    200: jsonAnswer(
      z.object({ id: z.string(), forgotten: z.boolean() }).openapi('ForgottenHardware'),
      '`forgotten`: whether there was any',
    ),
    ...problems(...byId),
  },
});

/** New hardware for a camera (R43). */
export function cameraReplaceResource(ctx: Pick<Context, 'db' | 'changes' | 'clock'>): App {
  const resource = newResource();
  resource.openapi(replaceRoute, async (c) => {
    const { id } = c.req.valid('param');
    const act = { id, byId: c.req.valid('json').byCameraId };
    const principal = requireAdmin(c);
    for (const one of [act.id, act.byId]) await requireOnCamera(ctx, principal, one, 'configure');
    await replaceCamera(ctx, actorOf(c), scopeOf(principal), act);
    return c.json({ id }, 200);
  });
  resource.openapi(replacedRoute, async (c) => {
    const { id } = c.req.valid('param');
    await requireOnCamera(ctx, requireAdmin(c), id, 'configure');
    const items = await listReplaced(ctx.db, id);
    return c.json(
      { items: items.map((one) => ({ ...one, seenAt: one.seenAt?.toISOString() ?? null })) },
      200,
    );
  });
  resource.openapi(forgetRoute, async (c) => {
    const { id } = c.req.valid('param');
    const principal = requireAdmin(c);
    await requireOnCamera(ctx, principal, id, 'configure');
    const forgotten = await forgetReplaced(ctx, actorOf(c), scopeOf(principal), id);
    return c.json({ id, forgotten }, 200);
  });
  return resource;
}
