import type { Actor } from '../actor.js';
import type { Transaction } from '../db/database.js';
import { sql } from '../db/drizzle.js';
import type { HistoryEntry } from '../history/history.js';
import { documents, texts } from './arrays.js';
import { nothingWritten, type LockedCamera, type Written } from './bind.js';

/** Words on one camera. */
export const mostTags = 20;

/** Tags after `add` and `remove`, each once, those that stay in their order. */
export const tagsAfter = (
  tags: readonly string[],
  { add, remove }: { add: readonly string[]; remove: readonly string[] },
): string[] => [...new Set([...tags.filter((tag) => !remove.includes(tag)), ...add])];

export const isSameTags = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((tag) => b.includes(tag));

/** Writes new tags of locked cameras. */
export async function tagLocked(
  tx: Transaction,
  actor: Actor,
  changes: readonly { row: LockedCamera; tags: readonly string[] }[],
): Promise<Written> {
  const ids = changes.map(({ row }) => row.id);
  if (ids.length === 0) return nothingWritten;
  await tx.execute(sql`
    update cameras c set version = c.version + 1,
      tags = array(select jsonb_array_elements_text(x.tags))
    from unnest(${texts(ids)}, ${documents(changes.map(({ tags }) => tags))}) as x (id, tags) where c.id = x.id`);
  const entries = changes.map(({ row, tags }): HistoryEntry => ({
    actor,
    tenantId: row.tenantId,
    target: { kind: 'camera', id: row.id },
    operation: 'camera.tagged',
    sentence: `${actor.name} tagged ${row.name}: ${tags.length === 0 ? 'no tags' : tags.join(', ')}`,
    before: { tags: row.tags },
    after: { tags },
  }));
  return { ids, entries };
}
