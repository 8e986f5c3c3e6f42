import { createHash } from 'node:crypto';
import type { TenantId } from '@gantry/protocol/ids.js';
import type { Context } from '../context.js';
import { and, asc, eq, gt, inArray, isNotNull } from '../db/drizzle.js';
import { clips } from '../db/schema/clips.js';
import { segments, type SegmentState } from '../db/schema/segments.js';
import { unnamedObjects } from './retention.js';
import type { Storage } from './storage/storage.js';

/** A difference between what the database says and what the storage holds. */
export interface Difference {
  kind: 'missing' | 'truncated' | 'altered' | 'orphan';
  key: string;
  /** Of the segment or clip; null for an orphan. */
  id: string | null;
  customerId: TenantId | null;
  sizeBytes: number;
}

export interface StorageReport {
  segments: number;
  clips: number;
  sizeBytes: number;
  differences: Difference[];
}

type Parts = Pick<Context, 'db' | 'clock'> & { storage: Storage };

const rowsAtOnce = 500;
/** Younger objects may be of an upload whose row is still to come. */
const minOrphanAgeMs = 6 * 3_600_000;

/**
 * Compares every row with its object, and every object with its rows. `hashes`: reads every byte; else sizes only.
 * `told` hears each difference when it is found. Rows that were marked before are not told again.
 */
export async function verifyStorage(
  parts: Parts,
  options: { hashes: boolean; minOrphanAgeMs?: number; told?: (difference: Difference) => void },
): Promise<StorageReport> {
  const report: StorageReport = { segments: 0, clips: 0, sizeBytes: 0, differences: [] };
  const tell = (difference: Difference): void => {
    report.differences.push(difference);
    options.told?.(difference);
  };
  for await (const row of storedRows(parts)) {
    report[row.of] += 1;
    report.sizeBytes += row.sizeBytes;
    const kind = await differenceOf(parts.storage, row, options.hashes);
    const { key, id, customerId, sizeBytes } = row;
    if (kind !== null) tell({ kind, key, id, customerId, sizeBytes });
  }
  const oldestMs = parts.clock.nowMs() - (options.minOrphanAgeMs ?? minOrphanAgeMs);
  for await (const { key, sizeBytes, storedAtMs } of unnamedObjects(parts)) {
    if (storedAtMs <= oldestMs) tell({ kind: 'orphan', key, id: null, customerId: null, sizeBytes });
  }
  return report;
}

interface StoredRow {
  of: 'segments' | 'clips';
  id: string;
  key: string;
  customerId: TenantId;
  sizeBytes: number;
  sha256: string;
}

/** Rows page by page, by id: it may take hours, and no transaction stays open meanwhile. */
async function* storedRows({ db }: Pick<Parts, 'db'>): AsyncGenerator<StoredRow> {
  for (let after = ''; ;) {
    const rows = await db
      .select({
        id: segments.id,
        key: segments.storageKey,
        customerId: segments.customerId,
        sizeBytes: segments.sizeBytes,
        sha256: segments.sha256,
      })
      .from(segments)
      .where(and(gt(segments.id, after as never), eq(segments.state, 'stored')))
      .orderBy(asc(segments.id))
      .limit(rowsAtOnce);
    for (const row of rows) yield { of: 'segments', ...row };
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.id;
  }
  const made = await db.select().from(clips).where(isNotNull(clips.storageKey)).orderBy(asc(clips.id));
  for (const { id, storageKey, customerId, sizeBytes, sha256 } of made) {
    if (storageKey === null || sizeBytes === null || sha256 === null) continue;
    yield { of: 'clips', id, key: storageKey, customerId, sizeBytes, sha256 };
  }
}

async function differenceOf(
  storage: Storage,
  row: StoredRow,
  hashes: boolean,
): Promise<Exclude<Difference['kind'], 'orphan'> | null> {
  const object = await storage.head(row.key);
  if (object === null) return 'missing';
  if (object.sizeBytes < row.sizeBytes) return 'truncated';
  if (object.sizeBytes > row.sizeBytes) return 'altered';
  if (!hashes) return null;
  const hash = createHash('sha256');
  for await (const chunk of await storage.get(row.key)) hash.update(chunk);
  return hash.digest('hex') === row.sha256 ? null : 'altered';
}

const stateAfter: Readonly<Record<Exclude<Difference['kind'], 'orphan'>, SegmentState>> = {
  missing: 'lost',
  truncated: 'quarantined',
  altered: 'quarantined',
};

/**
 * Makes the database say what is so: rows without their bytes are `lost`, rows with other bytes `quarantined`, and
 * both are gaps in the timeline; nothing of them is deleted. Clips without their bytes go, for they can be made
 * again. Orphans are removed. Answers how many rows and objects were changed.
 */
export async function repairStorage(parts: Parts, differences: readonly Difference[]): Promise<number> {
  let changed = 0;
  for (const { kind, key, id } of differences) {
    if (kind === 'orphan') {
      await parts.storage.delete(key);
      changed += 1;
      continue;
    }
    if (id === null) continue;
    const marked = await parts.db
      .update(segments)
      .set({ state: stateAfter[kind] })
      .where(and(eq(segments.id, id as never), eq(segments.storageKey, key)))
      .returning({ id: segments.id });
    changed += marked.length;
    if (marked.length > 0) continue;
    const gone = await parts.db
      .delete(clips)
      .where(and(inArray(clips.id, [id as never]), eq(clips.storageKey, key)))
      .returning({ id: clips.id });
    if (gone.length > 0) await parts.storage.delete(key);
    changed += gone.length;
  }
  return changed;
}
