import { streamRoles } from '@gantry/protocol/camera.js';
import { tenantId } from '@gantry/protocol/ids.js';
import { recordingModes } from '@gantry/protocol/state.js';
import { createRoute, z } from '@hono/zod-openapi';
import { scopeOf, type ActingPrincipal } from '../access/principal.js';
import type { Context } from '../context.js';
import { tenantKinds, tenantStatuses } from '../db/schema/tenants.js';
import { impactOf } from '../tenancy/impact.js';
import { statusLine } from '../tenancy/status-line.js';
import { disableTenant, enableTenant, requireAbove, type Switched } from '../tenancy/switch.js';
import {
  changeTenant,
  createTenant,
  getTenant,
  invalidField,
  listTenants,
  requireTenant,
  type ShownTenant,
  type TenantDetails,
} from '../tenancy/tenants.js';
import {
  actorOf,
  etagOf,
  jsonAnswer,
  jsonBody,
  newResource,
  pageOf,
  pageQuery,
  problems,
  requireActing,
  requireAdmin,
  requireVersion,
  time,
} from './api.js';
import { decodeCursor, pageOfRows } from './cursor.js';

const recordingDefaults = z
  .strictObject({
    mode: z.enum(recordingModes),
    retentionDays: z.int().min(1).max(3_650),
    stream: z.enum(streamRoles),
  })
  .openapi('RecordingDefaults');

const tenant = z
  .object({
    id: z.string(),
    kind: z.enum(tenantKinds),
    /** Null for the topmost tenant you can see. */
    parentId: z.string().nullable(),
    name: z.string(),
    email: z.string().nullable(),
    companyName: z.string().nullable(),
    phone: z.string().nullable(),
    timeZone: z.string().nullable(),
    externalRef: z.string().nullable(),
    recordingDefaults: recordingDefaults.nullable(),
    /** Own status. */
    status: z.enum(tenantStatuses),
    /** What follows from the tenant and all above it; `because` names who decides when it is not active. */
    effective: z.object({
      active: z.boolean(),
      because: z
        .object({
          id: z.string(),
          kind: z.enum(tenantKinds),
          name: z.string(),
          status: z.enum(tenantStatuses),
        })
        .nullable(),
    }),
    /** The status in one line, with its reason. */
    statusLine: z.string(),
    disabledAt: time.nullable(),
    disabledReason: z.string().nullable(),
    /** Of the whole subtree. */
    cameras: z.object({ total: z.int(), recording: z.int() }),
    version: z.int(),
    createdAt: time,
  })
  .openapi('Tenant');

const isTimeZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};
const text = (max: number) => z.string().trim().min(1).max(max);
const details = {
  name: text(200),
  email: z.email().max(320),
  companyName: text(200).nullable(),
  phone: text(50).nullable(),
  timeZone: text(64).refine(isTimeZone, 'must be an IANA name such as Europe/Berlin').nullable(),
  externalRef: text(200).nullable(),
  recordingDefaults: recordingDefaults.nullable(),
};

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
      name: details.name,
      email: details.email,
      companyName: details.companyName.optional(),
      phone: details.phone.optional(),
      timeZone: details.timeZone.optional(),
      externalRef: details.externalRef.optional(),
      recordingDefaults: details.recordingDefaults.optional(),
    }),
  ),
  responses: {
    201: { ...jsonAnswer(tenant, 'Created'), ...etag },
    ...problems('malformed', 'unauthenticated', 'account_disabled', 'forbidden', 'invalid'),
  },
});

const listRoute = createRoute({
  method: 'get',
  path: '/tenants',
  operationId: 'listTenants',
  summary: 'Tenants you can see, by name',
  request: {
    query: pageQuery.extend({
      /** Only those directly below. */
      parent: tenantId.optional(),
      kind: z.enum(tenantKinds).optional(),
      /** Part of the name, company, e-mail or external reference. */
      text: z.string().max(200).optional(),
    }),
  },
  responses: {
    200: jsonAnswer(pageOf(tenant), 'A page'),
    ...problems('malformed', 'unauthenticated', 'account_disabled', 'invalid'),
  },
});

