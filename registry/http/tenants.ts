import { tenantId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { scopeOf, type ActingPrincipal } from '../access/principal.js';
import type { Context } from '../context.js';
import { tenantKinds, tenantStatuses } from '../db/schema/tenants.js';
import { scopedRead } from '../db/row-security.js';
import { changeTenant } from '../tenancy/change.js';
import { checklistOf, onboardingSteps } from '../tenancy/checklist.js';
import { createTenant } from '../tenancy/create.js';
import { tenantsThatFit } from '../tenancy/fitting.js';
import { listTenants, positionOf, tenantSorts } from '../tenancy/list.js';
import { moveTenant } from '../tenancy/move.js';
import { getTenant, invalidField, requireTenant } from '../tenancy/tenants.js';
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
} from './api.js';
import { decodeCursor, pageOfRows } from './cursor.js';
import { tenant, tenantToJson } from './tenant-answer.js';
import { changedDetails, newDetails } from './tenant-fields.js';

const params = z.object({ id: tenantId });
const etag = { headers: z.object({ etag: z.string() }) };

const postTenant = createRoute({
  method: 'post',
  path: '/tenants',
  operationId: 'createTenant',
  summary: 'Create an integrator or a customer',
  request: jsonBody(
    z.strictObject({
      kind: z.enum(['integrator', 'customer']),
      /** Default: the one tenant you belong to. */
      parentId: tenantId.optional(),
      ...newDetails,
    }),
  ),
  responses: {
    201: { ...jsonAnswer(tenant, 'Created'), ...etag },
    ...problems(...writing),
  },
});

const listRoute = createRoute({
  method: 'get',
  path: '/tenants',
  operationId: 'listTenants',
  summary: 'Tenants you can see',
  request: {
    query: pageQuery.extend({
      /** Only those directly below. */
      parent: tenantId.optional(),
      kind: z.enum(tenantKinds).optional(),
      /** Own status. */
      status: z.enum(tenantStatuses).optional(),
      /** Whether it and all above it are active. */
      effective: z.enum(['active', 'inactive']).optional(),
      /** Part of the name, company, e-mail or external reference. */
      text: z.string().max(200).optional(),
      /** A minus in front: descending. */
      sort: z.enum(tenantSorts).default('name'),
    }),
  },
  responses: pageAnswer(tenant),
});

const getRoute = createRoute({
  method: 'get',
  path: '/tenants/{id}',
  operationId: 'getTenant',
  summary: 'One tenant',
  request: { params },
  responses: {
    200: { ...jsonAnswer(tenant, 'The tenant'), ...etag },
    ...problems(...byId),
  },
});

const patchRoute = createRoute({
  method: 'patch',
  path: '/tenants/{id}',
  operationId: 'changeTenant',
  summary: 'Change details of a tenant',
  request: {
    params,
    headers: z.object({
      'if-match': z.string().optional().openapi({ description: 'The version you read: its ETag' }),
    }),
    ...jsonBody(
      z.strictObject({
        ...changedDetails,
        /** `existing`: cameras that are bound already take the new recording defaults too. */
        applyTo: z.enum(['new', 'existing']).default('new'),
      }),
    ),
  },
  responses: {
    200: { ...jsonAnswer(tenant, 'The tenant as it is now'), ...etag },
    ...problems(...versioned),
  },
});

const checklistRoute = createRoute({
  method: 'get',
  path: '/tenants/{id}/checklist',
  operationId: 'getChecklist',
  summary: 'What a customer has set up so far, in the recommended order',
  request: { params },
  responses: {
    200: jsonAnswer(
      z
        .object({
          steps: z.array(
            z.object({
              step: z.enum(onboardingSteps),
              count: z.int(),
              done: z.boolean(),
              optional: z.boolean(),
            }),
          ),
          /** Of the steps that are not optional. */
          done: z.int(),
          total: z.int(),
        })
        .openapi('Checklist'),
      'The checklist',
    ),
    ...problems(...byId, 'conflict'),
  },
});

