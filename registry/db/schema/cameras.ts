import type { AccessState, IdentityKey, Stream, StreamRole } from '@gantry/protocol/camera.js';
import type { AgentId, CameraId, PlanId, TenantId } from '@gantry/protocol/ids.js';
import type { MotionMargins, WeeklySchedule } from '@gantry/protocol/schedule.js';
import type { RecorderState, RecordingMode } from '@gantry/protocol/state.js';
import {
  bigint,
  bigserial,
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
import { agents } from './agents.js';
import { createdNow, instant } from './columns.js';
import { plans } from './plans.js';
import { tenants } from './tenants.js';

export const cameras = pgTable(
  'cameras',
  {
    id: text('id').$type<CameraId>().primaryKey(),
    /** The agent that sees the camera, and the agent's own name for it. */
    agentId: text('agent_id')
      .$type<AgentId>()
      .notNull()
      .references(() => agents.id),
    localId: text('local_id').notNull(),
    /** The lowest tenant that holds the camera: its customer, or its integrator while unbound (R35). */
    tenantId: text('tenant_id')
      .$type<TenantId>()
      .notNull()
      .references(() => tenants.id),
    integratorId: text('integrator_id')
      .$type<TenantId>()
      .notNull()
      .references(() => tenants.id),
    /** Null while unbound. */
    customerId: text('customer_id')
      .$type<TenantId>()
      .references(() => tenants.id),
    planId: text('plan_id')
      .$type<PlanId>()
      .references(() => plans.id),
    /** Own switch (R23). */
    enabled: boolean('enabled').notNull().default(true),
    /** Who switched it off: what the integrator switched off only the integrator switches on (R23). */
    switchedOffBy: text('switched_off_by').$type<'integrator' | 'customer'>(),
    name: text('name').notNull(),
    /** What lists are sorted by. A column, for behind row-level security no index on lower(name) is used. */
    nameKey: text('name_key')
      .notNull()
      .generatedAlwaysAs(sql`lower(name)`),
    /** A person's name wins over the inventory's. */
    renamed: boolean('renamed').notNull().default(false),
    kind: text('kind').$type<'onvif' | 'generic'>().notNull(),
    /** 1-based video source behind the device's address (R45). */
    channel: integer('channel').notNull().default(1),
    manufacturer: text('manufacturer'),
    model: text('model'),
    firmware: text('firmware'),
    serial: text('serial'),
    /** `host:port` as seen by the agent; display only, never an identity (R37). */
    address: text('address').notNull(),
    access: text('access').$type<AccessState>().notNull(),
    accessReason: text('access_reason'),
    streams: jsonb('streams').$type<Stream[]>().notNull(),
    /** sha-256 of the inventory entry that was taken in last: equal, nothing to write. */
    inventoryHash: text('inventory_hash').notNull(),
    /** Since when the agent's inventory lacks the camera; null while it lists it. */
    missingSince: instant('missing_since'),
    /** Why a person must decide who this camera is; null when nobody must (R37). */
    conflict: text('conflict'),
    /** Recording settings: a copy of the plan's and customer's at binding (R8). */
    mode: text('mode').$type<RecordingMode>().notNull().default('continuous'),
    retentionDays: integer('retention_days').notNull().default(30),
    stream: text('stream').$type<StreamRole>().notNull().default('main'),
    /** Of mode `motion`; null: the usual margins. */
    motion: jsonb('motion').$type<MotionMargins>(),
    /** Of mode `schedule`, in the holder's time zone; null: always. */
    scheduleWindows: jsonb('schedule_windows').$type<WeeklySchedule['windows']>(),
    /** Reported state, last told by the agent; null until it did. */
    reportedState: text('reported_state').$type<RecorderState>(),
    reportedReason: text('reported_reason'),
    reportedDetail: text('reported_detail'),
    /** Since when, registry clock. */
    reportedSince: instant('reported_since'),
    reportedGeneration: bigint('reported_generation', { mode: 'number' }),
    /** When the last snapshot arrived; null without one. */
    snapshotAt: instant('snapshot_at'),
    boundAt: instant('bound_at'),
    /** Words of people to find cameras by; at most 20, each once. */
    tags: text('tags')
      .array()
      .notNull()
      .default(sql`'{}'::text[]`),
    /** Counts changes by people; the ETag. */
    version: integer('version').notNull().default(1),
    createdAt: createdNow(),
  },
  (table) => [
    uniqueIndex('cameras_agent_local').on(table.agentId, table.localId),
    index('cameras_tenant').on(table.tenantId, table.id),
    index('cameras_unbound')
      .on(table.integratorId, table.id)
      .where(sql`customer_id is null`),
    /** Lists by name, whatever its case: of everything, and of one tenant after the other. */
    index('cameras_name_key').on(table.nameKey, table.id),
    index('cameras_tenant_name').on(table.tenantId, table.nameKey, table.id),
    index('cameras_tags').using('gin', table.tags),
    /** The search's: what a name or serial number begins with, and whole words of names. */
    index('cameras_name_begins').using('btree', sql`lower(name) text_pattern_ops`),
    index('cameras_serial_begins').using('btree', sql`lower(serial) text_pattern_ops`),
    index('cameras_name_words').using('gin', sql`to_tsvector('simple', name)`),
    index('cameras_switched_off')
      .on(table.customerId)
      .where(sql`not enabled`),
    check('cameras_holder', sql`${table.tenantId} = coalesce(${table.customerId}, ${table.integratorId})`),
    check('cameras_plan', sql`(${table.customerId} is null) = (${table.planId} is null)`),
  ],
);

/** What identifies cameras (R37). Not unique: two cameras with one key are a conflict for a person. */
export const cameraKeys = pgTable(
  'camera_keys',
  {
    kind: text('kind').$type<IdentityKey['kind']>().notNull(),
    /** As in the inventory; a `url` key is prefixed with its agent's id: the same URL elsewhere is another camera. */
    value: text('value').notNull(),
    channel: integer('channel').notNull(),
    cameraId: text('camera_id')
      .$type<CameraId>()
      .notNull()
      .references(() => cameras.id, { onDelete: 'cascade' }),
  },
  (table) => [
    primaryKey({ columns: [table.kind, table.value, table.channel, table.cameraId] }),
    index('camera_keys_camera').on(table.cameraId),
  ],
);

/** Keys of hardware that another took the place of (R43): while it stays plugged in, it is no new camera. */
export const replacedKeys = pgTable(
  'replaced_keys',
  {
    kind: text('kind').$type<IdentityKey['kind']>().notNull(),
    value: text('value').notNull(),
    channel: integer('channel').notNull(),
    /** Whose place it had. */
    cameraId: text('camera_id')
      .$type<CameraId>()
      .notNull()
      .references(() => cameras.id, { onDelete: 'cascade' }),
    /** When it announced itself after it was replaced; null: not yet. */
    seenAt: instant('seen_at'),
  },
  (table) => [
    primaryKey({ columns: [table.kind, table.value, table.channel, table.cameraId] }),
    index('replaced_keys_camera').on(table.cameraId),
  ],
);

/** Who a camera belonged to, and when (R41). */
export const bindings = pgTable(
  'bindings',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    cameraId: text('camera_id')
      .$type<CameraId>()
      .notNull()
      .references(() => cameras.id, { onDelete: 'cascade' }),
    customerId: text('customer_id').$type<TenantId>().notNull(),
    planId: text('plan_id').$type<PlanId>().notNull(),
    fromAt: instant('from_at').notNull(),
    /** Null while it lasts. */
    toAt: instant('to_at'),
  },
  (table) => [
    uniqueIndex('bindings_open')
      .on(table.cameraId)
      .where(sql`to_at is null`),
    index('bindings_camera').on(table.cameraId, table.fromAt),
    index('bindings_customer').on(table.customerId, table.fromAt),
  ],
);

