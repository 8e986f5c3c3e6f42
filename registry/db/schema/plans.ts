import type { StreamRole } from '@gantry/protocol/camera.js';
import type { PlanId, TenantId } from '@gantry/protocol/ids.js';
import type { RecordingMode } from '@gantry/protocol/state.js';
import { index, integer, pgTable, text } from '../drizzle.js';
import { createdNow } from './columns.js';
import { tenants } from './tenants.js';

/** Billing plans, chosen per camera (R46). Offered to the whole subtree of the tenant that owns the plan. */
export const plans = pgTable(
  'plans',
  {
    id: text('id').$type<PlanId>().primaryKey(),
    tenantId: text('tenant_id')
      .$type<TenantId>()
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    retentionDays: integer('retention_days').notNull(),
    mode: text('mode').$type<RecordingMode>().notNull().default('continuous'),
    stream: text('stream').$type<StreamRole>().notNull().default('main'),
    version: integer('version').notNull().default(1),
    createdAt: createdNow(),
  },
  (table) => [index('plans_tenant').on(table.tenantId)],
);
