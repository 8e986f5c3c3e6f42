import type { CameraId, TenantId } from '@gantry/protocol/ids.js';
import { bigint, bigserial, index, pgTable, primaryKey, text } from '../drizzle.js';
import { instant } from './columns.js';

const bytes = (name: string) => bigint(name, { mode: 'number' }).notNull().default(0);

/** What was used in an hour. Footage counts for who owned it at capture time, also when the camera went on (R41). */
const used = {
  /** Stored minus removed. */
  storedBytes: bytes('stored_bytes'),
  /** Traffic in and out. */
  ingestedBytes: bytes('ingested_bytes'),
  playedBytes: bytes('played_bytes'),
  /** Length of the footage that begins in this hour. */
  recordedMs: bytes('recorded_ms'),
};

/**
 * One row per thing that happened, written in its transaction: nobody waits for anybody. Rolled up into the two
 * tables below from time to time; whoever reads adds both.
 */
export const usageEntries = pgTable('usage_entries', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  customerId: text('customer_id').$type<TenantId>().notNull(),
  cameraId: text('camera_id').$type<CameraId>().notNull(),
  /** Begin of the hour. */
  hour: instant('hour').notNull(),
  ...used,
});

/** Not a reference: what was used stays when a tenant goes, with the tenant above it. */
export const usageHours = pgTable(
  'usage_hours',
  { customerId: text('customer_id').$type<TenantId>().notNull(), hour: instant('hour').notNull(), ...used },
  (table) => [primaryKey({ columns: [table.customerId, table.hour] })],
);

/** The same by camera and day (UTC), for "billed because". */
export const usageDays = pgTable(
  'usage_days',
  {
    cameraId: text('camera_id').$type<CameraId>().notNull(),
    customerId: text('customer_id').$type<TenantId>().notNull(),
    day: instant('day').notNull(),
    ...used,
  },
  (table) => [
    primaryKey({ columns: [table.cameraId, table.customerId, table.day] }),
    index('usage_days_customer').on(table.customerId, table.day),
  ],
);

const cameraMs = (name: string) => bigint(name, { mode: 'number' }).notNull().default(0);

/**
 * How long cameras were in each state, in camera-milliseconds: two cameras for an hour are two camera-hours. Divided
 * by the length of the time they are how many there were on average; sums over tenants are exact.
 */
export const cameraHours = pgTable(
  'camera_hours',
  {
    /** Who held them: their customer, or their integrator while unbound. */
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    hour: instant('hour').notNull(),
    recording: cameraMs('recording'),
    notRecording: cameraMs('not_recording'),
    waiting: cameraMs('waiting'),
    offline: cameraMs('offline'),
    disabled: cameraMs('disabled'),
    unassigned: cameraMs('unassigned'),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.hour] })],
);
