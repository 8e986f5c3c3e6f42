import type { CameraId } from '@gantry/protocol/ids.js';
import type { Database, Queryable } from '../db/database.js';
import { sql } from '../db/drizzle.js';
import { bearersOf, isDescribed, keysIn, type CameraFilters } from './filters.js';
import { inSight, type CameraSight } from './sight.js';

/** Of more cameras that fit, a walk through the list soon comes upon a page. */
const fewAtMost = 2_000;
/** The index knows three letters in a row, and no fewer. */
const shortest = 3;

/**
 * The same filters with the cameras named that fit their text, when these are few: a walk through a million cameras for
 * the three that fit takes seconds. Ask it outside row-security.ts: behind that wall nothing but ids is found by index,
 * so a list asks by these ids there. With many that fit, and with a text too short, the filters stay as they are.
 */
export async function withFittingNamed(
  db: Database,
  sight: CameraSight,
  filters: CameraFilters,
): Promise<CameraFilters> {
  const { text, ...others } = filters;
  if (text === undefined || text.length < shortest) return filters;
  const ids = await fewThatFit(db, sight, text);
  return ids === null ? filters : { ...others, ids };
}

async function fewThatFit(db: Queryable, sight: CameraSight, text: string): Promise<CameraId[] | null> {
  const atMost = sql.raw(String(fewAtMost + 1));
  const { rows } = await db.execute<{ id: CameraId }>(sql`
    (select id from cameras where ${isDescribed(text)} and ${inSight(sight)} limit ${atMost})
    union (select ${text.trim()}::text)
    union (select camera_id from (${bearersOf(keysIn(text))}) as bearers (camera_id) limit ${atMost})`);
  return rows.length > fewAtMost ? null : rows.map(({ id }) => id);
}
