import { cameraId, clipId, shareLinkId, tenantId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import type { Passwords } from '../access/passwords.js';
import { withinModules } from '../access/within-modules.js';
import type { Context } from '../context.js';
import { shareKinds } from '../db/schema/share-links.js';
import { createShareLink, listShareLinks, revokeShareLink, type ShareLink } from '../sharing/links.js';
import {
  actorOf,
  byId,
  jsonAnswer,
  jsonBody,
  listing,
  newResource,
  pageOf,
  pageQuery,
  problems,
  requireActing,
  time,
  writing,
} from './api.js';
import { decodeCursor, encodeCursor } from './cursor.js';
import { text } from './texts.js';

const shape = {
  id: z.string(),
  kind: z.enum(shareKinds),
  cameraId: z.string(),
  /** Null for a live view. */
  clipId: z.string().nullable(),
  customerId: z.string(),
  /** For whom it is. */
  name: z.string(),
  hasPassword: z.boolean(),
  createdBy: z.string(),
  expiresAt: time,
  /** Null while it was not switched off by a person. */
  revokedAt: time.nullable(),
  /** How often its video was begun. */
  opened: z.int(),
  lastOpenedAt: time.nullable(),
  createdAt: time,
};
const shareLink = z.object(shape).openapi('ShareLink');

const postRoute = createRoute({
  method: 'post',
  path: '/share-links',
  operationId: 'createShareLink',
  summary: 'A link to a clip or a live view for people without an account; needs the right share',
  request: jsonBody(
    z
      .strictObject({
        /** The clip it shows; or else `cameraId`. */
        clipId: clipId.optional(),
        /** The camera it shows live. */
        cameraId: cameraId.optional(),
        /** For whom it is: only you see it. */
        name: text(200),
        expiresInHours: z.int().min(1).max(2_160).default(168),
        /** Asked for on the page, if given. */
        password: z.string().min(4).max(200).optional(),
      })
      .refine((body) => (body.clipId === undefined) !== (body.cameraId === undefined), {
        path: ['clipId'],
        message: 'give either clipId or cameraId',
      })
      .openapi({ example: { cameraId: 'cam_01JD8YAB2C3D4E5F6G7H8J9KMN', name: 'Neighbour' } }),
  ),
  responses: {
    201: jsonAnswer(z.object({ ...shape, url: z.url() }), 'Made; its `url` is shown only now'),
    ...problems(...writing),
  },
});

const listRoute = createRoute({
  method: 'get',
  path: '/share-links',
  operationId: 'listShareLinks',
  summary: 'Links on cameras you may share, newest first',
  request: {
    query: pageQuery.extend({
      camera: cameraId.optional(),
      clip: clipId.optional(),
      /** Only those on cameras of this tenant and below it. */
      tenant: tenantId.optional(),
      /** Also those that expired or were switched off. */
      ended: z.enum(['true', 'false']).default('false'),
    }),
  },
  responses: { 200: jsonAnswer(pageOf(shareLink), 'A page'), ...problems(...listing) },
});

const revokeRoute = createRoute({
  method: 'post',
  path: '/share-links/{id}/revoke',
  operationId: 'revokeShareLink',
  summary: 'Switch a link off with the next request; it stays on record',
  request: { params: z.object({ id: shareLinkId }) },
  responses: { 200: jsonAnswer(shareLink, 'Switched off'), ...problems(...byId) },
});

export function shareLinksResource(
  parts: Pick<Context, 'db' | 'clock' | 'newId' | 'random' | 'publicUrl'> & { passwords: Passwords },
) {
  const resource = newResource();
  resource.openapi(postRoute, async (c) => {
    const body = c.req.valid('json');
    const what =
      body.clipId === undefined
        ? { kind: 'live' as const, cameraId: cameraId.parse(body.cameraId) }
        : { kind: 'clip' as const, clipId: body.clipId };
    const module = what.kind === 'clip' ? ('clips' as const) : ('live' as const);
    const principal = await withinModules(parts, requireActing(c), 'POST', [module]);
    const { name, expiresInHours, password } = body;
    const { link, url } = await createShareLink(parts, actorOf(c), principal, {
      what,
      name,
      expiresInHours,
      password: password ?? null,
    });
    return c.json({ ...toJson(link), url }, 201);
  });
  resource.openapi(listRoute, async (c) => {
    const { limit, cursor, camera, clip, tenant, ended } = c.req.valid('query');
    const after = cursor === undefined ? null : decodeCursor(cursor, 'string')[0];
    const filter = {
      cameraId: camera ?? null,
      clipId: clip ?? null,
      tenantId: tenant ?? null,
      ended: ended === 'true',
    };
    const { links, lastId } = await listShareLinks(parts, requireActing(c), filter, { limit, after });
    return c.json({ items: links.map(toJson), next: lastId === null ? null : encodeCursor([lastId]) }, 200);
  });
  resource.openapi(revokeRoute, async (c) => {
    const link = await revokeShareLink(parts, actorOf(c), requireActing(c), c.req.valid('param').id);
    return c.json(toJson(link), 200);
  });
  return resource;
}

const toJson = ({ creatorName, ...link }: ShareLink): z.infer<typeof shareLink> => ({
  ...link,
  createdBy: creatorName,
  expiresAt: link.expiresAt.toISOString(),
  revokedAt: link.revokedAt?.toISOString() ?? null,
  lastOpenedAt: link.lastOpenedAt?.toISOString() ?? null,
  createdAt: link.createdAt.toISOString(),
});
