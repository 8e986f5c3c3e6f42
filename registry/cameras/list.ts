import type { AgentId, CameraId, TenantId } from '@gantry/protocol/ids.js';
import { and, asc, eq, getTableColumns, gt, inArray, isNull, sql, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Queryable } from '../db/database.js';
import { agents } from '../db/schema/agents.js';
import { cameras } from '../db/schema/cameras.js';
import { plans } from '../db/schema/plans.js';
import { tenants } from '../db/schema/tenants.js';
import { notFound } from '../errors.js';
import { loadPaths } from '../tenancy/path.js';
import { inScope, type Scope } from '../tenancy/scope.js';
import { statusOf, timeStyles, type CameraStatus, type Chip } from './status.js';
import { wishFor, type Wish } from './wish.js';

export type CameraColumns = typeof cameras.$inferSelect;

/** A camera with everything a person is shown: what is wanted, what is reported, and the one line. */
export interface CameraView {
  camera: CameraColumns;
  customerName: string | null;
  planName: string | null;
  agent: { id: AgentId; name: string; presence: 'unknown' | 'online' | 'offline'; presenceAt: Date };
  wish: Wish;
  status: CameraStatus;
}

export interface CameraFilters {
  /** A customer with everything below it. */
  customerId?: TenantId | undefined;
  agentId?: AgentId | undefined;
  /** Only cameras that wait in the inbox. */
  unbound?: boolean | undefined;
  state?: Chip | undefined;
  /** Part of name, maker, model, serial number or address. */
  text?: string | undefined;
}

export interface CameraPage {
  limit: number;
  after: CameraId | null;
}

/** Rows read for one page when a filter needs the derived state; a page may then be short, never wrong. */
const scanRows = 2_000;

/**
 * Cameras of the scope in order of id. `next` is the id to go on after, null at the end. The state is derived,
 * not stored, so that a filter on it reads on until the page is full or {@link scanRows} rows were seen.
 */
export async function listCameras(
  db: Queryable,
  scope: Scope,
  filters: CameraFilters,
  page: CameraPage,
  now: Date,
): Promise<{ items: CameraView[]; next: CameraId | null }> {
  const items: CameraView[] = [];
  let after = page.after;
  for (let seen = 0; ;) {
    const size = filters.state === undefined ? page.limit : 200;
    const batch = await readViews(db, [...conditionsOf(scope, filters), ...beyond(after)], size + 1, now);
    for (const view of batch.slice(0, size)) {
      after = view.camera.id;
      seen += 1;
      if (filters.state !== undefined && view.status.chip !== filters.state) continue;
      items.push(view);
      if (items.length === page.limit) break;
    }
    const more = batch.length > size || batch.at(-1)?.camera.id !== after;
    if (batch.length === 0 || !more) return { items, next: null };
    if (items.length === page.limit || seen >= scanRows) return { items, next: after };
  }
}

/** Throws `not_found` outside the scope. */
export async function getCamera(db: Queryable, scope: Scope, id: CameraId, now: Date): Promise<CameraView> {
  const [view] = await readViews(db, [eq(cameras.id, id), inScope(cameras.tenantId, scope)], 1, now);
  if (view === undefined) throw notFound('camera', id);
  return view;
}

const beyond = (after: CameraId | null): SQL[] => (after === null ? [] : [gt(cameras.id, after)]);

function conditionsOf(scope: Scope, filters: CameraFilters): SQL[] {
  const conditions = [inScope(cameras.tenantId, scope)];
  if (filters.customerId !== undefined) {
    const root = alias(tenants, 'root');
    conditions.push(sql`${cameras.tenantId} in (select below.id from tenants below join ${tenants} as ${root}
      on below.path like ${root.path} || '%' where ${root.id} = ${filters.customerId})`);
  }
  if (filters.agentId !== undefined) conditions.push(eq(cameras.agentId, filters.agentId));
  if (filters.unbound === true) conditions.push(isNull(cameras.customerId));
  if (filters.unbound === false) conditions.push(sql`${cameras.customerId} is not null`);
  if (filters.text !== undefined && filters.text !== '') {
    const pattern = `%${filters.text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
    conditions.push(sql`concat_ws(' ', ${cameras.name}, ${cameras.manufacturer}, ${cameras.model},
      ${cameras.serial}, ${cameras.address}) ilike ${pattern}`);
  }
  return conditions;
}

async function readViews(
  db: Queryable,
  conditions: readonly SQL[],
  limit: number,
  now: Date,
): Promise<CameraView[]> {
  const rows = await db
    .select({
      camera: getTableColumns(cameras),
      holder: { path: tenants.path, name: tenants.name, timeZone: tenants.timeZone },
      planName: plans.name,
      agent: {
        id: agents.id,
        name: agents.name,
        presence: agents.presence,
        presenceAt: agents.presenceAt,
      },
    })
    .from(cameras)
    .innerJoin(tenants, eq(tenants.id, cameras.tenantId))
    .innerJoin(agents, eq(agents.id, cameras.agentId))
    .leftJoin(plans, eq(plans.id, cameras.planId))
    .where(and(...conditions))
    .orderBy(asc(cameras.id))
    .limit(limit);
  const paths = await loadPaths(db, [...new Set(rows.map(({ holder }) => holder.path))]);
  const styleIn = timeStyles(now);
  return rows.map(({ camera, holder, planName, agent }) => {
    const wish = wishFor(camera, paths.get(holder.path) ?? []);
    const status = statusOf(
      {
        wish,
        switchedOffBy: camera.switchedOffBy,
        agent,
        missingSince: camera.missingSince,
        reported: reportOf(camera),
      },
      styleIn(holder.timeZone ?? 'UTC'),
    );
    return {
      camera,
      customerName: camera.customerId === null ? null : holder.name,
      planName,
      agent,
      wish,
      status,
    };
  });
}

/** What the agent last said of a camera; null until it did. */
export function reportOf(camera: CameraColumns) {
  if (camera.reportedState === null) return null;
  return {
    state: camera.reportedState,
    reason: camera.reportedReason,
    detail: camera.reportedDetail,
    since: camera.reportedSince,
    generation: camera.reportedGeneration ?? 0,
  };
}

/** Cameras that an agent holds, by agent. */
export async function countByAgent(db: Queryable, ids: readonly AgentId[]): Promise<Map<AgentId, number>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ agentId: cameras.agentId, count: sql<number>`count(*)::int` })
    .from(cameras)
    .where(inArray(cameras.agentId, [...ids]))
    .groupBy(cameras.agentId);
  return new Map(rows.map(({ agentId, count }) => [agentId, count]));
}
