import type { CameraId, TenantId } from '@gantry/protocol/ids.js';
import { bigserial, index, jsonb, pgTable, text } from '../drizzle.js';
import { createdNow } from './columns.js';

/** Single values of this registry: `epoch` (of desired states), `instance` (its name in tokens), secrets. */
export const registryState = pgTable('registry_state', {
  key: text('key').primaryKey(),
  value: jsonb('value').$type<unknown>().notNull(),
});

export const outboxKinds = ['tenant', 'agent', 'cameras'] as const;
/**
 * Written in the change's transaction, worked off after commit: whose desired state must be derived again.
 * `tenant`: every agent that has a camera in that subtree; `agent`: that one; `cameras`: their agents.
 */
export const outbox = pgTable('outbox', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  kind: text('kind').$type<(typeof outboxKinds)[number]>().notNull(),
  /** Ids of that kind. */
  refs: jsonb('refs').$type<string[]>().notNull(),
  createdAt: createdNow(),
});

/** Who did what to whom: one entry per change, in the change's transaction (R52). Never updated. */
export const history = pgTable(
  'history',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    at: createdNow('at'),
    actorKind: text('actor_kind').$type<'user' | 'apiKey' | 'agent' | 'registry'>().notNull(),
    actorId: text('actor_id'),
    actorName: text('actor_name').notNull(),
    /** The tenant in whose history it stands; ancestors see it too. */
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    targetKind: text('target_kind').notNull(),
    targetId: text('target_id').notNull(),
    /** The camera it tells of; null: of none. Who may not view that camera does not read the entry (R30). */
    cameraId: text('camera_id').$type<CameraId>(),
    /** A stable code such as `tenant.disabled`. */
    operation: text('operation').notNull(),
    /** For a person: "Ana switched Bakery off: contract ended". */
    sentence: text('sentence').notNull(),
    before: jsonb('before').$type<Record<string, unknown>>(),
    after: jsonb('after').$type<Record<string, unknown>>(),
    ip: text('ip'),
    userAgent: text('user_agent'),
    /** Hash chain per tenant: sha-256 over the entry before and this one, hex; a rewritten past does not fit. */
    previousHash: text('previous_hash'),
    hash: text('hash'),
  },
  (table) => [
    index('history_tenant').on(table.tenantId, table.id),
    index('history_target').on(table.targetId, table.id),
  ],
);

/** The newest entry of each tenant's chain; its row lock keeps entries of one tenant in one order. */
export const historyHeads = pgTable('history_heads', {
  tenantId: text('tenant_id').$type<TenantId>().primaryKey(),
  hash: text('hash').notNull(),
});
