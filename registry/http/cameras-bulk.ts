import { cameraId, planId, tenantId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { sightOf } from '../access/camera-access.js';
import { scopeOf, type ActingPrincipal } from '../access/principal.js';
import { outcomes, skips, type BulkAct, type BulkVerb, type Selection } from '../cameras/bulk/acts.js';
import type { BulkActor } from '../cameras/bulk/carry-out.js';
import { atomicAtMost, atOnceAtMost, changeCameras } from '../cameras/bulk/change.js';
import { previewAct } from '../cameras/bulk/preview.js';
import { selectCameras } from '../cameras/bulk/select.js';
import { idsAtMost } from '../cameras/bulk/undo.js';
import { withFittingNamed } from '../cameras/fitting.js';
import { sideOf } from '../cameras/switch.js';
import { mostTags } from '../cameras/tag.js';
import type { Context } from '../context.js';
import type { Database, Queryable } from '../db/database.js';
import { scopedRead } from '../db/row-security.js';
import { Failure } from '../errors.js';
import { beginCameraAct, type Place } from '../operations/camera-acts.js';
import {
  actorOf,
  jsonAnswer,
  jsonBody,
  newResource,
  problems,
  requireAdmin,
  writing,
  type ApiContext,
  type App,
} from './api.js';
import { filterBody, filtersOfBody, tag } from './camera-query.js';
import { operation, operationToJson } from './operations.js';

const ids = z.array(cameraId).min(1).max(idsAtMost);
const byFilter = z.strictObject({
  filter: filterBody,
  /** Of those that match, not these. */
  except: z.array(cameraId).max(idsAtMost).default([]),
  /** The number you were shown, without `except`; left out only in a dry run, which tells it. */
  expectedCount: z.int().min(0).optional(),
});
const selecting = {
  /** Short for `select: {ids}`. */
  ids: ids.optional(),
  select: z.union([z.strictObject({ ids }), byFilter]).optional(),
  /** true: all of them, or with a 409 none; at most 5,000. */
  atomic: z.boolean().default(false),
};

const skipped = z.array(
  z.object({
    code: z.enum(Object.keys(skips) as [keyof typeof skips]),
    /** For a person. */
    detail: z.string(),
    count: z.int(),
  }),
);
const named = z.object({ id: z.string(), name: z.string() });
const setting = z.object({
  /** Null: in the inbox. */
  customer: named.nullable().optional(),
  plan: named.nullable().optional(),
  enabled: z.boolean().optional(),
});

const done = z
  .object({
    /** One per camera, in the order asked. */
    items: z.array(
      z.object({
        id: z.string(),
        outcome: z.enum(outcomes),
        code: z.enum(Object.keys(skips) as [keyof typeof skips]).optional(),
        detail: z.string().optional(),
      }),
    ),
    /** Requests that take it back; send them as they are. */
    undo: z.array(z.object({ path: z.string(), body: z.record(z.string(), z.unknown()) })),
  })
  .openapi('CamerasChanged');
const preview = z
  .object({
    total: z.int(),
    /** Cameras that would change, by what they are and would be. */
    changes: z.array(z.object({ from: setting, to: setting, count: z.int() })),
    unchanged: z.int(),
    skipped,
  })
  .openapi('CameraChangePreview');

const routeOf = <Shape extends z.ZodRawShape>(
  verb: BulkVerb,
  operationId: string,
  summary: string,
  more: Shape,
) =>
  createRoute({
    method: 'post',
    path: `/cameras/${verb}`,
    operationId,
    summary,
    description:
      'Up to 1,000 cameras are done at once; more, or `Prefer: respond-async`, become an operation (202). A ' +
      'selection by filter needs an Idempotency-Key.',
    request: {
      query: z.object({
        dryRun: z
          .enum(['true', 'false'])
          .default('false')
          .openapi({ description: 'true: only what would change, in numbers' }),
      }),
      headers: z.object({
        prefer: z.string().optional(),
        'idempotency-key': z.string().optional(),
      }),
      ...jsonBody(z.strictObject({ ...selecting, ...more })),
    },
    responses: {
      200: jsonAnswer(z.union([done, preview]), 'What became of each, or what would change'),
      202: {
        ...jsonAnswer(operation, 'It has begun; the operation tells how far it is'),
        headers: z.object({ location: z.string() }),
      },
      ...problems(...writing, 'selection_changed', 'plan_not_offered'),
    },
  });

const bindRoute = routeOf('bind', 'bindCameras', 'Bind cameras to a customer with a plan', {
  customerId: tenantId,
  planId,
});
const unbindRoute = routeOf(
  'unbind',
  'unbindCameras',
  'Take cameras back to the inbox of their integrator',
  {},
);
const setPlanRoute = routeOf('setPlan', 'setCameraPlans', 'Give bound cameras another plan', { planId });
const enableRoute = routeOf('enable', 'enableCameras', 'Switch cameras on', {});
const disableRoute = routeOf('disable', 'disableCameras', 'Switch cameras off, at once', {});
const words = z.array(tag).max(mostTags).default([]);
const tagRoute = routeOf('tag', 'tagCameras', 'Put tags on cameras, and take tags off', {
  add: words,
  remove: words,
});

interface Asked {
  ids?: z.infer<typeof ids> | undefined;
  select?: { ids: z.infer<typeof ids> } | z.infer<typeof byFilter> | undefined;
  atomic: boolean;
}

/** Changes of many cameras in one request (R40). */
export function camerasBulkResource(ctx: Context): App {
  const resource = newResource();

  const answer = async (c: ApiContext, act: BulkAct, asked: Asked, dryRun: boolean) => {
    const principal = requireAdmin(c);
    const selection = selectionOf(asked);
    if (!dryRun) requireGuards(c, selection);
    const scope = scopeOf(principal);
    const named = await withNamed(ctx.db, principal, selection);
    const choose = async (q: Queryable) => {
      const by = await bulkActorOf(c, q, principal);
      return { by, chosen: await selectCameras(q, by.view, named) };
    };
    if (dryRun) {
      const seen = await scopedRead(ctx.db, scope, async (q) => {
        const { by, chosen } = await choose(q);
        return previewAct(q, by, act, chosen);
      });
      const told = seen.skipped.map((one) => ({ ...one, detail: skips[one.code] }));
      return c.json({ ...seen, skipped: told }, 200);
    }
    const { by, chosen } = await choose(ctx.db);
    if (asked.atomic && chosen.length > atomicAtMost) {
      throw new Failure('invalid', `At most ${atomicAtMost} cameras are changed all or none.`, [
        { pointer: '/atomic', code: 'too_big', detail: `must be false above ${atomicAtMost} cameras` },
      ]);
    }
    if (!asked.atomic && (chosen.length > atOnceAtMost || prefersAsync(c))) {
      const begun = await beginCameraAct(ctx, by, act, chosen, placeOf(principal));
      return c.json(operationToJson(begun), 202, { location: `/api/v1/operations/${begun.id}` });
    }
    const { results, undo } = await changeCameras(ctx, by, act, chosen, { atomic: asked.atomic });
    const items = results.map((one) => (one.code === undefined ? one : { ...one, detail: skips[one.code] }));
    return c.json({ items, undo }, 200);
  };

  resource.openapi(bindRoute, (c) => {
    const { customerId, planId: plan, ...asked } = c.req.valid('json');
    return answer(c, { verb: 'bind', customerId, planId: plan }, asked, isDry(c.req.valid('query')));
  });
  resource.openapi(setPlanRoute, (c) => {
    const { planId: plan, ...asked } = c.req.valid('json');
    return answer(c, { verb: 'setPlan', planId: plan }, asked, isDry(c.req.valid('query')));
  });
  resource.openapi(tagRoute, (c) => {
    const { add, remove, ...asked } = c.req.valid('json');
    return answer(c, { verb: 'tag', add, remove }, asked, isDry(c.req.valid('query')));
  });
  resource.openapi(unbindRoute, (c) =>
    answer(c, { verb: 'unbind' }, c.req.valid('json'), isDry(c.req.valid('query'))),
  );
  resource.openapi(enableRoute, (c) =>
    answer(c, { verb: 'enable' }, c.req.valid('json'), isDry(c.req.valid('query'))),
  );
  resource.openapi(disableRoute, (c) =>
    answer(c, { verb: 'disable' }, c.req.valid('json'), isDry(c.req.valid('query'))),
  );
  return resource;
}

const isDry = ({ dryRun }: { dryRun: 'true' | 'false' }): boolean => dryRun === 'true';

/** `Prefer: respond-async` (RFC 7240 §4.1). */
const prefersAsync = (c: ApiContext): boolean =>
  /(?:^|[\s,])respond-async(?:$|[\s,;])/i.test(c.req.header('prefer') ?? '');

function selectionOf({ ids: listed, select }: Asked): Selection {
  if ((listed === undefined) === (select === undefined)) {
    throw new Failure('invalid', 'Say which cameras: either `select` or `ids`.', [
      { pointer: '/select', code: 'required', detail: 'is required, unless `ids` is given' },
    ]);
  }
  if (listed !== undefined) return { ids: listed };
  if (select === undefined || 'ids' in select) return { ids: select?.ids ?? [] };
  return {
    filter: filtersOfBody(select.filter),
    except: select.except,
    expectedCount: select.expectedCount ?? null,
  };
}

/** What a change by filter must carry: a number that guards the filter, a key that guards the retry. */
function requireGuards(c: ApiContext, selection: Selection): void {
  if ('ids' in selection) return;
  if (selection.expectedCount === null) {
    throw new Failure('invalid', 'Say how many cameras you expect the filter to hold; a dry run tells.', [
      { pointer: '/select/expectedCount', code: 'required', detail: 'is required' },
    ]);
  }
  if (c.req.header('idempotency-key') === undefined) {
    throw new Failure(
      'malformed',
      'A change by filter needs an Idempotency-Key header: a retry must not hit other cameras. Send a new UUID.',
    );
  }
}

/** Who changes cameras, with what their roles let them see and configure. */
export async function bulkActorOf(
  c: ApiContext,
  db: Queryable,
  principal: ActingPrincipal,
): Promise<BulkActor> {
  return {
    actor: actorOf(c),
    side: sideOf(principal),
    scope: scopeOf(principal),
    view: await sightOf(db, principal, 'view'),
    configure: await sightOf(db, principal, 'configure'),
  };
}

/** The cameras that a filter's text fits, named where they are few (fitting.ts). */
async function withNamed(db: Database, principal: ActingPrincipal, selection: Selection): Promise<Selection> {
  if ('ids' in selection) return selection;
  const view = await sightOf(db, principal, 'view');
  return { ...selection, filter: await withFittingNamed(db, view, selection.filter) };
}

export function placeOf(principal: ActingPrincipal): Place {
  const tenantIds =
    principal.kind === 'user' ? principal.memberships.map((one) => one.tenantId) : [principal.tenantId];
  const [home] = tenantIds;
  if (home === undefined) throw new Failure('forbidden', 'You belong to no tenant that may do this.');
  return { tenantId: home, tenantIds };
}
