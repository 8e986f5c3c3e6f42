import { cameraId, type CameraId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { requireOnCamera, requireOnFootage } from '../access/camera-access.js';
import { scopeOf, type ActingPrincipal } from '../access/principal.js';
import { withinModules } from '../access/within-modules.js';
import type { Context } from '../context.js';
import { Failure } from '../errors.js';
import type { FreshSnapshots } from '../live/fresh-snapshots.js';
import { segmentAt } from '../recordings/archive.js';
import { frameStepMs, type Frames } from '../recordings/frames.js';
import { findSnapshot, type SnapshotParts } from '../recordings/snapshot.js';
import { newResource, problems, requireActing, type ApiContext } from './api.js';
import { streamOf } from './body.js';
import { instant } from './recordings.js';

const getSnapshot = createRoute({
  method: 'get',
  path: '/cameras/{id}/snapshot',
  operationId: 'getSnapshot',
  summary: 'The newest still picture of a camera, or one of its recordings',
  request: {
    params: z.object({ id: cameraId }),
    query: z.strictObject({
      /** An instant of its recordings, to the half second; needs the module `playback`. Default: the newest. */
      at: instant.optional(),
      /**
       * Seconds. Asks the camera for a picture when the newest one is older, every two seconds at most whatever the
       * number of viewers, and answers with the last one when none comes soon; needs the module `live`.
       */
      maxAge: z.coerce.number().int().min(1).max(3_600).optional(),
    }),
  },
  responses: {
    200: {
      description: 'JPEG',
      content: { 'image/jpeg': { schema: z.string().meta({ format: 'binary' }) } },
    },
    304: { description: 'Not newer than the one you have' },
    ...problems('unauthenticated', 'account_disabled', 'forbidden', 'not_found', 'invalid', 'unavailable'),
  },
});

/** Whoever lost the right must not find it in a shared cache, nor unasked in their own. */
const always = { 'content-type': 'image/jpeg', 'cache-control': 'private, no-cache' };

export function snapshotsResource(
  parts: SnapshotParts & Pick<Context, 'clock'> & { frames: Frames; fresh: FreshSnapshots },
) {
  const resource = newResource();
  resource.openapi(getSnapshot, async (c) => {
    const principal = requireActing(c);
    const { id } = c.req.valid('param');
    const { at, maxAge } = c.req.valid('query');
    if (at !== undefined) return recorded(c, principal, id, Date.parse(at));
    if (maxAge !== undefined) await withinModules(parts, principal, 'GET', ['live']);
    await requireOnCamera(parts, principal, id, 'view');
    if (maxAge !== undefined) await parts.fresh.freshen(id, maxAge * 1_000);
    const found = await findSnapshot(parts, scopeOf(principal), id);
    const headers = {
      ...always,
      etag: `"${found.takenAt.getTime()}"`,
      'last-modified': found.takenAt.toUTCString(),
    };
    if (c.req.header('if-none-match') === headers.etag) return c.body(null, 304, headers);
    return c.body(streamOf(await found.jpeg()), 200, headers);
  });

  async function recorded(c: ApiContext, asker: ActingPrincipal, id: CameraId, atMs: number) {
    const principal = await withinModules(parts, asker, 'GET', ['playback']);
    const { footage } = await requireOnFootage(parts, principal, id, 'view');
    const found = await segmentAt(parts.db, footage, id, atMs);
    if (found === null) {
      const when = new Date(atMs).toISOString();
      throw new Failure('not_found', `Nothing of camera ${id} is recorded at ${when}. Choose another time.`);
    }
    const step = Math.floor(found.offsetMs / frameStepMs);
    const headers = { ...always, etag: `"${found.id}-${step}"` };
    if (c.req.header('if-none-match') === headers.etag) return c.body(null, 304, headers);
    return c.body(new Uint8Array(await parts.frames.frameAt(found, found.offsetMs)), 200, headers);
  }
  return resource;
}
