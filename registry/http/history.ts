import { tenantId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { scopeOf } from '../access/principal.js';
import type { Context } from '../context.js';
import { listHistory, type HistoryRow } from '../history/list.js';
import { jsonAnswer, newResource, pageOf, pageQuery, problems, requireAdmin, time } from './api.js';
import { decodeCursor, pageOfRows } from './cursor.js';

const entry = z
  .object({
    id: z.int(),
    at: time,
    actor: z.object({
      kind: z.enum(['user', 'apiKey', 'agent', 'registry']),
      id: z.string().nullable(),
      name: z.string(),
    }),
    tenantId: z.string(),
    target: z.object({ kind: z.string(), id: z.string() }),
    operation: z.string(),
    sentence: z.string(),
    before: z.record(z.string(), z.unknown()).nullable(),
    after: z.record(z.string(), z.unknown()).nullable(),
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
  })
  .openapi('HistoryEntry');

const listRoute = createRoute({
  method: 'get',
  path: '/history',
  operationId: 'listHistory',
  summary: 'Who did what to whom, newest first',
  request: {
    query: pageQuery.extend({
      /** That tenant and all below it. */
      tenant: tenantId.optional(),
      /** Id of a tenant, camera, agent, user, … */
      target: z.string().max(100).optional(),
    }),
  },
  responses: {
    200: jsonAnswer(pageOf(entry), 'A page'),
    ...problems('malformed', 'unauthenticated', 'account_disabled', 'forbidden', 'not_found', 'invalid'),
  },
});

export function historyResource(parts: Context) {
  return newResource().openapi(listRoute, async (c) => {
    const scope = scopeOf(requireAdmin(c));
    const { limit, cursor, tenant, target } = c.req.valid('query');
    const before = cursor === undefined ? null : decodeCursor(cursor, 'number')[0];
    const filter = { tenantId: tenant ?? null, targetId: target ?? null };
    const rows = await listHistory(parts.db, scope, filter, { limit, before });
    return c.json(
      pageOfRows(rows, limit, (row) => [row.id], toJson),
      200,
    );
  });
}

const toJson = (row: HistoryRow): z.infer<typeof entry> => ({
  id: row.id,
  at: row.at.toISOString(),
  actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
  tenantId: row.tenantId,
  target: { kind: row.targetKind, id: row.targetId },
  operation: row.operation,
  sentence: row.sentence,
  before: row.before,
  after: row.after,
  ip: row.ip,
  userAgent: row.userAgent,
});
