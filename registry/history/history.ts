import type { TenantId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import type { Transaction } from '../db/database.js';
import { history } from '../db/schema/registry.js';

export interface HistoryEntry {
  actor: Actor;
  /** The tenant in whose history it stands. */
  tenantId: TenantId;
  target: {
    kind:
      'tenant' | 'camera' | 'agent' | 'plan' | 'apiKey' | 'enrolmentToken' | 'user' | 'role' | 'supportGrant';
    id: string;
  };
  /** A stable code such as `tenant.disabled`. */
  operation: string;
  /** For a person: "Ana switched Bakery off: contract ended". */
  sentence: string;
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
}

/** Writes entries in the change's own transaction: no change without its entry, no entry without its change (R52). */
export async function record(tx: Transaction, ...entries: readonly HistoryEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await tx.insert(history).values(
    entries.map(({ actor, target, before, after, tenantId, operation, sentence }) => ({
      actorKind: actor.kind,
      actorId: actor.id,
      actorName: actor.name,
      tenantId,
      targetKind: target.kind,
      targetId: target.id,
      operation,
      sentence,
      before: before ?? null,
      after: after ?? null,
      ip: actor.ip,
      userAgent: actor.userAgent,
    })),
  );
}
