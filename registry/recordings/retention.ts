import type { TenantId } from '@gantry/protocol/ids.js';
import { registryActor } from '../actor.js';
import type { Context } from '../context.js';
import { databaseNow, type Transaction } from '../db/database.js';
import { and, inArray, lt, sql } from '../db/drizzle.js';
import { clips } from '../db/schema/clips.js';
import { segments } from '../db/schema/segments.js';
import { record, type HistoryEntry } from '../history/history.js';
import { holdOffHolds } from '../tenancy/legal-holds.js';
import type { Storage, StoredObject } from './storage/storage.js';

type Parts = Pick<Context, 'db'> & { storage: Storage };

/** No legal hold in force touches the segment (R24): what is held outlives its retention. */
const notHeld = sql`not exists (
  select from legal_holds hold
  where hold.customer_id = ${segments.customerId} and hold.released_at is null
    and (hold.camera_id is null or hold.camera_id = ${segments.cameraId})
    and ${segments.startedAt} < hold.to_at
    and ${segments.startedAt} + ${segments.durationMs} * interval '1 millisecond' > hold.from_at
)`;

/**
 * Removes segments whose retention has ended: bytes first, rows after, so that a crash in between leaves rows
 * whose deletion is tried again and never bytes that nobody knows of. Each customer's history gets a receipt with
 * files and bytes in the transaction that removes the rows. Returns how many were removed.
 */
export async function purgeExpired(
  parts: Parts,
  options: { batchSize?: number; signal?: AbortSignal } = {},
): Promise<number> {
  const { batchSize = 2_000, signal } = options;
  let removed = 0;
  for (;;) {
    if (signal?.aborted) return removed;
    const gone = await parts.db.transaction((tx) => purgeBatch(tx, parts.storage, batchSize));
    if (gone === 0) return removed;
    removed += gone;
  }
}

/** A distant storage takes some hundredths of a second for each. */
const deletedSideBySide = 16;

async function purgeBatch(tx: Transaction, storage: Storage, limit: number): Promise<number> {
  // A hold that is answered has saved all it names: none is made between the look for holds and the last byte.
  await holdOffHolds(tx);
  const expired = await tx
    .select({ id: segments.id, storageKey: segments.storageKey })
    .from(segments)
    .where(and(lt(segments.keepUntil, await databaseNow(tx)), notHeld))
    .orderBy(segments.keepUntil)
    .limit(limit);
  if (expired.length === 0) return 0;
  for (let at = 0; at < expired.length; at += deletedSideBySide) {
    const some = expired.slice(at, at + deletedSideBySide);
    await Promise.all(some.map(({ storageKey }) => storage.delete(storageKey)));
  }
  const ids = expired.map((segment) => segment.id);
  const gone = await tx
    .delete(segments)
    .where(inArray(segments.id, ids))
    .returning({ customerId: segments.customerId, sizeBytes: segments.sizeBytes });
  await record(tx, ...receiptsOf(gone));
  return expired.length;
}

/** One entry per customer: how much went. */
function receiptsOf(gone: readonly { customerId: TenantId; sizeBytes: number }[]): HistoryEntry[] {
  return [...new Set(gone.map(({ customerId }) => customerId))].map((tenantId) => {
    const own = gone.filter(({ customerId }) => customerId === tenantId);
    const sizeBytes = own.reduce((sum, one) => sum + one.sizeBytes, 0);
    return {
      actor: registryActor,
      tenantId,
      target: { kind: 'tenant', id: tenantId },
      operation: 'recordings.purged',
      sentence: `Retention ended for ${own.length} recorded files of ${sizeBytes} bytes; they were removed`,
      after: { files: own.length, sizeBytes },
    };
  });
}

/** Where stored files of each kind lie, and which rows name them. */
const named = [
  { prefix: 'segments/', table: segments, key: segments.storageKey },
  { prefix: 'clips/', table: clips, key: clips.storageKey },
] as const;

/**
 * Removes stored files that no row names: what a crash between bytes and row left behind. `minAgeMs` spares
 * uploads that are under way. Returns how many were removed.
 */
export async function sweepOrphans(
  parts: Parts & Pick<Context, 'clock'>,
  options: { minAgeMs?: number; signal?: AbortSignal } = {},
): Promise<number> {
  const { minAgeMs = 6 * 3_600_000, signal } = options;
  const oldestMs = parts.clock.nowMs() - minAgeMs;
  let removed = 0;
  for await (const { key, storedAtMs } of unnamedObjects(parts, signal)) {
    if (storedAtMs > oldestMs) continue;
    await parts.storage.delete(key);
    removed += 1;
  }
  return removed;
}

const batchSize = 500;

/** Objects of segments and clips that no row names. */
export async function* unnamedObjects(parts: Parts, signal?: AbortSignal): AsyncGenerator<StoredObject> {
  for (const { prefix, table, key } of named) {
    let batch: StoredObject[] = [];
    const unnamed = async (): Promise<StoredObject[]> => {
      const keys = batch.map((object) => object.key);
      const rows = await parts.db.select({ key }).from(table).where(inArray(key, keys));
      const known = new Set(rows.map((row) => row.key));
      return batch.filter((object) => !known.has(object.key));
    };
    for await (const object of parts.storage.list(prefix)) {
      if (signal?.aborted) return;
      batch.push(object);
      if (batch.length < batchSize) continue;
      yield* await unnamed();
      batch = [];
    }
    if (batch.length > 0) yield* await unnamed();
  }
}