const moveRoute = createRoute({
  method: 'post',
  path: '/tenants/{id}/move',
  operationId: 'moveTenant',
  summary: 'Hang a tenant with all below it under another parent',
  request: { params, ...jsonBody(z.strictObject({ parentId: tenantId })) },
  responses: {
    200: {
      ...jsonAnswer(
        /** `changed` is false when it hung there before. */
        z.object({ tenant, changed: z.boolean() }).openapi('TenantMoved'),
        'It hangs there',
      ),
      ...etag,
    },
    ...problems(...writing),
  },
});

/** The tree of tenants (R1–R9). */
export function tenantsResource(parts: Context) {
  const { db } = parts;
  return newResource()
    .openapi(postTenant, async (c) => {
      const principal = requireAdmin(c);
      const { kind, parentId = ownTenant(principal), name, email, ...rest } = c.req.valid('json');
      const input = { kind, parentId, name, email, ...withoutUndefined(rest) };
      const shown = await createTenant(parts, actorOf(c), scopeOf(principal), input);
      return c.json(tenantToJson(shown), 201, { etag: etagOf(shown.row.version) });
    })
    .openapi(listRoute, async (c) => {
      const scope = scopeOf(requireActing(c));
      const { limit, cursor, sort, ...query } = c.req.valid('query');
      const after = cursor === undefined ? null : decodeCursor(cursor, 'string', 'string', 'string');
      const filter = {
        parentId: query.parent ?? null,
        kind: query.kind ?? null,
        status: query.status ?? null,
        effective: query.effective === undefined ? null : query.effective === 'active',
        text: query.text ?? null,
      };
      const ids = filter.text === null ? null : await tenantsThatFit(db, scope, filter.text);
      const named = ids === null ? filter : { ...filter, text: null, ids };
      const rows = await scopedRead(db, scope, (q) => listTenants(q, scope, named, { sort, limit, after }));
      return c.json(
        pageOfRows(rows, limit, ({ row }) => positionOf(sort, row), tenantToJson),
        200,
      );
    })
    .openapi(getRoute, async (c) => {
      const scope = scopeOf(requireActing(c));
      const { id } = c.req.valid('param');
      const shown = await scopedRead(db, scope, (q) => getTenant(q, scope, id));
      return c.json(tenantToJson(shown), 200, { etag: etagOf(shown.row.version) });
    })
    .openapi(patchRoute, async (c) => {
      const scope = scopeOf(requireAdmin(c));
      const { id } = c.req.valid('param');
      // What one cannot see answers 404 whatever else is wrong with the request (R3).
      await requireTenant(db, scope, id);
      const { applyTo, ...details } = c.req.valid('json');
      const change = { version: requireVersion(c), details: withoutUndefined(details), applyTo };
      const shown = await changeTenant(parts, actorOf(c), scope, id, change);
      return c.json(tenantToJson(shown), 200, { etag: etagOf(shown.row.version) });
    })
    .openapi(checklistRoute, async (c) => {
      const scope = scopeOf(requireActing(c));
      const { id } = c.req.valid('param');
      return c.json(await scopedRead(db, scope, (q) => checklistOf(q, scope, id)), 200);
    })
    .openapi(moveRoute, async (c) => {
      const scope = scopeOf(requireAdmin(c));
      const { parentId } = c.req.valid('json');
      const { shown, changed } = await moveTenant(
        parts,
        actorOf(c),
        scope,
        c.req.valid('param').id,
        parentId,
      );
      return c.json({ tenant: tenantToJson(shown), changed }, 200, { etag: etagOf(shown.row.version) });
    });
}

/** Where somebody creates who did not say where. */
function ownTenant(principal: ActingPrincipal) {
  const own =
    principal.kind === 'apiKey' ? [principal.tenantId] : principal.memberships.map((m) => m.tenantId);
  const [only] = own;
  if (only === undefined || own.length > 1) {
    throw invalidField('/parentId', 'required', 'is required: you belong to several tenants');
  }
  return only;
}

/** Absent fields stay as they are. */
function withoutUndefined<Fields extends object>(
  fields: Fields,
): { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
