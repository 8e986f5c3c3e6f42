import { cameraId, clipId, tenantId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { createClip, deleteClip, listClips, requireClip, retryClip, type Clip } from '../clips/clips.js';
import { clipFileName, disposition } from '../clips/file-name.js';
import type { Context } from '../context.js';
import { operationStates } from '../db/schema/operations.js';
import { Failure } from '../errors.js';
import type { Storage } from '../recordings/storage/storage.js';
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
import { instant, readRange } from './recordings.js';
import { sendStored } from './stored-file.js';
import { text } from './texts.js';

const clip = z
  .object({
    id: z.string(),
    cameraId: z.string(),
    customerId: z.string(),
    name: z.string(),
    from: time,
    to: time,
    /** `done`: its file is there. */
    state: z.enum(operationStates),
    /** 0 to 100. */
    progress: z.int(),
    /** Why it could not be made; null unless `failed`. */
    failure: z.string().nullable(),
    /** The operation that makes it: `:cancel` stops it. */
    operationId: z.string(),
    /** Times within it that were not recorded: the clip jumps over them. Null until it is made. */
    gaps: z.array(z.object({ from: time, to: time })).nullable(),
    durationSeconds: z.number().nullable(),
    sizeBytes: z.int().nullable(),
    sha256: z.string().nullable(),
    fileName: z.string(),
    createdBy: z.string(),
    createdAt: time,
    /** It is removed then. */
    expiresAt: time,
  })
  .openapi('Clip');

const params = z.object({ id: clipId });

const postRoute = createRoute({
  method: 'post',
  path: '/cameras/{id}/clips',
  operationId: 'createClip',
  summary: 'Make one MP4 of a time range; needs the right clip',
  request: {
    params: z.object({ id: cameraId }),
    ...jsonBody(
      z.strictObject({
        from: instant,
        /** At most three hours later. */
        to: instant,
        name: text(200),
        expiresInDays: z.int().min(1).max(90).default(7),
      }),
    ),
  },
  responses: { 202: jsonAnswer(clip, 'It is being made'), ...problems(...writing) },
});

const listRoute = createRoute({
  method: 'get',
  path: '/clips',
  operationId: 'listClips',
  summary: 'Clips you may watch, newest first; a page may be short of what others may not show you',
  request: {
    query: pageQuery.extend({ camera: cameraId.optional(), customer: tenantId.optional() }),
  },
  responses: { 200: jsonAnswer(pageOf(clip), 'A page'), ...problems(...listing) },
});

const getRoute = createRoute({
  method: 'get',
  path: '/clips/{id}',
  operationId: 'getClip',
  summary: 'One clip: progress, gaps, size',
  request: { params },
  responses: { 200: jsonAnswer(clip, 'The clip'), ...problems(...byId) },
});

const fileRoute = createRoute({
  method: 'get',
  path: '/clips/{id}/file',
  operationId: 'downloadClip',
  summary: 'The MP4, whole or in ranges',
  request: {
    params,
    /** `true`: for a player in the page, not for the download folder. */
    query: z.strictObject({ inline: z.enum(['true', 'false']).default('false') }),
  },
  responses: {
    200: {
      description: 'The file',
      content: { 'video/mp4': { schema: z.string().meta({ format: 'binary' }) } },
    },
    206: { description: 'The range' },
    416: { description: 'There is no such range' },
    ...problems(...byId, 'conflict', 'invalid'),
  },
});

const retryRoute = createRoute({
  method: 'post',
  path: '/clips/{id}/retry',
  operationId: 'retryClip',
  summary: 'Make a clip again that failed or was cancelled',
  request: { params },
  responses: { 202: jsonAnswer(clip, 'It is being made'), ...problems(...writing) },
});

const deleteRoute = createRoute({
  method: 'delete',
  path: '/clips/{id}',
  operationId: 'deleteClip',
  summary: 'Delete a clip with its file and its links',
  request: { params },
  responses: { 204: { description: 'Deleted' }, ...problems(...byId) },
});

/** Cut-outs of recordings that people keep, download and share. */
export function clipsResource(
  parts: Pick<Context, 'db' | 'clock' | 'log' | 'newId' | 'changes'> & { storage: Storage },
) {
  const resource = newResource();
  resource.openapi(postRoute, async (c) => {
    const { from, to, name, expiresInDays } = c.req.valid('json');
    const range = readRange({ from, to }, 1);
    const wanted = { cameraId: c.req.valid('param').id, range, name, expiresInDays };
    return c.json(toJson(await createClip(parts, actorOf(c), requireActing(c), wanted)), 202);
  });
  resource.openapi(listRoute, async (c) => {
    const { limit, cursor, camera, customer } = c.req.valid('query');
    const after = cursor === undefined ? null : decodeCursor(cursor, 'string')[0];
    const filter = { cameraId: camera ?? null, customerId: customer ?? null };
    const found = await listClips(parts, requireActing(c), filter, { limit, after });
    const next = found.lastId === null ? null : encodeCursor([found.lastId]);
    return c.json({ items: found.clips.map(toJson), next }, 200);
  });
  resource.openapi(getRoute, async (c) => {
    const found = await requireClip(parts, requireActing(c), c.req.valid('param').id, 'view');
    return c.json(toJson(found), 200);
  });
  resource.openapi(fileRoute, async (c) => {
    const found = await requireClip(parts, requireActing(c), c.req.valid('param').id, 'view');
    const kind = c.req.valid('query').inline === 'true' ? 'inline' : 'attachment';
    return sendStored(c, parts, clipFileOf(found, kind));
  });
  resource.openapi(retryRoute, async (c) => {
    const again = await retryClip(parts, actorOf(c), requireActing(c), c.req.valid('param').id);
    return c.json(toJson(again), 202);
  });
  resource.openapi(deleteRoute, async (c) => {
    await deleteClip(parts, actorOf(c), requireActing(c), c.req.valid('param').id);
    return c.body(null, 204);
  });
  return resource;
}

/** Throws `conflict` while it is not made. */
export function clipFileOf(
  found: Pick<Clip, 'name' | 'customerId' | 'cameraId' | 'storageKey' | 'sizeBytes' | 'sha256'>,
  kind: 'attachment' | 'inline',
) {
  const { customerId, cameraId, storageKey, sizeBytes, sha256, name } = found;
  if (storageKey === null || sizeBytes === null || sha256 === null) {
    throw new Failure('conflict', `The clip ${name} is not made yet. Ask for it until its state is done.`);
  }
  const fileName = clipFileName(name);
  return {
    customerId,
    cameraId,
    storageKey,
    sizeBytes,
    sha256,
    contentType: 'video/mp4',
    disposition: disposition(kind, fileName),
  };
}

function toJson(found: Clip): z.infer<typeof clip> {
  const { operation } = found;
  const state = found.storageKey === null ? (operation?.state ?? 'failed') : 'done';
  return {
    id: found.id,
    cameraId: found.cameraId,
    customerId: found.customerId,
    name: found.name,
    from: found.fromAt.toISOString(),
    to: found.toAt.toISOString(),
    state,
    progress: state === 'done' ? 100 : Math.min(99, operation?.done ?? 0),
    failure: state === 'failed' ? (operation?.failures.at(-1)?.detail ?? 'It could not be made.') : null,
    operationId: found.operationId,
    gaps:
      found.gaps?.map(({ startMs, endMs }) => ({
        from: new Date(startMs).toISOString(),
        to: new Date(endMs).toISOString(),
      })) ?? null,
    durationSeconds: found.durationMs === null ? null : found.durationMs / 1_000,
    sizeBytes: found.sizeBytes,
    sha256: found.sha256,
    fileName: clipFileName(found.name),
    createdBy: found.createdBy,
    createdAt: found.createdAt.toISOString(),
    expiresAt: found.expiresAt.toISOString(),
  };
}
