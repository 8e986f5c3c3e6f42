import { streamRoles, type StreamRole } from '@gantry/protocol/camera.js';
import { cameraId, type CameraId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { readApiKeyById } from '../access/api-keys.js';
import { requireOnCamera } from '../access/camera-access.js';
import type { ActingPrincipal } from '../access/principal.js';
import { readSessionByHash } from '../access/sessions.js';
import { withinModules } from '../access/within-modules.js';
import type { Context } from '../context.js';
import type { LiveFormat } from '../live/codecs.js';
import type { LiveRelay } from '../live/relay.js';
import { requireOnline, requireShown } from '../live/standing.js';
import { recordLiveWatching } from '../live/watching.js';
import { actorOf, jsonAnswer, jsonBody, newResource, problems, requireActing } from './api.js';

export type LiveHttpParts = Pick<Context, 'db' | 'clock' | 'secondFactor'> & { relay: LiveRelay };

const wanted = z.enum(streamRoles).default('main');
const failures = problems(
  'malformed',
  'unauthenticated',
  'account_disabled',
  'module_disabled',
  'forbidden',
  'not_found',
  'conflict',
  'invalid',
  'unavailable',
);

const prepareLive = createRoute({
  method: 'post',
  path: '/cameras/{id}/live',
  operationId: 'prepareLive',
  summary: 'Start a live view and learn what it takes to play it',
  description:
    'The stream waits three seconds for `GET /cameras/{id}/live`. 503 says why the site shows nothing; trying again helps.',
  request: {
    params: z.object({ id: cameraId }),
    ...jsonBody(z.strictObject({ stream: wanted })),
  },
  responses: {
    200: jsonAnswer(
      z.object({
        /** The stream that is shown: a camera without a smaller one shows its main stream. */
        stream: z.enum(streamRoles),
        /** RFC 6381, for `MediaSource.isTypeSupported`. */
        codecs: z.string().meta({ example: 'avc1.64001f' }),
        /** Streams of this camera that can be asked for. */
        streams: z.array(z.enum(streamRoles)),
        /** For browsers that do not play H.265; null for any other codec. */
        h265Notice: z.string().nullable(),
      }),
      'What the stream is',
    ),
    ...failures,
  },
});

const watchLive = createRoute({
  method: 'get',
  path: '/cameras/{id}/live',
  operationId: 'watchLive',
  summary: 'Live video of a camera, for as long as the request lasts',
  description:
    'Fragmented MP4 that begins with the newest key picture. It ends when the site ends it, and within a second when ' +
    'it may not be watched any more; who reads too slowly misses pictures up to the next key picture.',
  request: {
    params: z.object({ id: cameraId }),
    query: z.strictObject({ stream: wanted }),
  },
  responses: {
    200: {
      description:
        'Fragmented MP4 without an end; `Content-Type` names the codec (RFC 6381), `X-Gantry-Stream` the stream, ' +
        '`X-Gantry-Streams` those that can be asked for',
      content: { 'video/mp4': { schema: z.string().meta({ format: 'binary' }) } },
    },
    ...failures,
  },
});

export function liveResource(parts: LiveHttpParts) {
  const resource = newResource();
  const { db, relay } = parts;

  const open = async (id: CameraId, stream: StreamRole) => {
    const camera = await requireShown(db, id);
    requireOnline(camera);
    // One pull where a camera has one stream only, whichever is asked for.
    const role = camera.streams.includes(stream) ? stream : (camera.streams[0] ?? 'main');
    return { camera, role, opened: await relay.open(camera, role) };
  };

  resource.openapi(prepareLive, async (c) => {
    const { id } = c.req.valid('param');
    await requireOnCamera(parts, requireActing(c), id, 'view');
    const { camera, role, opened } = await open(id, c.req.valid('json').stream);
    const { streams } = camera;
    const h265Notice = noticeOf(opened.format, role, streams);
    return c.json({ stream: role, codecs: opened.format.codecs, streams: [...streams], h265Notice }, 200);
  });

  resource.openapi(watchLive, async (c) => {
    const principal = requireActing(c);
    const { id } = c.req.valid('param');
    const verdict = await requireOnCamera(parts, principal, id, 'view');
    const { camera, role, opened } = await open(id, c.req.valid('query').stream);
    await recordLiveWatching(parts, actorOf(c), id, verdict);
    const body = opened.view(() => mayStillWatch(parts, principal, id));
    return c.body(body, 200, liveHeaders(opened.format, role, camera.streams));
  });

  return resource;
}

/** Asked again and again while somebody watches: the person, their rights and the camera, all read anew. */
async function mayStillWatch(parts: LiveHttpParts, principal: ActingPrincipal, id: CameraId): Promise<void> {
  const now =
    principal.kind === 'user'
      ? await readSessionByHash(parts, principal.tokenHash)
      : await readApiKeyById(parts, principal.keyId);
  await requireOnCamera(parts, await withinModules(parts, now, 'GET', ['live']), id, 'view');
  await requireShown(parts.db, id);
}

/** Chunked, so that each fragment leaves at once; no proxy may gather or keep it. */
export const liveHeaders = ({ codecs }: LiveFormat, stream: StreamRole, streams: readonly StreamRole[]) => ({
  'content-type': `video/mp4; codecs="${codecs}"`,
  'transfer-encoding': 'chunked',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  'x-gantry-stream': stream,
  'x-gantry-streams': streams.join(' '),
});

function noticeOf({ video }: LiveFormat, shown: StreamRole, streams: readonly StreamRole[]): string | null {
  if (video !== 'h265') return null;
  const way =
    shown === 'main' && streams.includes('sub')
      ? 'Watch its smaller stream instead.'
      : 'Set the camera to H.264, or use a browser that plays H.265.';
  return `This camera sends H.265, which this browser may not play. ${way}`;
}
