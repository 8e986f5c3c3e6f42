import { tenantId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { sightOf } from '../access/camera-access.js';
import { scopeOf, type ActingPrincipal } from '../access/principal.js';
import { inSight } from '../cameras/sight.js';
import type { Context } from '../context.js';
import { scopedRead } from '../db/row-security.js';
import { Failure } from '../errors.js';
import { cameraOfEntry, listHistory, type HistoryFilter, type HistoryRow } from '../history/list.js';
import { verifyHistory } from '../history/verify.js';
import { requireTenant } from '../tenancy/tenants.js';
import {
  jsonAnswer,
  listing,
  newResource,
  pageAnswer,
  pageQuery,
  problems,
  requireAdmin,
  time,
} from './api.js';
import { csvBody, type Cell } from './csv.js';
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
    /** Of this entry, over the one before in its tenant's chain; null for entries older than chains. */
    hash: z.string().nullable(),
  })
  .openapi('HistoryEntry');

const instant = z.iso.datetime({ offset: true }).openapi({ example: '2026-11-22T10:00:00Z' });
const filters = z.object({
  tenant: tenantId.optional().openapi({ description: 'That tenant and everything below it' }),
  target: z.string().max(100).optional().openapi({ description: 'Id of a tenant, camera, agent, user, …' }),
  actor: z
    .string()
    .max(100)
    .optional()
    .openapi({ description: 'Id of the user, API key or agent who did it' }),
  operation: z.string().max(100).optional().openapi({ example: 'tenant.disabled' }),
  hours: z.coerce.number().min(1).max(87_600).optional().openapi({ description: 'Only the last hours' }),
  from: instant.optional().openapi({ description: 'From this instant on' }),
  to: instant.optional().openapi({ description: 'Before this instant' }),
});

const listRoute = createRoute({
  method: 'get',
  path: '/history',
  operationId: 'listHistory',
  summary: 'Who did what to whom, newest first',
  request: { query: filters.extend(pageQuery.shape) },
  responses: pageAnswer(entry),
});

const exportRoute = createRoute({
  method: 'get',
  path: '/history/export',
  operationId: 'exportHistory',
  summary: 'The history as a CSV file, newest first',
  request: { query: filters },
  responses: {
    200: {
      description: 'At most 100,000 entries; narrow the period for more',
      content: { 'text/csv': { schema: z.string() } },
    },
    ...problems(...listing),
  },
});

const verifyRoute = createRoute({
  method: 'get',
  path: '/history/verify',
  operationId: 'verifyHistory',
  summary: 'Whether the chain of a tenant’s history is as it was written',
  request: { query: z.object({ tenant: tenantId }) },
  responses: {
    200: jsonAnswer(
      z
        .object({
          intact: z.boolean(),
          entries: z.int(),
          /** Of the newest entry; kept elsewhere, it proves later that nothing before it was rewritten. */
          head: z.string().nullable(),
          broken: z
            .object({
              /** Entry at which it shows; null: the newest ones are gone. */
              id: z.int().nullable(),
              why: z.enum(['changed', 'gap', 'unchained', 'end_missing']),
            })
            .nullable(),
        })
        .openapi('HistoryVerdict'),
      'What became of following it to its end',
    ),
    ...problems(...listing, 'not_found'),
  },
});

const entriesAtOnce = 1_000;
const exportedAtMost = 100_000;

