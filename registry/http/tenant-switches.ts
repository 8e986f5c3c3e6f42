import { tenantId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { sightOf } from '../access/camera-access.js';
import { scopeOf, type ActingPrincipal } from '../access/principal.js';
import { seenAmong } from '../cameras/bulk/carry-out.js';
import type { Context } from '../context.js';
import type { Queryable } from '../db/database.js';
import { impactOf } from '../tenancy/impact.js';
import type { Scope } from '../tenancy/scope.js';
import { disableTenant, enableTenant, requireAbove, type Switched } from '../tenancy/switch.js';
import { getTenant, type ShownTenant } from '../tenancy/tenants.js';
import { actorOf, jsonAnswer, jsonBody, newResource, problems, requireAdmin, time, writing } from './api.js';
import { tenant, tenantToJson } from './tenant-answer.js';
import { text } from './texts.js';

const params = z.object({ id: tenantId });

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
    /** Cameras that had been off one by one before an enable; `cameras` names those that one may view. */
    hadBeenOff: z.object({
      total: z.int(),
      cameras: z.array(z.object({ id: z.string(), name: z.string() })),
    }),
    /** Only for a dry run: what it would touch. */
    impact: impact.nullable(),
  })
  .openapi('TenantSwitched');

const switchQuery = z.object({ dryRun: z.enum(['true', 'false']).default('false') });
const switchProblems = problems(...writing);

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

/** Switching tenants off and on (R13–R22). */
export function tenantSwitchesResource(parts: Context) {
  const { db } = parts;
  return newResource()
    .openapi(disableRoute, async (c) => {
      const scope = scopeOf(requireAdmin(c));
      const { id } = c.req.valid('param');
      if (c.req.valid('query').dryRun === 'true') return c.json(await dryRun(parts, scope, id), 200);
      const reason = c.req.valid('json').reason ?? null;
      const done = await disableTenant(parts, actorOf(c), scope, id, { reason });
      return c.json(switchedToJson(await getTenant(db, scope, id), done), 200);
    })
    .openapi(enableRoute, async (c) => {
      const principal = requireAdmin(c);
      const scope = scopeOf(principal);
      const { id } = c.req.valid('param');
      if (c.req.valid('query').dryRun === 'true') return c.json(await dryRun(parts, scope, id), 200);
      const done = await enableTenant(parts, actorOf(c), scope, id, c.req.valid('json'));
      const named = await namedTo(db, principal, done.hadBeenOff);
      return c.json(switchedToJson(await getTenant(db, scope, id), done, named), 200);
    });
}

async function dryRun(
  parts: Context,
  scope: Scope,
  id: z.infer<typeof tenantId>,
): Promise<z.infer<typeof switched>> {
  const shown = await getTenant(parts.db, scope, id);
  requireAbove(scope, shown.row);
  const nothing: Switched = { changed: false, at: null, hadBeenOff: [] };
  return { ...switchedToJson(shown, nothing), impact: await impactOf(parts.db, shown.row.path) };
}

type CamerasOff = Switched['hadBeenOff'];

/** Of the cameras those that the person may view (R30). */
async function namedTo(db: Queryable, principal: ActingPrincipal, off: CamerasOff): Promise<CamerasOff> {
  const view = await sightOf(db, principal, 'view');
  const ids = off.map(({ id }) => id);
  const seen = await seenAmong(db, { view }, ids);
  return off.filter(({ id }) => seen.has(id));
}

function switchedToJson(
  shown: ShownTenant,
  done: Switched,
  named: CamerasOff = [],
): z.infer<typeof switched> {
  return {
    tenant: tenantToJson(shown),
    changed: done.changed,
    at: done.at?.toISOString() ?? null,
    hadBeenOff: { total: done.hadBeenOff.length, cameras: named.slice(0, namedCameras) },
    impact: null,
  };
}
