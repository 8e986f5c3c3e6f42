import type { PublicKey } from '@gantry/protocol/enrol.js';
import type { AgentId, ClaimId, TenantId } from '@gantry/protocol/ids.js';
import { index, jsonb, pgTable, sql, text } from '../drizzle.js';
import { agents } from './agents.js';
import { createdNow, instant } from './columns.js';
import { tenants } from './tenants.js';

export const claimStates = ['pending', 'approved', 'rejected'] as const;
export type ClaimState = (typeof claimStates)[number];

/** Agents that ask to be let in by a code (R34); one row per key, so that a box that asks again is the same box. */
export const claims = pgTable(
  'claims',
  {
    id: text('id').$type<ClaimId>().primaryKey(),
    /** RFC 7638 thumbprint of the key the code is bound to. */
    thumbprint: text('thumbprint').notNull().unique(),
    publicKey: jsonb('public_key').$type<PublicKey>().notNull(),
    /**
     * As it is, not hashed: it lives for minutes, the same box is shown the same one again after a crash, and
     * who can read it here still needs an administrator's sign-in to use it.
     */
    userCode: text('user_code').notNull().unique(),
    state: text('state').$type<ClaimState>().notNull(),
    hostname: text('hostname').notNull(),
    agentVersion: text('agent_version').notNull(),
    /** Address the box asked from, as the person who approves sees it. */
    ip: text('ip'),
    /** Of the code; a decided claim does not expire. */
    expiresAt: instant('expires_at').notNull(),
    /** The agent it became, once approved. */
    agentId: text('agent_id')
      .$type<AgentId>()
      .references(() => agents.id, { onDelete: 'cascade' }),
    /** Whose people opened it by its code last, and when: it stands in their list of waiting boxes from then on. */
    openedByTenantId: text('opened_by_tenant_id')
      .$type<TenantId>()
      .references(() => tenants.id, { onDelete: 'set null' }),
    openedAt: instant('opened_at'),
    /** User or API key that approved or rejected it: asking again gets the same answer (R39). */
    decidedById: text('decided_by_id'),
    decidedByName: text('decided_by_name'),
    decidedAt: instant('decided_at'),
    createdAt: createdNow(),
  },
  (table) => [
    index('claims_expiry').on(table.expiresAt),
    index('claims_pending')
      .on(table.id)
      .where(sql`state = 'pending'`),
  ],
);
