import type { TenantId } from '@gantry/protocol/ids.js';
import { pgTable, primaryKey, text } from '../drizzle.js';
import { createdNow } from './columns.js';
import { tenants } from './tenants.js';

/** What a tenant may use (R12). */
export const modules = [
  'adminPortal',
  'videoPortal',
  'live',
  'playback',
  'clips',
  'shareLinks',
  'alerts',
  'statistics',
  'history',
  'users',
  'roles',
  'billing',
  'apiKeys',
  'webhooks',
  'cameras.addPnp',
  'cameras.addOnvif',
  'cameras.addGeneric',
  'cameras.configure',
  'cameras.delete',
] as const;
export type Module = (typeof modules)[number];

/** A row switches a module off for a tenant and so for its subtree; effective = no row on the path (R10). */
export const moduleRestrictions = pgTable(
  'module_restrictions',
  {
    tenantId: text('tenant_id')
      .$type<TenantId>()
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    module: text('module').$type<Module>().notNull(),
    createdAt: createdNow(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.module] })],
);
