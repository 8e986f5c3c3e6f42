import { cameraId, tenantId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { changeRole, createRole, deleteRole, listRoles, requireRole } from '../access/roles.js';
import { scopeOf } from '../access/principal.js';
import type { Context } from '../context.js';
import { roleFamilies } from '../db/schema/people.js';
import { cameraPermissions } from '../db/schema/roles.js';
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
  requireAdmin,
  requireVersion,
  versioned,
  writing,
  type App,
} from './api.js';
import { pageById } from './cursor.js';
import { text } from './texts.js';

const permissions = z.array(z.enum(cameraPermissions)).max(cameraPermissions.length);
const cameras = z
  .array(z.strictObject({ cameraId, permissions: permissions.min(1) }))
  .max(10_000)
  .refine((list) => new Set(list.map((one) => one.cameraId)).size === list.length, 'name each camera once');

const role = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    name: z.string(),
    family: z.enum(roleFamilies),
    /** On every camera of the tenant and below it, also future ones. */
    allCameras: permissions,
    cameras,
    /** People who have it. */
    members: z.int(),
    version: z.int(),
  })
  .openapi('Role');

const params = z.object({ roleId: z.string().max(40) });

const postRole = createRoute({
  method: 'post',
  path: '/roles',
  operationId: 'createRole',
  summary: 'Make a role of a tenant',
  request: jsonBody(
    z.strictObject({
      tenantId,
      name: text(100),
      /** admin: portal and video; guard: video only. */
      family: z.enum(roleFamilies),
      allCameras: permissions.default([]),
      cameras: cameras.default([]),
    }),
  ),
  responses: { 201: jsonAnswer(role, 'Made'), ...problems(...writing) },
});

const listRoute = createRoute({
  method: 'get',
  path: '/roles',
  operationId: 'listRoles',
  summary: 'Roles of the tenants you can see',
  request: { query: pageQuery.extend({ tenant: tenantId.optional() }) },
  responses: pageAnswer(role),
});

const getRoute = createRoute({
  method: 'get',
  path: '/roles/{roleId}',
  operationId: 'getRole',
  summary: 'One role, with the cameras it is about',
  request: { params },
  responses: { 200: jsonAnswer(role, 'The role'), ...problems(...byId) },
});

const patchRoute = createRoute({
  method: 'patch',
  path: '/roles/{roleId}',
  operationId: 'changeRole',
  summary: 'Change a role; lists are replaced as a whole',
  request: {
    params,
    ...jsonBody(
      z.strictObject({
        name: text(100).optional(),
        allCameras: permissions.optional(),
        cameras: cameras.optional(),
      }),
    ),
  },
  responses: { 200: jsonAnswer(role, 'Changed'), ...problems(...versioned) },
});

const deleteRoute = createRoute({
  method: 'delete',
  path: '/roles/{roleId}',
  operationId: 'deleteRole',
  summary: 'Remove a role that nobody has',
  request: { params },
  responses: { 204: { description: 'Gone' }, ...problems(...versioned) },
});

/** Roles of a tenant (R29, R30). */
export function rolesResource(parts: Context): App {
  const resource = newResource();
  resource.openapi(postRole, async (c) => {
    const made = await createRole(parts, actorOf(c), requireAdmin(c), c.req.valid('json'));
    return c.json(made, 201);
  });
  resource.openapi(listRoute, async (c) => {
    const scope = scopeOf(requireAdmin(c));
    const { tenant, ...page } = c.req.valid('query');
    const answer = await pageById(
      page,
      (at) => scopedRead(parts.db, scope, (q) => listRoles(q, scope, { tenantId: tenant ?? null }, at)),
      (row) => row,
    );
    return c.json(answer, 200);
  });
  resource.openapi(getRoute, async (c) => {
    const scope = scopeOf(requireAdmin(c));
    const { roleId } = c.req.valid('param');
    const found = await scopedRead(parts.db, scope, (q) => requireRole(q, scope, roleId));
    c.header('etag', etagOf(found.version));
    return c.json(found, 200);
  });
  resource.openapi(patchRoute, async (c) => {
    const principal = requireAdmin(c);
    const act = {
      id: c.req.valid('param').roleId,
      version: requireVersion(c),
      changes: c.req.valid('json'),
    };
    const changed = await changeRole(parts, actorOf(c), principal, act);
    c.header('etag', etagOf(changed.version));
    return c.json(changed, 200);
  });
  resource.openapi(deleteRoute, async (c) => {
    const principal = requireAdmin(c);
    const act = { id: c.req.valid('param').roleId, version: requireVersion(c) };
    await deleteRole(parts, actorOf(c), principal, act);
    return c.body(null, 204);
  });
  return resource;
}
