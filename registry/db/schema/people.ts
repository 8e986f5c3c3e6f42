import type { ApiKeyId, TenantId, UserId } from '@gantry/protocol/ids.js';
import { boolean, index, integer, pgTable, primaryKey, sql, text, uniqueIndex } from '../drizzle.js';
import { createdNow, instant } from './columns.js';
import type { Module } from './modules.js';
import { tenants } from './tenants.js';

/** A person; the e-mail is the login (R26). What one may do is in `memberships`. */
export const users = pgTable(
  'users',
  {
    id: text('id').$type<UserId>().primaryKey(),
    /** As typed; unique without regard to case. */
    email: text('email').notNull(),
    name: text('name').notNull(),
    /** argon2id in PHC form; null until the person has set one. */
    passwordHash: text('password_hash'),
    disabledAt: instant('disabled_at'),
    /** When the address was proven by a mailed link; null: not yet. */
    emailConfirmedAt: instant('email_confirmed_at'),
    /** Until it is done every other call answers `email_not_confirmed` (R28). */
    mustConfirmEmail: boolean('must_confirm_email').notNull().default(false),
    /** Until it is done every other call answers `password_change_required` (R28). */
    mustChangePassword: boolean('must_change_password').notNull().default(false),
    /** Second factor, sealed with the registry's key; counts once confirmed. */
    totpSecret: text('totp_secret'),
    totpConfirmedAt: instant('totp_confirmed_at'),
    /** The 30-s step that was used last: a code is good once. */
    totpLastStep: integer('totp_last_step'),
    lastSignInAt: instant('last_sign_in_at'),
    /** From here counts the grace after which a second factor is demanded. */
    firstSignInAt: instant('first_sign_in_at'),
    version: integer('version').notNull().default(1),
    createdAt: createdNow(),
  },
  (table) => [
    uniqueIndex('users_email').on(sql`lower(${table.email})`),
    /** The search's. */
    index('users_email_begins').using('btree', sql`lower(email) text_pattern_ops`),
    index('users_name_words').using('gin', sql`to_tsvector('simple', name)`),
  ],
);

export const roleFamilies = ['admin', 'guard'] as const;
export type RoleFamily = (typeof roleFamilies)[number];

/** A user's place in a tenant: the subtree of that tenant is what the user sees (R3). */
export const memberships = pgTable(
  'memberships',
  {
    userId: text('user_id')
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    tenantId: text('tenant_id')
      .$type<TenantId>()
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    /** admin: portal and video; guard: video only (R29). */
    family: text('family').$type<RoleFamily>().notNull(),
    /** Protected: the last owner of a tenant stays (R29). */
    owner: boolean('owner').notNull().default(false),
    createdAt: createdNow(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.tenantId] }),
    index('memberships_tenant').on(table.tenantId),
  ],
);

/** Signed-in browsers. The token itself is only in the cookie. */
export const sessions = pgTable(
  'sessions',
  {
    /** sha-256 of the token, hex. */
    tokenHash: text('token_hash').primaryKey(),
    userId: text('user_id')
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** Idle time counts from here; refreshed at most once a minute. */
    lastSeenAt: createdNow('last_seen_at'),
    /** Absolute end, whatever the activity. */
    expiresAt: instant('expires_at').notNull(),
    /** When the password was last typed: what must not be done with a stolen session asks for it anew. */
    passwordAt: createdNow('password_at'),
    ip: text('ip'),
    userAgent: text('user_agent'),
    createdAt: createdNow(),
  },
  (table) => [index('sessions_user').on(table.userId), index('sessions_expiry').on(table.expiresAt)],
);

/** Keys of programs, scoped to a tenant's subtree (R33). The secret is shown once. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: text('id').$type<ApiKeyId>().primaryKey(),
    tenantId: text('tenant_id')
      .$type<TenantId>()
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    /** sha-256 of the secret, hex: it has 256 random bits, a slow hash adds nothing. */
    secretHash: text('secret_hash').notNull(),
    /** Modules the key may use; null: all its tenant may (R33). */
    modules: text('modules').array().$type<Module[]>(),
    createdBy: text('created_by').$type<UserId>(),
    expiresAt: instant('expires_at'),
    revokedAt: instant('revoked_at'),
    lastUsedAt: instant('last_used_at'),
    createdAt: createdNow(),
  },
  (table) => [index('api_keys_tenant').on(table.tenantId)],
);