const getRoute = createRoute({
  method: 'get',
  path: '/tenants/{id}',
  operationId: 'getTenant',
  summary: 'One tenant',
  request: { params },
  responses: {
    200: { ...jsonAnswer(tenant, 'The tenant'), ...etag },
    ...problems('unauthenticated', 'account_disabled', 'not_found'),
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
    ...jsonBody(z.strictObject(details).partial()),
  },
  responses: {
    200: { ...jsonAnswer(tenant, 'The tenant as it is now'), ...etag },
    ...problems(
      'malformed',
      'unauthenticated',
      'account_disabled',
      'forbidden',
      'not_found',
      'precondition_failed',
      'precondition_required',
      'invalid',
    ),
  },
});

const impact = z
  .object({
    tenants: z.int(),
    cameras: z.int(),
    recording: z.int(),
    switchedOff: z.int(),
    agents: z.int(),
    users: z.int(),
  })
  .openapi('Impact');

/** A customer may have any number of cameras; the answer names the first ones and counts the rest. */
const namedCameras = 1_000;
const switched = z
  .object({
    tenant,
    /** False when it was so before, and for a dry run. */
    changed: z.boolean(),
    /** The instant from which it holds, registry clock. */
    at: time.nullable(),
    /** Cameras that had been off one by one before an enable. */
    hadBeenOff: z.object({
      total: z.int(),
      cameras: z.array(z.object({ id: z.string(), name: z.string() })),
    }),
    /** Only for a dry run: what it would touch. */
    impact: impact.nullable(),
  })
  .openapi('TenantSwitched');

const switchQuery = z.object({ dryRun: z.enum(['true', 'false']).default('false') });
const switchProblems = problems(
  'malformed',
  'unauthenticated',
  'account_disabled',
  'forbidden',
  'not_found',
  'conflict',
  'invalid',
);

const disableRoute = createRoute({
  method: 'post',
  path: '/tenants/{id}/disable',
  operationId: 'disableTenant',
  summary: 'Switch a tenant off: nothing below it records, nobody of it gets in',
  request: {
    params,
    query: switchQuery,
    ...jsonBody(z.strictObject({ reason: text(500).optional() })),
  },
  responses: { 200: jsonAnswer(switched, 'It is off'), ...switchProblems },
});

const enableRoute = createRoute({
  method: 'post',
  path: '/tenants/{id}/enable',
  operationId: 'enableTenant',
  summary: 'Switch a tenant on; a customer’s cameras go on with it',
  request: {
    params,
    query: switchQuery,
    ...jsonBody(
      z.strictObject({
        /** `previous`: cameras that were off one by one stay off. */
        cameras: z.enum(['all', 'previous']).default('all'),
      }),
    ),
  },
  responses: { 200: jsonAnswer(switched, 'Its own switch is on; see `tenant.effective`'), ...switchProblems },
});

