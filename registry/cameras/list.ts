import type { AgentId, CameraId, TenantId } from '@gantry/protocol/ids.js';
import type { Queryable } from '../db/database.js';
import {
  and,
  asc,
  desc,
  eq,
  getTableColumns,
  gt,
  inArray,
  lt,
  type SQL,
  sql,
  type SQLWrapper,
} from '../db/drizzle.js';
import { agents, type Presence } from '../db/schema/agents.js';
import { cameraKeys, cameras } from '../db/schema/cameras.js';
import { plans } from '../db/schema/plans.js';
import { tenants } from '../db/schema/tenants.js';
import { notFound } from '../errors.js';
import { loadPaths } from '../tenancy/path.js';
import { pathInScope } from '../tenancy/scope.js';
import { texts } from './arrays.js';
import { conditionsOf, isBelow, type CameraFilters } from './filters.js';
import { inSight, type CameraSight } from './sight.js';
import { statusOf, timeStyles, type CameraStatus } from './status.js';
import { wishFor, type Wish } from './wish.js';

export type CameraColumns = typeof cameras.$inferSelect;

/** A camera with everything a person is shown: what is wanted, what is reported, and the one line. */
export interface CameraView {
  camera: CameraColumns;
  customerName: string | null;
  planName: string | null;
  agent: { id: AgentId; name: string; presence: Presence; presenceAt: Date; lastHeardAt: Date | null };
  wish: Wish;
  status: CameraStatus;
}

/** A minus in front: descending. `createdAt` is the order of ids, which are minted when a camera registers. */
export const cameraSorts = ['createdAt', '-createdAt', 'name', '-name'] as const;
export type CameraSort = (typeof cameraSorts)[number];

/** Where a page goes on: the last row's sort key, null where the id alone is the order, and its id. */
export interface CameraPosition {
  key: string | null;
  id: CameraId;
}

export interface CameraPage {
  limit: number;
  /** Left out: `createdAt`. */
  sort?: CameraSort;
  after: CameraPosition | null;
}

/** Cameras in sight, page by page; `next` is where to go on, null at the end. Names are sorted whatever their case. */
export async function listCameras(
  db: Queryable,
  sight: CameraSight,
  filters: CameraFilters,
  page: CameraPage,
  now: Date,
): Promise<{ items: CameraView[]; next: CameraPosition | null }> {
  const { limit, sort = 'createdAt', after } = page;
  const byName = sort.endsWith('name');
  const falls = sort.startsWith('-');
  const conditions = conditionsOf(sight, filters);
  if (after !== null) conditions.push(beyond(byName, falls, after));
  const order = falls ? desc : asc;
  const key = byName ? sql<string>`${cameras.nameKey}` : sql<null>`null::text`;
  const choose = (more: SQL[]) => {
    const chosen = db
      .select({ id: cameras.id, key: key.as('key') })
      .from(cameras)
      .$dynamic();
    if (filters.state !== undefined) void chosen.innerJoin(agents, eq(agents.id, cameras.agentId));
    return chosen
      .where(and(...more, ...conditions))
      .orderBy(...(byName ? [order(cameras.nameKey)] : []), order(cameras.id))
      .limit(limit + 1);
  };
  const holders = await fewHolders(db, sight, filters);
  const found =
    holders === null ? await choose([]) : await mergeOf(db, holders, choose([isOfHolder]), falls, limit + 1);
  const shown = found.slice(0, limit);
  const views = await readViews(
    db,
    shown.map(({ id }) => id),
    now,
  );
  return { items: views, next: found.length > limit ? (shown.at(-1) ?? null) : null };
}

/** Above so many tenants one walk through all cameras is cheaper than a page of each. */
const fewAtMost = 200;

/** The tenants whose cameras a list holds; null: very many, or single cameras, which are found by themselves. */
async function fewHolders(
  db: Queryable,
  sight: CameraSight,
  filters: CameraFilters,
): Promise<TenantId[] | null> {
  const { customerId } = filters;
  if ((sight.listed ?? []).length > 0 || filters.ids !== undefined) return null;
  const rows = await db
    .select({ id: tenants.id })
    .from(tenants)
    .where(and(pathInScope(sight), customerId === undefined ? undefined : isBelow(tenants.id, customerId)))
    .limit(fewAtMost + 1);
  return rows.length > fewAtMost ? null : rows.map(({ id }) => id);
}

const isOfHolder = sql`${cameras.tenantId} = holder.id`;

/**
 * A page of each tenant's cameras by its own index, and of them the first: as quick at any depth. Left to itself the
 * planner sorts every camera of the tenants once it believes that few come after the place.
 */
async function mergeOf(
  db: Queryable,
  holders: readonly TenantId[],
  ofOne: SQLWrapper,
  falls: boolean,
  limit: number,
): Promise<CameraPosition[]> {
  const order = falls ? sql`desc` : sql`asc`;
  const { rows } = await db.execute<CameraPosition & Record<string, unknown>>(sql`
    select page.id, page.key from unnest(${texts(holders)}) as holder (id) cross join lateral ${ofOne} page
    order by page.key ${order}, page.id ${order} limit ${limit}`);
  return rows;
}

function beyond(byName: boolean, falls: boolean, { key, id }: CameraPosition): SQL {
  if (!byName) return falls ? lt(cameras.id, id) : gt(cameras.id, id);
  return falls
    ? sql`(${cameras.nameKey}, ${cameras.id}) < (${key}, ${id})`
    : sql`(${cameras.nameKey}, ${cameras.id}) > (${key}, ${id})`;
}

/** Throws `not_found` for what is not in sight. */
export async function getCamera(
  db: Queryable,
  sight: CameraSight,
  id: CameraId,
  now: Date,
): Promise<CameraView> {
  const [seen] = await db
    .select({ id: cameras.id })
    .from(cameras)
    .where(and(eq(cameras.id, id), inSight(sight)));
  const [view] = seen === undefined ? [] : await readViews(db, [seen.id], now);
  if (view === undefined) throw notFound('camera', id);
  return view;
}

/**
 * What a person is shown of these cameras, in this order. A statement of its own: whatever is joined to a page must
 * not tempt the planner to read more than the page.
 */
async function readViews(db: Queryable, ids: readonly CameraId[], now: Date): Promise<CameraView[]> {
  if (ids.length === 0) return [];
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
        lastHeardAt: agents.lastHeardAt,
      },
    })
    .from(cameras)
    .innerJoin(tenants, eq(tenants.id, cameras.tenantId))
    .innerJoin(agents, eq(agents.id, cameras.agentId))
    .leftJoin(plans, eq(plans.id, cameras.planId))
    .where(sql`${cameras.id} = any(${texts(ids)})`)
    .orderBy(sql`array_position(${texts(ids)}, ${cameras.id})`);
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

/** When the camera was last known to be there: its agent lists it, or stopped to; null before the agent was heard. */
export const lastSeenOf = ({ camera, agent }: Pick<CameraView, 'camera' | 'agent'>): Date | null =>
  camera.missingSince ?? agent.lastHeardAt;

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

/** The MAC addresses by which cameras are known; one each. */
export async function macsOf(db: Queryable, ids: readonly CameraId[]): Promise<Map<CameraId, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: cameraKeys.cameraId, value: cameraKeys.value })
    .from(cameraKeys)
    .where(and(eq(cameraKeys.kind, 'mac'), sql`${cameraKeys.cameraId} = any(${texts(ids)})`));
  return new Map(rows.map(({ id, value }) => [id, value]));
}
