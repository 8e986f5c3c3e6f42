import { cameraId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { requireOnCamera } from '../access/camera-access.js';
import { scopeOf } from '../access/principal.js';
import type { Context } from '../context.js';
import { findSnapshot, type SnapshotParts } from '../recordings/snapshot.js';
import { newResource, problems, requireActing } from './api.js';
import { streamOf } from './body.js';

const getSnapshot = createRoute({
  method: 'get',
  path: '/cameras/{id}/snapshot',
  operationId: 'getSnapshot',
  summary: 'The newest still picture of a camera',
  request: { params: z.object({ id: cameraId }) },
  responses: {
    200: {
      description: 'JPEG',
      content: { 'image/jpeg': { schema: z.string().meta({ format: 'binary' }) } },
    },
    304: { description: 'Not newer than the one you have' },
    ...problems('unauthenticated', 'account_disabled', 'forbidden', 'not_found'),
  },
});

export function snapshotsResource(parts: SnapshotParts & Pick<Context, 'clock'>) {
  const resource = newResource();
  resource.openapi(getSnapshot, async (c) => {
    const principal = requireActing(c);
    const { id } = c.req.valid('param');
    await requireOnCamera(parts, principal, id, 'view');
    const found = await findSnapshot(parts, scopeOf(principal), id);
    const headers = {
      'content-type': 'image/jpeg',
      'cache-control': 'private, no-cache',
      etag: `"${found.takenAt.getTime()}"`,
      'last-modified': found.takenAt.toUTCString(),
    };
    if (c.req.header('if-none-match') === headers.etag) return c.body(null, 304, headers);
    return c.body(streamOf(await found.jpeg()), 200, headers);
  });
  return resource;
}