export function tenantsResource(parts: Context) {
  const { db } = parts;
  return newResource()
    .openapi(postTenant, async (c) => {
      const principal = requireAdmin(c);
      const { kind, parentId, ...rest } = c.req.valid('json');
      const shown = await createTenant(parts, actorOf(c), scopeOf(principal), {
        name: rest.name,
        email: rest.email,
        companyName: rest.companyName ?? null,
        phone: rest.phone ?? null,
        timeZone: rest.timeZone ?? null,
        externalRef: rest.externalRef ?? null,
        recordingDefaults: rest.recordingDefaults ?? null,
        kind,
        parentId: parentId ?? ownTenant(principal),
      });
      return c.json(toJson(shown), 201, { etag: etagOf(shown.row.version) });
    })
    .openapi(listRoute, async (c) => {
      const scope = scopeOf(requireActing(c));
      const { limit, cursor, parent, kind, text: part } = c.req.valid('query');
      const [name, id] = cursor === undefined ? [null, null] : decodeCursor(cursor, 'string', 'string');
      const after = name === null ? null : { name, id };
      const filter = { parentId: parent ?? null, kind: kind ?? null, text: part ?? null };
      const rows = await listTenants(db, scope, filter, { limit, after });
      return c.json(
        pageOfRows(rows, limit, ({ row }) => [row.name, row.id], toJson),
        200,
      );
    })
    .openapi(getRoute, async (c) => {
      const shown = await getTenant(db, scopeOf(requireActing(c)), c.req.valid('param').id);
      return c.json(toJson(shown), 200, { etag: etagOf(shown.row.version) });
    })
    .openapi(patchRoute, async (c) => {
      const scope = scopeOf(requireAdmin(c));
      const { id } = c.req.valid('param');
      // What one cannot see answers 404 whatever else is wrong with the request (R3).
      await requireTenant(db, scope, id);
      const changes: Partial<TenantDetails> = withoutUndefined(c.req.valid('json'));
      const shown = await changeTenant(parts, actorOf(c), scope, id, requireVersion(c), changes);
      return c.json(toJson(shown), 200, { etag: etagOf(shown.row.version) });
    })
    .openapi(disableRoute, async (c) => {
      const scope = scopeOf(requireAdmin(c));
      const { id } = c.req.valid('param');
      if (c.req.valid('query').dryRun === 'true') return c.json(await dryRun(parts, scope, id), 200);
      const reason = c.req.valid('json').reason ?? null;
      const done = await disableTenant(parts, actorOf(c), scope, id, { reason });
      return c.json(switchedToJson(await getTenant(db, scope, id), done), 200);
    })
    .openapi(enableRoute, async (c) => {
      const scope = scopeOf(requireAdmin(c));
      const { id } = c.req.valid('param');
      if (c.req.valid('query').dryRun === 'true') return c.json(await dryRun(parts, scope, id), 200);
      const done = await enableTenant(parts, actorOf(c), scope, id, c.req.valid('json'));
      return c.json(switchedToJson(await getTenant(db, scope, id), done), 200);
    });
}

async function dryRun(
  parts: Context,
  scope: ReturnType<typeof scopeOf>,
  id: z.infer<typeof tenantId>,
): Promise<z.infer<typeof switched>> {
  const shown = await getTenant(parts.db, scope, id);
  requireAbove(scope, shown.row);
  const nothing: Switched = { changed: false, at: null, hadBeenOff: [] };
  return { ...switchedToJson(shown, nothing), impact: await impactOf(parts.db, shown.row.path) };
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

function toJson({ row, parentId, effective, cameras }: ShownTenant): z.infer<typeof tenant> {
  return {
    id: row.id,
    kind: row.kind,
    parentId,
    name: row.name,
    email: row.email,
    companyName: row.companyName,
    phone: row.phone,
    timeZone: row.timeZone,
    externalRef: row.externalRef,
    recordingDefaults: row.recordingDefaults,
    status: row.status,
    effective: effective.active ? { active: true, because: null } : effective,
    statusLine: statusLine(row.id, effective, row.disabledReason),
    disabledAt: row.disabledAt?.toISOString() ?? null,
    disabledReason: row.disabledReason,
    cameras,
    version: row.version,
    createdAt: row.createdAt.toISOString(),
  };
}

function switchedToJson(shown: ShownTenant, done: Switched): z.infer<typeof switched> {
  return {
    tenant: toJson(shown),
    changed: done.changed,
    at: done.at?.toISOString() ?? null,
    hadBeenOff: { total: done.hadBeenOff.length, cameras: done.hadBeenOff.slice(0, namedCameras) },
    impact: null,
  };
}

/** Absent fields stay as they are. */
function withoutUndefined<Fields extends object>(
  fields: Fields,
): { [Key in keyof Fields]-?: Exclude<Fields[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
