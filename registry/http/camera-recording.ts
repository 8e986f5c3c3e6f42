import { streamRoles } from '@gantry/protocol/camera.js';
import { cameraId } from '@gantry/protocol/ids.js';
import { motionMargins } from '@gantry/protocol/schedule.js';
import { recordingModes } from '@gantry/protocol/state.js';
import { createRoute, z } from '@hono/zod-openapi';
import { requireOnCamera } from '../access/camera-access.js';
import { scopeOf } from '../access/principal.js';
import { getCamera } from '../cameras/list.js';
import { changeRecording } from '../cameras/recording.js';
import type { Context } from '../context.js';
import { scopedRead } from '../db/row-security.js';
import {
  actorOf,
  etagOf,
  jsonAnswer,
  jsonBody,
  newResource,
  problems,
  requireAdmin,
  requireVersion,
  type App,
} from './api.js';
import { camera, cameraToJson, scheduleWindows } from './camera-answer.js';

const putRecording = createRoute({
  method: 'put',
  path: '/cameras/{id}/recording',
  operationId: 'changeRecording',
  summary: 'How a camera is recorded: all the time, around motion, by a weekly schedule, or not',
  description: `Restarts the camera's recorder only for another stream or segment length: other margins, windows or
retention lose no second. \`scheduleWindows\` are in the time on the wall at the camera's holder.`,
  request: {
    params: z.object({ id: cameraId }),
    headers: z.object({
      'if-match': z.string().optional().openapi({ description: 'The version you read: its ETag' }),
    }),
    ...jsonBody(
      z.strictObject({
        mode: z.enum(recordingModes),
        stream: z.enum(streamRoles),
        retentionDays: z.int().min(1).max(3_650),
        motion: motionMargins.nullable().default(null),
        scheduleWindows: scheduleWindows.default(null),
      }),
    ),
  },
  responses: {
    200: { ...jsonAnswer(camera, 'The camera'), headers: z.object({ etag: z.string() }) },
    ...problems(
      'malformed',
      'unauthenticated',
      'account_disabled',
      'forbidden',
      'not_found',
      'invalid',
      'precondition_failed',
      'precondition_required',
    ),
  },
});

/** How single cameras are recorded (R8). */
export function cameraRecordingResource(ctx: Context): App {
  const resource = newResource();
  resource.openapi(putRecording, async (c) => {
    const { id } = c.req.valid('param');
    const principal = requireAdmin(c);
    const scope = scopeOf(principal);
    const act = { id, version: requireVersion(c), settings: c.req.valid('json') };
    await requireOnCamera(ctx, principal, id, 'configure');
    await changeRecording(ctx, actorOf(c), scope, act);
    const view = await scopedRead(ctx.db, scope, (q) => getCamera(q, scope, id, new Date(ctx.clock.nowMs())));
    c.header('etag', etagOf(view.camera.version));
    return c.json(cameraToJson(view), 200);
  });
  return resource;
}
