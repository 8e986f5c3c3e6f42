import type { UserId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import type { Transaction } from '../db/database.js';
import { eq } from '../db/drizzle.js';
import { memberships } from '../db/schema/people.js';
import { record, type HistoryEntry } from '../history/history.js';

type Told = Pick<HistoryEntry, 'operation' | 'sentence' | 'before' | 'after'>;

/** One entry in the history of every tenant the person belongs to: each of them may read it (R31). */
export async function recordForUser(
  tx: Transaction,
  actor: Actor,
  userId: UserId,
  told: Told,
): Promise<void> {
  const places = await tx
    .select({ tenantId: memberships.tenantId })
    .from(memberships)
    .where(eq(memberships.userId, userId))
    // One order for all: entries of a tenant are written one after another.
    .orderBy(memberships.tenantId);
  await record(
    tx,
    ...places.map(({ tenantId }) => ({
      actor,
      tenantId,
      target: { kind: 'user' as const, id: userId },
      ...told,
    })),
  );
}
