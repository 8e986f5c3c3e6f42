import type { CameraId, ClipId, TenantId } from '@gantry/protocol/ids.js';
import { bigint, index, integer, jsonb, pgTable, text } from '../drizzle.js';
import { createdNow, instant } from './columns.js';
import { tenants } from './tenants.js';

/** A person's cut-out of a camera's footage as one MP4. Made by an operation; until then it has no bytes. */
export const clips = pgTable(
  'clips',
  {
    id: text('id').$type<ClipId>().primaryKey(),
    cameraId: text('camera_id').$type<CameraId>().notNull(),
    /** Whose footage it is (R41); its bytes go when this tenant goes. */
    customerId: text('customer_id')
      .$type<TenantId>()
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    /** What was asked for, registry clock. */
    fromAt: instant('from_at').notNull(),
    toAt: instant('to_at').notNull(),
    /** The latest operation that makes it. */
    operationId: text('operation_id').notNull(),
    createdBy: text('created_by').notNull(),
    /** Times within it without footage, epoch ms; null until it is made. */
    gaps: jsonb('gaps').$type<{ startMs: number; endMs: number }[]>(),
    durationMs: integer('duration_ms'),
    sizeBytes: bigint('size_bytes', { mode: 'number' }),
    /** Hex. */
    sha256: text('sha256'),
    /** Null until it is made. */
    storageKey: text('storage_key'),
    storedAt: instant('stored_at'),
    expiresAt: instant('expires_at').notNull(),
    createdAt: createdNow(),
  },
  (table) => [
    index('clips_camera').on(table.cameraId, table.id),
    index('clips_customer').on(table.customerId, table.id),
    index('clips_expiry').on(table.expiresAt),
    index('clips_operation').on(table.operationId),
  ],
);