export function historyResource(parts: Pick<Context, 'db' | 'clock'>) {
  return newResource()
    .openapi(listRoute, async (c) => {
      const principal = requireAdmin(c);
      const { limit, cursor, ...asked } = c.req.valid('query');
      const before = cursor === undefined ? null : decodeCursor(cursor, 'number')[0];
      const filter = filterOf(asked, parts.clock.nowMs());
      const rows = await readPage(parts, principal, filter, { limit, before });
      return c.json(
        pageOfRows(rows, limit, (row) => [row.id], toJson),
        200,
      );
    })
    .openapi(exportRoute, async (c) => {
      const principal = requireAdmin(c);
      const scope = scopeOf(principal);
      const filter = filterOf(c.req.valid('query'), parts.clock.nowMs());
      // Before the first byte: what is asked for may not exist.
      const { tenantId: asked } = filter;
      if (asked !== null) await scopedRead(parts.db, scope, (q) => requireTenant(q, scope, asked));
      return c.body(csvBody(columns, exported(parts, principal, filter)), 200, {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': 'attachment; filename="history.csv"',
      });
    })
    .openapi(verifyRoute, async (c) => {
      const scope = scopeOf(requireAdmin(c));
      const { tenant } = c.req.valid('query');
      const verdict = await scopedRead(parts.db, scope, async (q) => {
        const { id } = await requireTenant(q, scope, tenant);
        return verifyHistory(q, id);
      });
      return c.json(verdict, 200);
    });
}

const hourMs = 3_600_000;

/** Throws `invalid` for a period given twice or the wrong way round. */
function filterOf(asked: z.infer<typeof filters>, nowMs: number): HistoryFilter {
  const { hours, from, to } = asked;
  if (hours !== undefined && (from !== undefined || to !== undefined)) {
    throw new Failure('invalid', 'Ask for the last hours, or for a period: not for both.', [
      { pointer: '?hours', code: 'contradiction', detail: 'leave it out when `from` or `to` is given' },
    ]);
  }
  if (from !== undefined && to !== undefined && Date.parse(to) <= Date.parse(from)) {
    throw new Failure('invalid', '`to` must be after `from`.', [
      { pointer: '?to', code: 'too_small', detail: 'must be after `from`' },
    ]);
  }
  const instantOf = (text: string | undefined): Date | null => (text === undefined ? null : new Date(text));
  return {
    tenantId: asked.tenant ?? null,
    targetId: asked.target ?? null,
    actorId: asked.actor ?? null,
    operation: asked.operation ?? null,
    from: hours === undefined ? instantOf(from) : new Date(nowMs - hours * hourMs),
    to: instantOf(to),
  };
}

const readPage = (
  { db }: Pick<Context, 'db'>,
  principal: ActingPrincipal,
  filter: HistoryFilter,
  page: { limit: number; before: number | null },
): Promise<HistoryRow[]> => {
  const scope = scopeOf(principal);
  return scopedRead(db, scope, async (q) =>
    listHistory(
      q,
      { scope, seen: inSight(await sightOf(q, principal, 'view'), cameraOfEntry) },
      filter,
      page,
    ),
  );
};

/** Pages of CSV rows; each is a short read of its own, so that a slow reader holds no transaction open. */
async function* exported(
  parts: Pick<Context, 'db'>,
  principal: ActingPrincipal,
  filter: HistoryFilter,
): AsyncGenerator<Cell[][]> {
  let before: number | null = null;
  for (let sent = 0; sent < exportedAtMost; sent += entriesAtOnce) {
    const rows: HistoryRow[] = await readPage(parts, principal, filter, { limit: entriesAtOnce, before });
    const shown = rows.slice(0, entriesAtOnce);
    yield shown.map(toCells);
    if (rows.length <= entriesAtOnce) return;
    before = shown.at(-1)?.id ?? null;
  }
}

const columns = [
  ...['id', 'at', 'actor_kind', 'actor_id', 'actor_name', 'tenant_id', 'target_kind', 'target_id'],
  ...['operation', 'sentence', 'before', 'after', 'ip', 'user_agent', 'hash'],
];
const json = (value: Record<string, unknown> | null): string | null =>
  value === null ? null : JSON.stringify(value);
const toCells = (row: HistoryRow): Cell[] => [
  ...[row.id, row.at.toISOString(), row.actorKind, row.actorId, row.actorName, row.tenantId],
  ...[row.targetKind, row.targetId, row.operation, row.sentence, json(row.before), json(row.after)],
  ...[row.ip, row.userAgent, row.hash],
];

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
  hash: row.hash,
});
