import type { CameraId, TenantId, UserId } from '@gantry/protocol/ids.js';
import { index, integer, pgTable, primaryKey, text, uniqueIndex } from '../drizzle.js';
import { cameras } from './cameras.js';
import { createdNow, instant } from './columns.js';
import { users, type RoleFamily } from './people.js';
import { tenants } from './tenants.js';

/** What a role allows on a camera (R30). */
export const cameraPermissions = ['view', 'share', 'ptz', 'configure', 'clip'] as const;
export type CameraPermission = (typeof cameraPermissions)[number];

/** Roles belong to one tenant; a user's rights are the union over the roles (R30). */
export const roles = pgTable(
  'roles',
  {
    id: text('id').primaryKey(),
    tenantId: text('tenant_id')
      .$type<TenantId>()
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    family: text('family').$type<RoleFamily>().notNull(),
    /** Permissions on every camera of the tenant, also future ones; empty: only what `role_cameras` lists. */
    allCameras: text('all_cameras').array().$type<CameraPermission[]>().notNull().default([]),
    version: integer('version').notNull().default(1),
    createdAt: createdNow(),
  },
  (table) => [uniqueIndex('roles_name').on(table.tenantId, table.name)],
);

export const roleCameras = pgTable(
  'role_cameras',
  {
    roleId: text('role_id')
      .notNull()
      .references(() => roles.id, { onDelete: 'cascade' }),
    cameraId: text('camera_id')
      .$type<CameraId>()
      .notNull()
      .references(() => cameras.id, { onDelete: 'cascade' }),
    permissions: text('permissions').array().$type<CameraPermission[]>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.roleId, table.cameraId] })],
);

export const roleMembers = pgTable(
  'role_members',
  {
    roleId: text('role_id')
      .notNull()
      .references(() => roles.id, { onDelete: 'cascade' }),
    userId: text('user_id')
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
  },
  (table) => [
    primaryKey({ columns: [table.roleId, table.userId] }),
    index('role_members_user').on(table.userId),
  ],
);

/** A customer lets its integrator watch for a while; management needs no grant, video does (R32). */
export const supportGrants = pgTable(
  'support_grants',
  {
    id: text('id').primaryKey(),
    /** Whose video. */
    customerId: text('customer_id')
      .$type<TenantId>()
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    /** To whose users. */
    grantedTo: text('granted_to')
      .$type<TenantId>()
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    grantedBy: text('granted_by').$type<UserId>(),
    expiresAt: instant('expires_at').notNull(),
    revokedAt: instant('revoked_at'),
    createdAt: createdNow(),
  },
  (table) => [index('support_grants_customer').on(table.customerId, table.expiresAt)],
);
