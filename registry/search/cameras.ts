import { texts } from '../cameras/arrays.js';
import { bearersOf, keysIn } from '../cameras/filters.js';
import { inSight, type CameraSight } from '../cameras/sight.js';
import type { Database, Queryable } from '../db/database.js';
import { type SQL, sql } from '../db/drizzle.js';
import { scopedRead } from '../db/row-security.js';
import type { Scope } from '../tenancy/scope.js';
import type { Found } from './found.js';
import { literal, wordsQuery } from './words.js';

/** Candidates of one index before the sight is asked: most cameras begin with "Camera". */
const candidates = 2_000;

/**
 * Cameras in sight by id, MAC, UUID, serial, address or name. Ids are found by index outside the second wall, whose
 * policies no index but that of ids answers; what is shown of them is read behind it. Up to `lookedThrough` cameras
 * are looked through one by one; of more, the indexes are asked for beginnings and words.
 */
export async function findCameras(
  db: Database,
  sight: CameraSight,
  scope: Scope,
  text: string,
  { limit, lookedThrough = 20_000 }: { limit: number; lookedThrough?: number },
): Promise<Found[]> {
  const ids = await db.transaction(
    async (tx) => {
      const exact = await idsOf(tx, sight, sql`${sql.identifier('cameras')}.id in (${exactly(text)})`, limit);
      if (exact.length > 0) return exact;
      return (await isSmall(tx, sight, lookedThrough))
        ? lookThrough(tx, sight, text, limit)
        : askIndexes(tx, sight, text, limit);
    },
    { accessMode: 'read only' },
  );
  if (ids.length === 0) return [];
  return scopedRead(db, scope, async (q) => {
    const { rows } = await q.execute<Found & Record<string, unknown>>(sql`
      select 'camera' as kind, id, name, tenant_id as "tenantId",
        concat_ws(' · ', nullif(concat_ws(' ', manufacturer, model), ''), address, serial) as detail
      from cameras where id = any(${texts(ids)})`);
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  });
}

/** An id, or the ids of what has this UUID, or a MAC address that is or begins so. */
const exactly = (text: string): SQL =>
  sql`select ${text.trim()}::text union (${bearersOf(keysIn(text))} limit ${candidates})`;

async function idsOf(q: Queryable, sight: CameraSight, condition: SQL, limit: number): Promise<string[]> {
  const { rows } = await q.execute<{ id: string }>(
    sql`select id from cameras where ${condition} and ${inSight(sight)} order by lower(name), id limit ${limit}`,
  );
  return rows.map(({ id }) => id);
}

async function isSmall(q: Queryable, sight: CameraSight, lookedThrough: number): Promise<boolean> {
  const { rows } = await q.execute<{ n: number }>(sql`
    select count(*)::int as n from (select from cameras where ${inSight(sight)} limit ${lookedThrough + 1}) looked`);
  return (rows[0]?.n ?? 0) <= lookedThrough;
}

async function lookThrough(q: Queryable, sight: CameraSight, text: string, limit: number): Promise<string[]> {
  const { rows } = await q.execute<{ id: string }>(sql`
    with mine as materialized (
      select id, name, lower(concat_ws(' ', name, manufacturer, model, serial, address)) as described
      from cameras where ${inSight(sight)}
    )
    select id from mine where described like ${`%${literal(text.toLowerCase())}%`}
    order by lower(name) not like ${`${literal(text.toLowerCase())}%`}, lower(name), id limit ${limit}`);
  return rows.map(({ id }) => id);
}

async function askIndexes(q: Queryable, sight: CameraSight, text: string, limit: number): Promise<string[]> {
  const begins = `${literal(text.toLowerCase())}%`;
  // A word that a million names share is not worth its million rows: some of them will do.
  await q.execute(sql`select set_config('gin_fuzzy_search_limit', ${String(candidates)}, true)`);
  const words = wordsQuery(text);
  const conditions = [
    sql`lower(name) like ${begins}`,
    sql`lower(serial) like ${begins}`,
    ...(words === null ? [] : [sql`to_tsvector('simple', name) @@ to_tsquery('simple', ${words})`]),
  ];
  const found = new Set<string>();
  for (const condition of conditions) {
    if (found.size >= limit) break;
    const { rows } = await q.execute<{ id: string }>(sql`
      with likely as materialized (select * from cameras where ${condition} limit ${candidates})
      select id from likely cameras where ${inSight(sight)} order by lower(name), id limit ${limit}`);
    for (const { id } of rows) found.add(id);
  }
  return [...found].slice(0, limit);
}
