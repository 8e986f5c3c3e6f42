import type { CameraId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { sightOf } from '../access/camera-access.js';
import { scopeOf, type ActingPrincipal } from '../access/principal.js';
import { withFittingNamed } from '../cameras/fitting.js';
import type { CameraFilters } from '../cameras/filters.js';
import { importColumns } from '../cameras/import/csv.js';
import { lastSeenOf, listCameras, macsOf, type CameraPosition, type CameraView } from '../cameras/list.js';
import type { Context } from '../context.js';
import { scopedRead } from '../db/row-security.js';
import { listing, newResource, problems, requireActing } from './api.js';
import { filterQuery, filtersOfQuery } from './camera-query.js';
import { csvBody, type Cell } from './csv.js';

const exportRoute = createRoute({
  method: 'get',
  path: '/cameras/export',
  operationId: 'exportCameras',
  summary: 'Cameras as a CSV file, which can be edited and imported again',
  request: { query: filterQuery },
  responses: {
    200: { description: 'At most 100,000 cameras', content: { 'text/csv': { schema: z.string() } } },
    ...problems(...listing),
  },
});

const camerasAtOnce = 1_000;
const exportedAtMost = 100_000;

/** Declared before `/cameras/{id}`. */
export function camerasExportResource(parts: Pick<Context, 'db' | 'clock'>) {
  return newResource().openapi(exportRoute, (c) => {
    const principal = requireActing(c);
    const filters = filtersOfQuery(c.req.valid('query'));
    return c.body(csvBody(columns, exported(parts, principal, filters)), 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="cameras.csv"',
    });
  });
}

/** Pages of CSV rows; each is a short read of its own, so that a slow reader holds no transaction open. */
async function* exported(
  parts: Pick<Context, 'db' | 'clock'>,
  principal: ActingPrincipal,
  filters: CameraFilters,
): AsyncGenerator<Cell[][]> {
  const named = await withFittingNamed(parts.db, await sightOf(parts.db, principal, 'view'), filters);
  let after: CameraPosition | null = null;
  for (let sent = 0; sent < exportedAtMost; sent += camerasAtOnce) {
    const page = { limit: camerasAtOnce, after };
    const now = new Date(parts.clock.nowMs());
    const { items, next, macs } = await scopedRead(parts.db, scopeOf(principal), async (q) => {
      const found = await listCameras(q, await sightOf(q, principal, 'view'), named, page, now);
      const ids = found.items.map(({ camera }) => camera.id);
      return { ...found, macs: await macsOf(q, ids) };
    });
    yield items.map((view) => toCells(view, macs));
    if (next === null) return;
    after = next;
  }
}

const columns = [
  ...importColumns,
  ...['state', 'sentence', 'enabled', 'manufacturer', 'model', 'address', 'agent', 'last_seen'],
];

const toCells = (view: CameraView, macs: ReadonlyMap<CameraId, string>): Cell[] => {
  const { camera, customerName, planName, status, agent } = view;
  return [
    ...[camera.id, macs.get(camera.id) ?? null, camera.serial, camera.name, customerName, planName],
    camera.tags.join(';'),
    ...[status.chip, status.sentence, camera.enabled, camera.manufacturer, camera.model, camera.address],
    ...[agent.name, lastSeenOf(view)?.toISOString() ?? null],
  ];
};
