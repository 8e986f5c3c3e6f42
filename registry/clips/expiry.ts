import type { Context } from '../context.js';
import { databaseNow } from '../db/database.js';
import { and, inArray, lt, sql } from '../db/drizzle.js';
import { clips } from '../db/schema/clips.js';
import type { Storage } from '../recordings/storage/storage.js';

/** No legal hold in force touches what the clip shows (R24). */
const notHeld = sql`not exists (
  select from legal_holds hold
  where hold.customer_id = ${clips.customerId} and hold.released_at is null
    and (hold.camera_id is null or hold.camera_id = ${clips.cameraId})
    and ${clips.fromAt} < hold.to_at and ${clips.toAt} > hold.from_at
)`;

/** Removes clips whose time is over: bytes first, rows after. Answers how many. */
export async function removeExpiredClips(
  parts: Pick<Context, 'db'> & { storage: Pick<Storage, 'delete'> },
  options: { batchSize?: number; signal?: AbortSignal } = {},
): Promise<number> {
  const { batchSize = 50, signal } = options;
  let removed = 0;
  for (;;) {
    const expired = await parts.db
      .select({ id: clips.id, storageKey: clips.storageKey })
      .from(clips)
      .where(and(lt(clips.expiresAt, await databaseNow(parts.db)), notHeld))
      .limit(batchSize);
    if (expired.length === 0 || signal?.aborted) return removed;
    for (const { storageKey } of expired) if (storageKey !== null) await parts.storage.delete(storageKey);
    const ids = expired.map(({ id }) => id);
    await parts.db.delete(clips).where(inArray(clips.id, ids));
    removed += expired.length;
  }
}
