import type { UserId } from '@gantry/protocol/ids.js';
import { bigint, index, integer, jsonb, pgTable, text } from '../drizzle.js';
import { createdNow, instant } from './columns.js';
import { users } from './people.js';

export const linkPurposes = ['activate', 'reset', 'confirm_email'] as const;
export type LinkPurpose = (typeof linkPurposes)[number];

/** Single-use links to people: 256 random bits, kept as a hash; a re-send voids the one before (R27). */
export const userLinks = pgTable(
  'user_links',
  {
    /** sha-256 of the secret, hex. */
    secretHash: text('secret_hash').primaryKey(),
    userId: text('user_id')
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    purpose: text('purpose').$type<LinkPurpose>().notNull(),
    /** A link that was shown to an administrator proves no address. */
    delivery: text('delivery').$type<'email' | 'display'>().notNull(),
    expiresAt: instant('expires_at').notNull(),
    usedAt: instant('used_at'),
    voidedAt: instant('voided_at'),
    createdAt: createdNow(),
  },
  (table) => [index('user_links_user').on(table.userId, table.purpose)],
);

/** Single-use codes for the day the second factor is lost. */
export const recoveryCodes = pgTable(
  'recovery_codes',
  {
    codeHash: text('code_hash').primaryKey(),
    userId: text('user_id')
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    usedAt: instant('used_at'),
  },
  (table) => [index('recovery_codes_user').on(table.userId)],
);

export const challengePurposes = ['sign_in', 'passkey'] as const;
/**
 * Waiting for the second step: of a sign-in whose password was right, or of the registration of a passkey. Ends
 * with its use, after a few wrong tries, or by time.
 */
export const signInChallenges = pgTable(
  'sign_in_challenges',
  {
    /** sha-256 of the secret, hex. */
    secretHash: text('secret_hash').primaryKey(),
    userId: text('user_id')
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    purpose: text('purpose').$type<(typeof challengePurposes)[number]>().notNull(),
    /** What a passkey has to sign, base64url. */
    webauthnChallenge: text('webauthn_challenge').notNull(),
    failures: integer('failures').notNull().default(0),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [index('sign_in_challenges_expiry').on(table.expiresAt)],
);

/** WebAuthn credentials. */
export const passkeys = pgTable(
  'passkeys',
  {
    /** Credential id, base64url. */
    id: text('id').primaryKey(),
    userId: text('user_id')
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    /** COSE key, base64url. */
    publicKey: text('public_key').notNull(),
    /** Signature counter: going back means a cloned authenticator. */
    counter: bigint('counter', { mode: 'number' }).notNull(),
    transports: jsonb('transports').$type<string[]>().notNull(),
    lastUsedAt: instant('last_used_at'),
    createdAt: createdNow(),
  },
  (table) => [index('passkeys_user').on(table.userId)],
);
