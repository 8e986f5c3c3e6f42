import type { AgentId, EnrolmentTokenId, PlanId, TenantId, UserId } from '@gantry/protocol/ids.js';
import type { PublicKey } from '@gantry/protocol/enrol.js';
import {
  type AnyPgColumn,
  bigint,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  sql,
  text,
} from '../drizzle.js';
import { createdNow, instant } from './columns.js';
import { plans } from './plans.js';
import { tenants } from './tenants.js';

export const presences = ['unknown', 'online', 'offline'] as const;
/** After a registry start every agent is `unknown` until it is heard (design §5). */
export type Presence = (typeof presences)[number];

/**
 * How an agent ended: let go, reported stolen, which also raises an alarm when its key is seen again (R38), or
 * replaced by another one, after which it may only hand in what it had recorded (R43).
 */
export const agentEndings = ['revoked', 'stolen', 'replaced'] as const;
export type AgentEnding = (typeof agentEndings)[number];

export const agents = pgTable(
  'agents',
  {
    id: text('id').$type<AgentId>().primaryKey(),
    /** The integrator this agent is enrolled under (R34). */
    integratorId: text('integrator_id')
      .$type<TenantId>()
      .notNull()
      .references(() => tenants.id),
    name: text('name').notNull(),
    hostname: text('hostname').notNull(),
    platform: text('platform').notNull().default(''),
    agentVersion: text('agent_version').notNull().default(''),
    /** Rule: new cameras of this agent are bound to this customer with this plan; null: they wait in the inbox. */
    autoBindCustomerId: text('auto_bind_customer_id')
      .$type<TenantId>()
      .references(() => tenants.id, { onDelete: 'set null' }),
    autoBindPlanId: text('auto_bind_plan_id')
      .$type<PlanId>()
      .references(() => plans.id, { onDelete: 'set null' }),
    /** Desired state: its counter, the hash of what was derived last, and since when. */
    generation: bigint('generation', { mode: 'number' }).notNull().default(0),
    desiredHash: text('desired_hash'),
    desiredAt: instant('desired_at'),
    /** What the agent said: persisted (accepted) and in effect (applied). */
    acceptedEpoch: integer('accepted_epoch').notNull().default(0),
    acceptedGeneration: bigint('accepted_generation', { mode: 'number' }).notNull().default(0),
    appliedEpoch: integer('applied_epoch').notNull().default(0),
    appliedGeneration: bigint('applied_generation', { mode: 'number' }).notNull().default(0),
    presence: text('presence').$type<Presence>().notNull().default('unknown'),
    presenceAt: createdNow('presence_at'),
    /** Of the last birth: a death of another session is ignored. */
    session: text('session'),
    bootId: text('boot_id'),
    lastHeardAt: instant('last_heard_at'),
    /** Registry clock minus agent clock as seen at the last message, ms (includes the one-way delay). */
    clockOffsetMs: bigint('clock_offset_ms', { mode: 'number' }),
    /** Hash of the last inventory that was taken in completely. */
    inventoryHash: text('inventory_hash'),
    /** Waiting on the agent's disk, from the last heartbeat. */
    spoolSegments: integer('spool_segments').notNull().default(0),
    spoolSizeBytes: bigint('spool_size_bytes', { mode: 'number' }).notNull().default(0),
    /** Start of the oldest segment that waits there, registry clock; null when none does. */
    spoolOldestAt: instant('spool_oldest_at'),
    /** Of the connection before; a start that comes back after another one means two machines with one key. */
    previousBootId: text('previous_boot_id'),
    /** Starts the agent has counted; fewer than before: a copy of its disk is running. */
    bootCount: bigint('boot_count', { mode: 'number' }).notNull().default(0),
    /** Why a person must look at it: its key may be used by two machines; null when nobody must. */
    conflict: text('conflict'),
    /** The integrator it is offered to (R44); null while it is offered to nobody. */
    offeredToId: text('offered_to_id')
      .$type<TenantId>()
      .references(() => tenants.id, { onDelete: 'set null' }),
    offeredAt: instant('offered_at'),
    /** The agent that took its cameras over. */
    replacedById: text('replaced_by_id')
      .$type<AgentId>()
      .references((): AnyPgColumn => agents.id, { onDelete: 'set null' }),
    /** Until when a replaced agent may hand in what it had recorded; null: it may not, or not any more. */
    drainUntil: instant('drain_until'),
    /** Null while it is enrolled. */
    ending: text('ending').$type<AgentEnding>(),
    endedAt: instant('ended_at'),
    /** Counts what people change of it: its name and its rule. */
    version: integer('version').notNull().default(1),
    createdAt: createdNow(),
  },
  (table) => [
    index('agents_integrator').on(table.integratorId, table.id),
    index('agents_offered')
      .on(table.offeredToId)
      .where(sql`offered_to_id is not null`),
  ],
);

/** `draining`: good for handing in what was recorded, for nothing else (R43). */
export const credentialStates = ['pending', 'active', 'draining', 'superseded', 'revoked'] as const;
export type CredentialState = (typeof credentialStates)[number];

/** Public keys of agents (design §6). */
export const agentCredentials = pgTable(
  'agent_credentials',
  {
    /** RFC 7638 thumbprint of the key, base64url. */
    thumbprint: text('thumbprint').primaryKey(),
    agentId: text('agent_id')
      .$type<AgentId>()
      .notNull()
      .references(() => agents.id, { onDelete: 'cascade' }),
    publicKey: jsonb('public_key').$type<PublicKey>().notNull(),
    state: text('state').$type<CredentialState>().notNull(),
    createdAt: createdNow(),
    revokedAt: instant('revoked_at'),
  },
  (table) => [index('agent_credentials_agent').on(table.agentId)],
);

/** An integrator's invitation to agents: limited in uses and life, revocable (R34). */
export const enrolmentTokens = pgTable(
  'enrolment_tokens',
  {
    id: text('id').$type<EnrolmentTokenId>().primaryKey(),
    integratorId: text('integrator_id')
      .$type<TenantId>()
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    /** sha-256 of the secret part, hex. */
    secretHash: text('secret_hash').notNull(),
    maxUses: integer('max_uses').notNull(),
    uses: integer('uses').notNull().default(0),
    expiresAt: instant('expires_at').notNull(),
    revokedAt: instant('revoked_at'),
    /** Agents that enrol with this token bind new cameras by this rule. */
    autoBindCustomerId: text('auto_bind_customer_id')
      .$type<TenantId>()
      .references(() => tenants.id, { onDelete: 'set null' }),
    autoBindPlanId: text('auto_bind_plan_id')
      .$type<PlanId>()
      .references(() => plans.id, { onDelete: 'set null' }),
    createdBy: text('created_by').$type<UserId>(),
    createdAt: createdNow(),
  },
  (table) => [index('enrolment_tokens_integrator').on(table.integratorId, table.id)],
);

/** Which key enrolled with which token: a retry with the same pair gets the first answer again (R39). */
export const enrolments = pgTable(
  'enrolments',
  {
    tokenId: text('token_id')
      .$type<EnrolmentTokenId>()
      .notNull()
      .references(() => enrolmentTokens.id, { onDelete: 'cascade' }),
    thumbprint: text('thumbprint').notNull(),
    agentId: text('agent_id')
      .$type<AgentId>()
      .notNull()
      .references(() => agents.id, { onDelete: 'cascade' }),
    createdAt: createdNow(),
  },
  (table) => [primaryKey({ columns: [table.tokenId, table.thumbprint] })],
);
