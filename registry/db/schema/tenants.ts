import type { RecordingMode } from '@gantry/protocol/state.js';
import type { StreamRole } from '@gantry/protocol/camera.js';
import type { TenantId, UserId } from '@gantry/protocol/ids.js';
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  sql,
  text,
  uniqueIndex,
} from '../drizzle.js';
import { createdNow, instant } from './columns.js';

export const tenantKinds = ['platform', 'integrator', 'customer'] as const;
export type TenantKind = (typeof tenantKinds)[number];
export const tenantStatuses = ['pending_confirmation', 'active', 'disabled', 'deleting'] as const;
export type TenantStatus = (typeof tenantStatuses)[number];

/** Recording defaults of a customer; a camera takes a copy when it is bound (R8). */
export interface RecordingDefaults {
  mode: RecordingMode;
  retentionDays: number;
  stream: StreamRole;
}

/** A structured postal address (R6); `country` is ISO 3166-1 alpha-2. */
export interface Address {
  line1: string;
  line2: string | null;
  postalCode: string | null;
  city: string;
  region: string | null;
  country: string;
}

/** What invoices need (R7). `address` null: same as the company's, by reference. */
export interface Billing {
  enabled: boolean;
  address: Address | null;
  /** Per cent, exact decimal text such as `19` or `7.7`. */
  taxRate: string;
  taxesIncluded: boolean;
  automaticInvoices: boolean;
  /** ISO 4217. */
  currency: string;
}

/** What new users of a customer must do first (R8, R28). */
export interface NewUserDefaults {
  confirmEmail: boolean;
  changePassword: boolean;
}

/** One tree: platform → integrator → … → customer → … (R1). */
export const tenants = pgTable(
  'tenants',
  {
    id: text('id').$type<TenantId>().primaryKey(),
    kind: text('kind').$type<TenantKind>().notNull(),
    /** Null for the platform alone. */
    parentId: text('parent_id')
      .$type<TenantId>()
      .references((): AnyPgColumn => tenants.id),
    /** Short label of this tenant inside paths and advisory locks. */
    seq: bigint('seq', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    /** Labels from the root to this tenant, each followed by a dot: `1.17.230.`; a subtree is a prefix. */
    path: text('path').notNull(),
    /** Own status; whether a tenant is effectively active is always derived (R13). */
    status: text('status').$type<TenantStatus>().notNull().default('active'),
    name: text('name').notNull(),
    /** Contact e-mail (R5); null for the platform. */
    email: text('email'),
    companyName: text('company_name'),
    phone: text('phone'),
    /** IANA name, such as `Europe/Berlin`. */
    timeZone: text('time_zone'),
    /** The integrator's own number for this tenant. */
    externalRef: text('external_ref'),
    address: jsonb('address').$type<Address>(),
    billing: jsonb('billing').$type<Billing>(),
    /** Whether users of a customer may enter the admin portal, and share links (R8). */
    portalAccess: boolean('portal_access').notNull().default(true),
    linkSharing: boolean('link_sharing').notNull().default(true),
    newUsers: jsonb('new_users')
      .$type<NewUserDefaults>()
      .notNull()
      .default({ confirmEmail: false, changePassword: false }),
    /** Only customers have recording defaults. */
    recordingDefaults: jsonb('recording_defaults').$type<RecordingDefaults>(),
    /** When, by whom and why the own status became `disabled`; all null while it is not. */
    disabledAt: instant('disabled_at'),
    disabledBy: text('disabled_by').$type<UserId>(),
    disabledReason: text('disabled_reason'),
    /** Counts changes; the ETag. */
    version: integer('version').notNull().default(1),
    createdAt: createdNow(),
  },
  (table) => [
    uniqueIndex('tenants_path').using('btree', table.path.op('text_pattern_ops')),
    /** A path's labels lead to its tenants. */
    uniqueIndex('tenants_seq').on(table.seq),
    uniqueIndex('tenants_one_platform')
      .on(table.kind)
      .where(sql`kind = 'platform'`),
    /** The few that are not active, below which nothing records. */
    index('tenants_off')
      .using('btree', table.path.op('text_pattern_ops'))
      .where(sql`status <> 'active'`),
    /** The search's: whole words of names and what they begin with. */
    index('tenants_name_words').using('gin', sql`to_tsvector('simple', name)`),
    index('tenants_parent').on(table.parentId, table.name, table.id),
    check('tenants_kind', sql`${table.kind} in ('platform', 'integrator', 'customer')`),
    check('tenants_root', sql`(${table.kind} = 'platform') = (${table.parentId} is null)`),
    check(
      'tenants_status',
      sql`${table.status} in ('pending_confirmation', 'active', 'disabled', 'deleting')`,
    ),
  ],
);

/**
 * Intervals in which a tenant's own status was `active`. A switch writes one row whatever lies below it;
 * whether a segment may be kept is the camera's entitlement ∩ the activity of every tenant on its path (R18).
 */
export const tenantActivity = pgTable(
  'tenant_activity',
  {
    tenantId: text('tenant_id')
      .$type<TenantId>()
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    /** First instant of the interval, database clock. */
    fromAt: instant('from_at').notNull(),
    /** First instant after the interval; null while it lasts. */
    toAt: instant('to_at'),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.fromAt] }),
    uniqueIndex('tenant_activity_open')
      .on(table.tenantId)
      .where(sql`to_at is null`),
    check('tenant_activity_order', sql`${table.toAt} is null or ${table.toAt} >= ${table.fromAt}`),
  ],
);
