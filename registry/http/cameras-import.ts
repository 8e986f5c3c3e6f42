import { tenantId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { sightOf } from '../access/camera-access.js';
import { scopeOf } from '../access/principal.js';
import { importColumns, readImport, type ImportColumn } from '../cameras/import/csv.js';
import { forgetExpected, listExpected } from '../cameras/expected.js';
import { resolveRows } from '../cameras/import/resolve.js';
import { readLine, repeated, type ImportRow, type LineFault } from '../cameras/import/rows.js';
import { sideOf } from '../cameras/switch.js';
import type { Context } from '../context.js';
import type { Queryable } from '../db/database.js';
import { scopedRead } from '../db/row-security.js';
import { Failure, notFound } from '../errors.js';
import { beginImport } from '../operations/camera-import.js';
import { scopeWithin } from '../tenancy/tenants.js';
import {
  actorOf,
  byId,
  jsonAnswer,
  listing,
  newResource,
  pageAnswer,
  pageQuery,
  problems,
  requireAdmin,
  time,
  writing,
  type ApiContext,
} from './api.js';
import { bytesOf } from './body.js';
import { placeOf } from './cameras-bulk.js';
import { csvLines } from './csv.js';
import { decodeCursor, pageOfRows } from './cursor.js';
import { operation, operationToJson } from './operations.js';

/** More than app.ts lets other bodies have. */
export const importPath = '/cameras/import';
export const importAtMostBytes = 10 * 1024 * 1024;

const yesOrNo = z.enum(['true', 'false']).default('false');
const csvText = { 'text/csv': { schema: z.string() } };

const cells = z
  .object({
    id: z.string(),
    mac: z.string(),
    serial: z.string(),
    name: z.string(),
    customer: z.string(),
    plan: z.string(),
    tags: z.string(),
  } satisfies Record<ImportColumn, z.ZodString>)
  .partial();

const report = z
  .object({
    lines: z.int(),
    valid: z.int(),
    /** Lines that are left out, the first 1,000; valid ones are not held up by them. */
    faults: z.array(
      z.object({
        line: z.int(),
        column: z.enum(importColumns),
        code: z.string(),
        detail: z.string(),
        /** What stands in the line. */
        cells,
      }),
    ),
    faulty: z.int(),
    /** Headings that mean nothing here. */
    ignored: z.array(z.string()),
    /** What the valid lines change; one camera may count several times. `expect`: it is bound when it registers. */
    changes: z.object({
      bind: z.int(),
      rename: z.int(),
      tag: z.int(),
      expect: z.int(),
      unchanged: z.int(),
    }),
    /** Null in a dry run. */
    operation: operation.nullable(),
  })
  .openapi('CameraImport');

const importRoute = createRoute({
  method: 'post',
  path: importPath,
  operationId: 'importCameras',
  summary: 'Bind, name and tag cameras by a CSV file, also those that are to come',
  description:
    'Columns: id, mac or serial; name, customer and plan (id or name), tags (separated by semicolons). An empty ' +
    'cell leaves things as they are. At most 20,000 lines, 10 MB.',
  request: {
    query: z.object({
      dryRun: yesOrNo.openapi({ description: 'true: only what would change, and what is wrong' }),
      atomic: yesOrNo.openapi({ description: 'true: nothing at all while a line is wrong' }),
    }),
    body: { content: csvText, required: true },
  },
  responses: {
    200: jsonAnswer(report, 'What would change'),
    202: {
      ...jsonAnswer(report, 'The valid lines are being done'),
      headers: z.object({ location: z.string() }),
    },
    ...problems(...writing),
  },
});

const templateRoute = createRoute({
  method: 'get',
  path: '/cameras/import-template',
  operationId: 'getCameraImportTemplate',
  summary: 'A CSV file to begin with',
  responses: {
    200: { description: 'The headings and an example', content: csvText },
    ...problems(...listing),
  },
});

const expected = z
  .object({
    id: z.int(),
    /** Which camera it is once it comes. */
    kind: z.enum(['mac', 'serial']),
    value: z.string(),
    name: z.string().nullable(),
    customer: z.object({ id: z.string(), name: z.string() }),
    plan: z.object({ id: z.string(), name: z.string() }),
    tags: z.array(z.string()),
    by: z.string(),
    createdAt: time,
  })
  .openapi('ExpectedCamera');

const expectedRoute = createRoute({
  method: 'get',
  path: '/expected-cameras',
  operationId: 'listExpectedCameras',
  summary: 'Cameras that a list has named and that have not come yet',
  request: { query: pageQuery.extend({ tenant: tenantId.optional() }) },
  responses: { ...pageAnswer(expected), ...problems(...byId) },
});

const forgetRoute = createRoute({
  method: 'delete',
  path: '/expected-cameras/{expectedId}',
  operationId: 'forgetExpectedCamera',
  summary: 'Expect a camera no longer',
  request: { params: z.object({ expectedId: z.string().regex(/^\d{1,15}$/) }) },
  responses: { 204: { description: 'It is not expected' }, ...problems(...byId) },
});

const shownFaults = 1_000;

/** Lists of cameras from outside (R40). Declared before `/cameras/{id}`. */
export function camerasImportResource(ctx: Context) {
  return newResource()
    .openapi(importRoute, async (c) => {
      const principal = requireAdmin(c);
      const scope = scopeOf(principal);
      const { dryRun, atomic } = c.req.valid('query');
      const { lines, ignored } = await readImport(uploaded(c));
      const { rows, faults } = readLines(lines);
      const resolve = async (q: Queryable) =>
        resolveRows(
          q,
          {
            side: sideOf(principal),
            scope,
            view: await sightOf(q, principal, 'view'),
            configure: await sightOf(q, principal, 'configure'),
          },
          rows,
        );
      const isDry = dryRun === 'true';
      const found = isDry ? await scopedRead(ctx.db, scope, resolve) : await resolve(ctx.db);
      const all = [...faults, ...found.faults].toSorted((a, b) => a.line - b.line);
      const cellsOf = new Map(lines.map((one) => [one.line, one.cells]));
      const told = {
        lines: lines.length,
        valid: found.steps.length,
        faults: all
          .slice(0, shownFaults)
          .map((fault) => ({ ...fault, cells: cellsOf.get(fault.line) ?? {} })),
        faulty: all.length,
        ignored,
        changes: found.changes,
      };
      if (isDry) return c.json({ ...told, operation: null }, 200);
      if (found.steps.length === 0 || (atomic === 'true' && all.length > 0)) throw refused(all);
      const begun = await beginImport(ctx, actorOf(c), found.steps, placeOf(principal));
      return c.json({ ...told, operation: operationToJson(begun) }, 202, {
        location: `/api/v1/operations/${begun.id}`,
      });
    })
    .openapi(templateRoute, (c) => {
      requireAdmin(c);
      const example = [null, '00:40:8c:12:34:56', null, 'Front door', 'Bakery', 'Standard', 'door;street'];
      return c.body(csvLines([importColumns, example]), 200, {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': 'attachment; filename="cameras.csv"',
      });
    })
    .openapi(expectedRoute, async (c) => {
      const principal = requireAdmin(c);
      const scope = scopeOf(principal);
      const { limit, cursor, tenant } = c.req.valid('query');
      const after = cursor === undefined ? null : decodeCursor(cursor, 'number')[0];
      const rows = await scopedRead(ctx.db, scope, async (q) =>
        listExpected(q, await sightOf(q, principal, 'view'), {
          limit,
          after,
          within: await scopeWithin(q, scope, tenant),
        }),
      );
      return c.json(
        pageOfRows(rows, limit, ({ row }) => [row.id], toJson),
        200,
      );
    })
    .openapi(forgetRoute, async (c) => {
      const principal = requireAdmin(c);
      const { expectedId } = c.req.valid('param');
      const id = Number(expectedId);
      if (!Number.isSafeInteger(id)) throw notFound('expected camera', expectedId);
      await forgetExpected(ctx.db, await sightOf(ctx.db, principal, 'view'), id);
      return c.body(null, 204);
    });
}

/** The body as it arrives; whole where a retry is recognised by it (idempotency.ts). */
async function* uploaded(c: ApiContext): AsyncGenerator<Uint8Array> {
  if (c.req.raw.bodyUsed) yield Buffer.from(await c.req.text());
  else yield* bytesOf(c);
}

function readLines(lines: Awaited<ReturnType<typeof readImport>>['lines']): {
  rows: ImportRow[];
  faults: LineFault[];
} {
  const read = lines.map(readLine);
  const rows = read.flatMap((one) => ('row' in one ? [one.row] : []));
  const doubled = repeated(rows);
  const twice = new Set(doubled.map(({ line }) => line));
  return {
    rows: rows.filter(({ line }) => !twice.has(line)),
    faults: [...read.flatMap((one) => ('fault' in one ? [one.fault] : [])), ...doubled],
  };
}

const refused = (faults: readonly LineFault[]): Failure =>
  new Failure(
    'invalid',
    faults.length === 0
      ? 'The list names no camera; nothing was done.'
      : `${faults.length === 1 ? 'A line' : `${faults.length} lines`} of the list cannot be done; nothing was.`,
    faults.slice(0, shownFaults).map(({ line, column, code, detail }) => ({
      pointer: `/${line}/${column}`,
      code,
      detail: `line ${line}: ${detail}`,
    })),
  );

type ExpectedRow = Awaited<ReturnType<typeof listExpected>>[number];
const toJson = ({ row, customerName, planName }: ExpectedRow): z.infer<typeof expected> => ({
  id: row.id,
  kind: row.kind,
  value: row.value,
  name: row.name,
  customer: { id: row.customerId, name: customerName },
  plan: { id: row.planId, name: planName },
  tags: row.tags,
  by: row.actorName,
  createdAt: row.createdAt.toISOString(),
});