/**
 * The camera's own part of the right to record: bound, with a plan, own switch on. The other part is the
 * activity of the tenants on its customer's path. A segment is kept when its start lies in both (R14, R18).
 */
export const entitlements = pgTable(
  'entitlements',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    cameraId: text('camera_id')
      .$type<CameraId>()
      .notNull()
      .references(() => cameras.id, { onDelete: 'cascade' }),
    customerId: text('customer_id').$type<TenantId>().notNull(),
    fromAt: instant('from_at').notNull(),
    toAt: instant('to_at'),
    /** Why it ended: `camera_off`, `unbound`, …; null while it lasts. */
    endReason: text('end_reason'),
  },
  (table) => [
    uniqueIndex('entitlements_open')
      .on(table.cameraId)
      .where(sql`to_at is null`),
    index('entitlements_camera').on(table.cameraId, table.fromAt),
    /** What ended lately: whether it was obeyed (R19). */
    index('entitlements_ended')
      .on(table.toAt)
      .where(sql`to_at is not null`),
    check('entitlements_order', sql`${table.toAt} is null or ${table.toAt} >= ${table.fromAt}`),
  ],
);

/**
 * Cameras that were named before they were seen: a list tells whose they will be (R40). The first one that
 * registers below the integrator with this key is bound so at once, and the row goes.
 */
export const expectedCameras = pgTable(
  'expected_cameras',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    /** The customer's nearest integrator when the row was written. */
    integratorId: text('integrator_id')
      .$type<TenantId>()
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    /** `mac`: 12 hex digits; `serial`: as printed on the camera, lower case. */
    kind: text('kind').$type<'mac' | 'serial'>().notNull(),
    value: text('value').notNull(),
    /** Null: it keeps the name it comes with. */
    name: text('name'),
    customerId: text('customer_id')
      .$type<TenantId>()
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    planId: text('plan_id')
      .$type<PlanId>()
      .notNull()
      .references(() => plans.id, { onDelete: 'cascade' }),
    tags: text('tags')
      .array()
      .notNull()
      .default(sql`'{}'::text[]`),
    /** Who expects it, for the history. */
    actorName: text('actor_name').notNull(),
    createdAt: createdNow(),
  },
  (table) => [
    uniqueIndex('expected_cameras_key').on(table.kind, table.value, table.integratorId),
    index('expected_cameras_customer').on(table.customerId, table.id),
  ],
);
