import type { Queryable } from '../db/database.js';
import { and, eq, sql } from '../db/drizzle.js';
import { agents } from '../db/schema/agents.js';
import { cameras } from '../db/schema/cameras.js';
import { chipColumn } from './chip-sql.js';
import { conditionsOf, type CameraFilters } from './filters.js';
import type { CameraSight } from './sight.js';
import { chips, type Chip } from './status.js';

/** Counted one by one up to here; a list says "about 1.0 M" above. */
export const countedAtMost = 10_000;

function matching(db: Queryable, sight: CameraSight, filters: CameraFilters) {
  const rows = db.select({ id: cameras.id }).from(cameras).$dynamic();
  if (filters.state !== undefined) void rows.innerJoin(agents, eq(agents.id, cameras.agentId));
  return rows.where(and(...conditionsOf(sight, filters)));
}

/** How many cameras a filter holds; `atMost` ends the count there. */
export async function countCameras(
  db: Queryable,
  sight: CameraSight,
  filters: CameraFilters,
  atMost: number | null,
): Promise<number> {
  const all = matching(db, sight, filters);
  const seen = atMost === null ? all : all.limit(atMost);
  const counted = await db.execute<{ count: number }>(
    sql`select count(*)::int as count from ${seen} as seen`,
  );
  return counted.rows[0]?.count ?? 0;
}

/**
 * The planner's guess of {@link countCameras}: no row is read. Ask it outside row-security.ts, whose policies it takes
 * for coins.
 */
export async function guessCameras(
  db: Queryable,
  sight: CameraSight,
  filters: CameraFilters,
): Promise<number> {
  const guess = await db.execute<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(
    sql`explain (format json) ${matching(db, sight, filters)}`,
  );
  return guess.rows[0]?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0;
}

/** How many cameras there are of each chip, in one statement. A `state` among the filters is left aside. */
export async function countByChip(
  db: Queryable,
  sight: CameraSight,
  filters: CameraFilters,
): Promise<Record<Chip, number>> {
  const rows = await db
    .select({ chip: chipColumn.as('chip'), count: sql<number>`count(*)::int` })
    .from(cameras)
    .innerJoin(agents, eq(agents.id, cameras.agentId))
    .where(and(...conditionsOf(sight, { ...filters, state: undefined })))
    .groupBy(sql`chip`);
  const counts = new Map(rows.map(({ chip, count }) => [chip, count]));
  return Object.fromEntries(chips.map((chip) => [chip, counts.get(chip) ?? 0])) as Record<Chip, number>;
}
