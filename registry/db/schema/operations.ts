import type { TenantId } from '@gantry/protocol/ids.js';
import { boolean, index, integer, jsonb, pgTable, primaryKey, text } from '../drizzle.js';
import { createdNow, instant } from './columns.js';
import { tenants } from './tenants.js';

export const operationStates = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
export type OperationState = (typeof operationStates)[number];

/** Work that outlives its request: progress, result and failures; resumed after a restart. */
export const operations = pgTable(
  'operations',
  {
    id: text('id').primaryKey(),
    /** A stable code such as `tenant.delete`, `cameras.bind`. */
    kind: text('kind').notNull(),
    /** In whose history and scope it stands. */
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    actorName: text('actor_name').notNull(),
    /** What is to be done, as its kind reads it. */
    payload: jsonb('payload').$type<Record<string, unknown>>().notNull(),
    state: text('state').$type<OperationState>().notNull().default('queued'),
    total: integer('total').notNull().default(0),
    done: integer('done').notNull().default(0),
    /** The first failures, at most 100; `failed` counts them all. */
    failures: jsonb('failures').$type<{ id: string; code: string; detail: string }[]>().notNull().default([]),
    failed: integer('failed').notNull().default(0),
    /** Receipt or other outcome, once done. */
    result: jsonb('result').$type<Record<string, unknown>>(),
    /** The operation that tried again what failed here. */
    retriedAs: text('retried_as'),
    createdAt: createdNow(),
    finishedAt: instant('finished_at'),
  },
  (table) => [
    index('operations_tenant').on(table.tenantId, table.id),
    index('operations_state').on(table.state),
  ],
);

/**
 * What an operation over many things still has to do, in order. A step takes rows away, or marks them as failed, in
 * the transaction that does them, so that a crash neither repeats nor forgets one.
 */
export const operationItems = pgTable(
  'operation_items',
  {
    operationId: text('operation_id')
      .notNull()
      .references(() => operations.id, { onDelete: 'cascade' }),
    n: integer('n').notNull(),
    /** As the operation's kind reads it. */
    item: jsonb('item').$type<Record<string, unknown>>().notNull(),
    /** Tried in vain; kept so that it can be tried again as an operation of its own. */
    failed: boolean('failed').notNull().default(false),
  },
  (table) => [primaryKey({ columns: [table.operationId, table.n] })],
);

/** Answers of POST requests that carried an Idempotency-Key; kept 24 h. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    /** `user:usr_…` or `apiKey:key_…`. */
    principal: text('principal').notNull(),
    key: text('key').notNull(),
    /** sha-256 over method, path and body. */
    fingerprint: text('fingerprint').notNull(),
    /** Null while the first request is still running. */
    status: integer('status'),
    answer: text('answer'),
    createdAt: createdNow(),
  },
  (table) => [
    primaryKey({ columns: [table.principal, table.key] }),
    index('idempotency_keys_created').on(table.createdAt),
  ],
);

/** Recordings that must not be deleted (R24). */
export const legalHolds = pgTable(
  'legal_holds',
  {
    id: text('id').primaryKey(),
    customerId: text('customer_id')
      .$type<TenantId>()
      .notNull()
      .references(() => tenants.id),
    /** Null: every camera of the customer. */
    cameraId: text('camera_id'),
    fromAt: instant('from_at').notNull(),
    toAt: instant('to_at').notNull(),
    reason: text('reason').notNull(),
    releasedAt: instant('released_at'),
    createdAt: createdNow(),
  },
  (table) => [index('legal_holds_customer').on(table.customerId)],
);

/** Letters to send: written in the change's transaction, sent after commit, kept for the outbox page. */
export const letters = pgTable(
  'letters',
  {
    id: text('id').primaryKey(),
    /** Whose name and colours it bears. */
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    recipient: text('recipient').notNull(),
    subject: text('subject').notNull(),
    text: text('text').notNull(),
    html: text('html').notNull(),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: createdNow('next_attempt_at'),
    sentAt: instant('sent_at'),
    /** Why the last attempt failed, for a person. */
    error: text('error'),
    createdAt: createdNow(),
  },
  (table) => [index('letters_unsent').on(table.nextAttemptAt)],
);
