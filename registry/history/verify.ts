import type { TenantId } from '@gantry/protocol/ids.js';
import type { Queryable } from '../db/database.js';
import { and, asc, eq, gt } from '../db/drizzle.js';
import { history, historyHeads } from '../db/schema/registry.js';
import { ChainWalk, type ChainBreak } from './chain.js';

/** What became of following a tenant's chain to its end. */
export interface ChainVerdict {
  intact: boolean;
  entries: number;
  /** Of the newest entry: kept elsewhere, it proves later that nothing before it was rewritten. */
  head: string | null;
  broken: ChainBreak | null;
}

const entriesAtOnce = 1_000;

/**
 * Follows the whole chain of one tenant (not of those below it), and compares its end with the head that is
 * kept aside. `queryable` must show one moment: a transaction with repeatable reads, or nobody writing.
 */
export async function verifyHistory(queryable: Queryable, tenantId: TenantId): Promise<ChainVerdict> {
  const [head] = await queryable.select().from(historyHeads).where(eq(historyHeads.tenantId, tenantId));
  const walk = new ChainWalk();
  for (let after = 0; ;) {
    const entries = await queryable
      .select()
      .from(history)
      .where(and(eq(history.tenantId, tenantId), gt(history.id, after)))
      .orderBy(asc(history.id))
      .limit(entriesAtOnce);
    for (const entry of entries) walk.take(entry);
    const last = entries.at(-1);
    if (last === undefined || entries.length < entriesAtOnce) break;
    after = last.id;
  }
  walk.end(head?.hash || null);
  return { intact: walk.broken === null, entries: walk.entries, head: walk.hash, broken: walk.broken };
}
