import type { Context } from '../context.js';
import { databaseNow, type Transaction } from '../db/database.js';
import { and, inArray, lt, sql } from '../db/drizzle.js';
import { clips } from '../db/schema/clips.js';
import type { Storage } from '../recordings/storage/storage.js';
import { holdOffHolds } from '../tenancy/legal-holds.js';

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
    if (signal?.aborted) return removed;
    const gone = await parts.db.transaction((tx) => removeBatch(tx, parts.storage, batchSize));
    if (gone === 0) return removed;
    removed += gone;
  }
}

async function removeBatch(
  tx: Transaction,
  storage: Pick<Storage, 'delete'>,
  limit: number,
): Promise<number> {
  await holdOffHolds(tx);
  const expired = await tx
    .select({ id: clips.id, storageKey: clips.storageKey })
    .from(clips)
    .where(and(lt(clips.expiresAt, await databaseNow(tx)), notHeld))
    .limit(limit);
  for (const { storageKey } of expired) if (storageKey !== null) await storage.delete(storageKey);
  const ids = expired.map(({ id }) => id);
  if (ids.length > 0) await tx.delete(clips).where(inArray(clips.id, ids));
  return expired.length;
}
