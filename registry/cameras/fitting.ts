import type { CameraId } from '@gantry/protocol/ids.js';
import type { Database } from '../db/database.js';
import { sql } from '../db/drizzle.js';
import { fewThatFit } from '../db/few-that-fit.js';
import { bearersOf, isDescribed, keysIn, type CameraFilters } from './filters.js';
import { inSight, type CameraSight } from './sight.js';

/**
 * The same filters with the cameras named that fit their text, when these are few. Ask it outside row-security.ts. With
 * many that fit, and with a text too short, the filters stay as they are.
 */
export async function withFittingNamed(
  db: Database,
  sight: CameraSight,
  filters: CameraFilters,
): Promise<CameraFilters> {
  const { text, ...others } = filters;
  if (text === undefined) return filters;
  const ids = await fewThatFit<CameraId>(
    db,
    text,
    (atMost) => sql`
      (select id from cameras where ${isDescribed(text)} and ${inSight(sight)} limit ${atMost})
      union (select ${text.trim()}::text)
      union (select camera_id from (${bearersOf(keysIn(text))}) as bearers (camera_id) limit ${atMost})`,
  );
  return ids === null ? filters : { ...others, ids };
}
