import type { CameraId } from '@gantry/protocol/ids.js';
import type { Queryable } from '../../db/database.js';
import { and, asc, eq } from '../../db/drizzle.js';
import { agents } from '../../db/schema/agents.js';
import { cameras } from '../../db/schema/cameras.js';
import { Failure } from '../../errors.js';
import { conditionsOf } from '../filters.js';
import type { CameraSight } from '../sight.js';
import type { Selection } from './acts.js';

/** The most one request changes. */
export const selectedAtMost = 100_000;

/**
 * The cameras of a selection, each once; by filter those of this moment. Throws `selection_changed` with the new
 * number when it is not the one the person was shown, `invalid` for more than {@link selectedAtMost}.
 */
export async function selectCameras(
  db: Queryable,
  view: CameraSight,
  selection: Selection,
): Promise<CameraId[]> {
  if ('ids' in selection) return [...new Set(selection.ids)];
  const { filter, except, expectedCount } = selection;
  const matching = db.select({ id: cameras.id }).from(cameras).$dynamic();
  if (filter.state !== undefined) void matching.innerJoin(agents, eq(agents.id, cameras.agentId));
  const rows = await matching
    .where(and(...conditionsOf(view, filter)))
    .orderBy(asc(cameras.id))
    .limit(selectedAtMost + except.length + 1);
  const left = new Set(except);
  const ids = rows.map(({ id }) => id).filter((id) => !left.has(id));
  if (ids.length > selectedAtMost) {
    throw new Failure(
      'invalid',
      `This filter holds more than ${selectedAtMost} cameras. Narrow it, and go part by part.`,
      [{ pointer: '/select/filter', code: 'too_big', detail: `must hold at most ${selectedAtMost} cameras` }],
    );
  }
  if (expectedCount !== null && expectedCount !== ids.length) {
    throw new Failure(
      'selection_changed',
      `The filter holds ${ids.length} cameras now, not ${expectedCount}. Look at it again, and confirm the new number.`,
      [{ pointer: '/select/expectedCount', code: 'selection_changed', detail: String(ids.length) }],
    );
  }
  return ids;
}
