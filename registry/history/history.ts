import type { CameraId, TenantId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import type { Transaction } from '../db/database.js';
import { sql } from '../db/drizzle.js';
import { history, historyHeads } from '../db/schema/registry.js';
import { hashOf, type ChainedEntry } from './chain.js';

export interface HistoryEntry {
  actor: Actor;
  /** The tenant in whose history it stands. */
  tenantId: TenantId;
  target: {
    kind:
      | 'tenant'
      | 'camera'
      | 'agent'
      | 'plan'
      | 'apiKey'
      | 'enrolmentToken'
      | 'user'
      | 'role'
      | 'supportGrant'
      | 'letter'
      | 'clip'
      | 'shareLink';
    id: string;
  };
  /** The camera it tells of where that is not its target: who may not view it does not read the entry (R30). */
  cameraId?: CameraId;
  /** A stable code such as `tenant.disabled`. */
  operation: string;
  /** For a person: "Ana switched Bakery off: contract ended". */
  sentence: string;
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
}

/** Rows of one INSERT: Postgres takes 65,535 parameters, a row has 16. */
const rowsAtOnce = 2_000;

/**
 * Writes entries in the change's own transaction: no change without its entry, no entry without its change
 * (R52). The heads of the tenants stay locked until commit, so that each tenant keeps one chain: call it last
 * in the transaction. Tenants are locked in one order; two changes never wait in a circle.
 */
export async function record(tx: Transaction, ...entries: readonly HistoryEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const tenantIds = [...new Set(entries.map(({ tenantId }) => tenantId))].toSorted();
  const heads = await lockHeads(tx, tenantIds);
  const rows = entries.map((entry) => {
    const head = heads.get(entry.tenantId) as Head;
    const said = chained(entry, head.at);
    const previousHash = head.hash;
    head.hash = hashOf(previousHash, said);
    return { ...said, cameraId: cameraOf(entry), previousHash, hash: head.hash };
  });
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    await tx.insert(history).values(rows.slice(from, from + rowsAtOnce));
  }
  await tx.execute(sql`
    update ${historyHeads} set hash = new.hash
    from unnest(${sql.param(tenantIds)}::text[], ${sql.param(tenantIds.map((id) => heads.get(id)?.hash))}::text[])
      as new (tenant_id, hash)
    where ${historyHeads.tenantId} = new.tenant_id`);
}

interface Head {
  hash: string | null;
  /** Database clock, read after the lock: times grow along the chain. */
  at: Date;
}

/** Makes the heads that are missing and locks them all; an empty hash is a chain without entries. */
async function lockHeads(tx: Transaction, tenantIds: readonly TenantId[]): Promise<Map<TenantId, Head>> {
  const { rows } = await tx.execute<{ tenant_id: TenantId; hash: string; at_ms: number }>(sql`
    insert into ${historyHeads} (tenant_id, hash)
    select id, '' from unnest(${sql.param(tenantIds)}::text[]) id order by id
    on conflict (tenant_id) do update set hash = ${historyHeads.hash}
    returning tenant_id, hash,
      (extract(epoch from date_trunc('milliseconds', clock_timestamp())) * 1000)::float8 as at_ms`);
  return new Map(
    rows.map(({ tenant_id: id, hash, at_ms: atMs }) => [
      id,
      { hash: hash === '' ? null : hash, at: new Date(atMs) },
    ]),
  );
}

const cameraOf = ({ target, cameraId }: HistoryEntry): CameraId | null =>
  cameraId ?? (target.kind === 'camera' ? (target.id as CameraId) : null);

function chained({ actor, target, ...entry }: HistoryEntry, at: Date): ChainedEntry {
  return {
    at,
    actorKind: actor.kind,
    actorId: actor.id,
    actorName: actor.name,
    tenantId: entry.tenantId,
    targetKind: target.kind,
    targetId: target.id,
    operation: entry.operation,
    sentence: entry.sentence,
    before: entry.before ?? null,
    after: entry.after ?? null,
    ip: actor.ip,
    userAgent: actor.userAgent,
  };
}
