import type { Transaction } from '../db/database.js';
import { sql } from '../db/drizzle.js';
import type { PathTenant } from './path.js';

/**
 * Advisory locks of the tree. Namespace 1 is one tenant's switch, by its label: exclusive for who switches it,
 * shared for who decides by its status. Namespace 4 is the shape of the whole tree. Whoever takes several takes
 * the shape first, then tenants from the root down, then cameras in order of id: nobody waits in a circle.
 */
const shape = 4;

/** Nobody moves or deletes a tenant until the transaction ends; paths that were read stay true. */
export async function holdTree(tx: Transaction): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock_shared(${shape}, 0)`);
}

/** Nobody creates, moves or deletes a tenant until the transaction ends. */
export async function lockTree(tx: Transaction): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${shape}, 0)`);
}

/** The statuses of these tenants, root first, stay as they are until the transaction ends. */
export async function holdStatuses(tx: Transaction, path: readonly PathTenant[]): Promise<void> {
  for (const { seq } of path) await tx.execute(sql`select pg_advisory_xact_lock_shared(1, ${seq}::int)`);
}

/** Nobody switches this tenant, and no segment of its subtree is taken in, until the transaction ends. */
export async function lockTenant(tx: Transaction, seq: number): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(1, ${seq}::int)`);
}
