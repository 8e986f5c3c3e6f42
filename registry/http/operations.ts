import { operationId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { scopeOf } from '../access/principal.js';
import type { Context } from '../context.js';
import { operationStates } from '../db/schema/operations.js';
import { scopedRead } from '../db/row-security.js';
import {
  cancelOperation,
  getOperation,
  listOperations,
  mayCancel,
  mayRetry,
  type OperationRow,
} from '../operations/operations.js';
import {
  byId,
  jsonAnswer,
  newResource,
  pageAnswer,
  pageQuery,
  problems,
  requireAdmin,
  time,
  writing,
} from './api.js';
import { pageById } from './cursor.js';

/** Work that outlives its request, as the API shows it. */
export const operation = z
  .object({
    id: z.string(),
    /** A stable code such as `tenant.delete`. */
    kind: z.string(),
    /** In whose scope it stands. */
    tenantId: z.string(),
    /** Who asked for it. */
    by: z.string(),
    state: z.enum(operationStates),
    /** Things to do as far as known, and done so far. */
    total: z.int(),
    done: z.int(),
    /** How many failed; `failures` names the first hundred. */
    failed: z.int(),
    failures: z.array(z.object({ id: z.string(), code: z.string(), detail: z.string() })),
    /** Receipt or other outcome; grows while it runs. */
    result: z.record(z.string(), z.unknown()).nullable(),
    /** Whether `:cancel` stops it. */
    mayCancel: z.boolean(),
    /** Whether `:retry` tries again what failed. */
    mayRetry: z.boolean(),
    /** The operation that did. */
    retriedAs: z.string().nullable(),
    createdAt: time,
    finishedAt: time.nullable(),
  })
  .openapi('Operation');

const params = z.object({ id: operationId });

const listRoute = createRoute({
  method: 'get',
  path: '/operations',
  operationId: 'listOperations',
  summary: 'Operations, newest first',
  request: {
    query: pageQuery.extend({
      state: z.enum(operationStates).optional(),
      kind: z.string().max(100).optional(),
    }),
  },
  responses: pageAnswer(operation),
});

const getRoute = createRoute({
  method: 'get',
  path: '/operations/{id}',
  operationId: 'getOperation',
  summary: 'One operation: progress, failures, result',
  request: { params },
  responses: {
    200: jsonAnswer(operation, 'The operation'),
    ...problems(...byId),
  },
});

const cancelRoute = createRoute({
  method: 'post',
  path: '/operations/{id}/cancel',
  operationId: 'cancelOperation',
  summary: 'Stop an operation; what is done stays done',
  request: { params },
  responses: {
    200: jsonAnswer(operation, 'It goes no further'),
    ...problems(...writing),
  },
});

export function operationsResource(parts: Context) {
  return newResource()
    .openapi(listRoute, async (c) => {
      const scope = scopeOf(requireAdmin(c));
      const { state, kind, ...page } = c.req.valid('query');
      const filter = { state: state ?? null, kind: kind ?? null };
      const answer = await pageById(
        page,
        (at) => scopedRead(parts.db, scope, (q) => listOperations(q, scope, filter, at)),
        operationToJson,
      );
      return c.json(answer, 200);
    })
    .openapi(getRoute, async (c) => {
      const scope = scopeOf(requireAdmin(c));
      const { id } = c.req.valid('param');
      const found = await scopedRead(parts.db, scope, (q) => getOperation(q, scope, id));
      return c.json(operationToJson(found), 200);
    })
    .openapi(cancelRoute, async (c) => {
      const scope = scopeOf(requireAdmin(c));
      const stopped = await cancelOperation(parts.db, scope, c.req.valid('param').id);
      return c.json(operationToJson(stopped), 200);
    });
}

export const operationToJson = (row: OperationRow): z.infer<typeof operation> => ({
  id: row.id,
  kind: row.kind,
  tenantId: row.tenantId,
  by: row.actorName,
  state: row.state,
  total: row.total,
  done: row.done,
  failed: row.failed,
  failures: row.failures,
  result: row.result,
  mayCancel: mayCancel(row),
  mayRetry: mayRetry(row),
  retriedAs: row.retriedAs,
  createdAt: row.createdAt.toISOString(),
  finishedAt: row.finishedAt?.toISOString() ?? null,
});
