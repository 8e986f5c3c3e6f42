import { tenantId, type TenantId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { scopeOf } from '../access/principal.js';
import type { Context } from '../context.js';
import { scopedRead } from '../db/row-security.js';
import { bucketKinds, readStatistics, type Statistics } from '../statistics/statistics.js';
import {
  byId,
  jsonAnswer,
  newResource,
  problems,
  requireAdmin,
  time,
  type ApiContext,
  type App,
} from './api.js';
import { csvLines } from './csv.js';
import { isTimeZone } from './texts.js';
import { instant } from './recordings.js';

const usage = {
  /** At the end of the time. */
  storedBytes: z.number(),
  ingestedBytes: z.number(),
  playedBytes: z.number(),
  recordedMs: z.number(),
  /** Camera-milliseconds by state: divided by the length of the time, how many cameras on average. */
  cameraMs: z.object({
    recording: z.number(),
    notRecording: z.number(),
    waiting: z.number(),
    offline: z.number(),
    disabled: z.number(),
    unassigned: z.number(),
  }),
  /** Of the time that cameras should have recorded the share they did, 0 to 1; null when none should. */
  uptime: z.number().nullable(),
};
const statistics = z
  .object({
    from: time,
    to: time,
    totals: z.object(usage),
    series: z.array(z.object({ at: time, ...usage })),
  })
  .openapi('Statistics');

const request = {
  params: z.object({ id: tenantId }),
  query: z.object({
    from: instant.optional().openapi({ description: 'Default: 30 days before `to`' }),
    to: instant.optional().openapi({ description: 'Default: now' }),
    bucket: z.enum(bucketKinds).default('day'),
    timeZone: z
      .string()
      .max(100)
      .refine(isTimeZone, { message: 'must be a time zone such as Europe/Berlin' })
      .default('UTC')
      .openapi({ description: 'Where days begin', example: 'Europe/Berlin' }),
  }),
};

const getRoute = createRoute({
  method: 'get',
  path: '/tenants/{id}/statistics',
  operationId: 'getStatistics',
  summary: 'Storage, traffic, recording and states of a tenant and all below it, over time',
  request,
  responses: {
    200: jsonAnswer(statistics, 'Points in order, and sums'),
    ...problems(...byId, 'malformed', 'invalid'),
  },
});

const exportRoute = createRoute({
  method: 'get',
  path: '/tenants/{id}/statistics/export',
  operationId: 'exportStatistics',
  summary: 'The same as CSV',
  request,
  responses: {
    200: { description: 'One line per point', content: { 'text/csv': { schema: z.string() } } },
    ...problems(...byId, 'malformed', 'invalid'),
  },
});

const usualMs = 30 * 86_400_000;

/** Statistics on the first tab of every tenant (R51). */
export function statisticsResource({ db, clock }: Pick<Context, 'db' | 'clock'>): App {
  const read = async (
    c: ApiContext,
    id: TenantId,
    query: z.infer<typeof request.query>,
  ): Promise<Statistics & { from: Date; to: Date }> => {
    const scope = scopeOf(requireAdmin(c));
    const to = new Date(query.to ?? clock.nowMs());
    const from = new Date(query.from ?? to.getTime() - usualMs);
    const { bucket, timeZone } = query;
    const found = await scopedRead(db, scope, (q) =>
      readStatistics(q, scope, id, { from, to, bucket, timeZone }),
    );
    return { from, to, ...found };
  };
  return newResource()
    .openapi(getRoute, async (c) => {
      const { from, to, totals, series } = await read(c, c.req.valid('param').id, c.req.valid('query'));
      const points = series.map((point) => ({ ...point, at: point.at.toISOString() }));
      return c.json({ from: from.toISOString(), to: to.toISOString(), totals, series: points }, 200);
    })
    .openapi(exportRoute, async (c) => {
      const { series } = await read(c, c.req.valid('param').id, c.req.valid('query'));
      const header = [
        ...['at', 'storedBytes', 'ingestedBytes', 'playedBytes', 'recordedHours', 'uptime'],
        ...['recording', 'notRecording', 'waiting', 'offline', 'disabled', 'unassigned'].map(
          (name) => `${name}CameraHours`,
        ),
      ];
      const hours = (ms: number): number => ms / 3_600_000;
      const lines = series.map(({ at, cameraMs, ...point }) => [
        at.toISOString(),
        point.storedBytes,
        point.ingestedBytes,
        point.playedBytes,
        hours(point.recordedMs),
        point.uptime,
        ...[cameraMs.recording, cameraMs.notRecording, cameraMs.waiting].map(hours),
        ...[cameraMs.offline, cameraMs.disabled, cameraMs.unassigned].map(hours),
      ]);
      return c.body(csvLines([header, ...lines]), 200, {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': 'attachment; filename="statistics.csv"',
      });
    });
}
