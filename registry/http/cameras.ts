import { cameraId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { requireOnCamera, sightOf } from '../access/camera-access.js';
import { scopeOf } from '../access/principal.js';
import { withFittingNamed } from '../cameras/fitting.js';
import { cameraSorts, getCamera, listCameras, type CameraView } from '../cameras/list.js';
import { changeCamera } from '../cameras/rename.js';
import { sideOf, switchCamera } from '../cameras/switch.js';
import type { Context } from '../context.js';
import { scopedRead } from '../db/row-security.js';
import {
  actorOf,
  byId,
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
  versioned,
  writing,
  type ApiContext,
  type App,
} from './api.js';
import { camera, cameraToJson } from './camera-answer.js';
import { cameraCursor, filterQuery, filtersOfQuery, readCameraCursor } from './camera-query.js';
import { text } from './texts.js';

const params = z.object({ id: cameraId });
const shown = { ...jsonAnswer(camera, 'The camera'), headers: z.object({ etag: z.string() }) };

const listRoute = createRoute({
  method: 'get',
  path: '/cameras',
  operationId: 'listCameras',
  summary: 'Cameras you can see',
  request: {
    query: filterQuery.extend(pageQuery.shape).extend({
      sort: z.enum(cameraSorts).default('createdAt').openapi({ description: 'A minus in front: descending' }),
    }),
  },
  responses: pageAnswer(camera),
});

const getRoute = createRoute({
  method: 'get',
  path: '/cameras/{id}',
  operationId: 'getCamera',
  summary: 'One camera: what is wanted and what is reported, side by side',
  request: { params },
  responses: { 200: shown, ...problems(...byId) },
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
        name: text(200).optional(),
        conflict: z.null().optional().openapi({ description: 'null: somebody looked at it' }),
      }),
    ),
  },
  responses: { 200: shown, ...problems(...versioned) },
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

/**
 * Cameras: list, show, rename and switch (R4, R19, R23). What somebody's roles do not show is not there, and what they
 * do not let them configure stays as it is (R30).
 */
export function camerasResource(ctx: Context): App {
  const now = () => new Date(ctx.clock.nowMs());
  const show = async (c: ApiContext, id: CameraView['camera']['id']) => {
    const principal = requireActing(c);
    const view = await scopedRead(ctx.db, scopeOf(principal), async (q) =>
      getCamera(q, await sightOf(q, principal, 'view'), id, now()),
    );
    c.header('etag', etagOf(view.camera.version));
    return cameraToJson(view);
  };
  const resource = newResource();

  resource.openapi(listRoute, async (c) => {
    const principal = requireActing(c);
    const { limit, cursor, sort, ...query } = c.req.valid('query');
    const filters = filtersOfQuery(query);
    const after = cursor === undefined ? null : readCameraCursor(sort, filters, cursor);
    const sight = await sightOf(ctx.db, principal, 'view');
    const named = await withFittingNamed(ctx.db, sight, filters);
    const { items, next } = await scopedRead(ctx.db, scopeOf(principal), (q) =>
      listCameras(q, sight, named, { limit, sort, after }, now()),
    );
    return c.json(
      { items: items.map(cameraToJson), next: next === null ? null : cameraCursor(sort, filters, next) },
      200,
    );
  });

  resource.openapi(getRoute, async (c) => c.json(await show(c, c.req.valid('param').id), 200));

  resource.openapi(patchRoute, async (c) => {
    const { id } = c.req.valid('param');
    const principal = requireAdmin(c);
    const act = { id, version: requireVersion(c), ...c.req.valid('json') };
    await requireOnCamera(ctx, principal, id, 'configure');
    await changeCamera(ctx, actorOf(c), scopeOf(principal), act);
    return c.json(await show(c, id), 200);
  });

  for (const act of ['enable', 'disable'] as const) {
    resource.openapi(switchRoute(act), async (c) => {
      const { id } = c.req.valid('param');
      const principal = requireAdmin(c);
      await requireOnCamera(ctx, principal, id, 'configure');
      const change = { id, enabled: act === 'enable', side: sideOf(principal) };
      await switchCamera(ctx, actorOf(c), scopeOf(principal), change);
      return c.json(await show(c, id), 200);
    });
  }
  return resource;
}
