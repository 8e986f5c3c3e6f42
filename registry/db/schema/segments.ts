import type { AudioCodec } from '@gantry/protocol/camera.js';
import type { AgentId, CameraId, SegmentId, SessionId, TenantId } from '@gantry/protocol/ids.js';
import { bigint, index, integer, jsonb, pgTable, text, uniqueIndex } from '../drizzle.js';
import { createdNow, instant } from './columns.js';

export const segmentStates = ['stored', 'lost', 'quarantined'] as const;
/** `lost`: its bytes are gone; `quarantined`: they are not those that came in. Neither is played. */
export type SegmentState = (typeof segmentStates)[number];

/** The rest of a segment's signed record (protocol/evidence.ts): what the row does not say in the agent's terms. */
export interface KeptEvidence {
  /** Agent clock, epoch ms. */
  startedAtMs: number;
  clockOffsetMs: number;
  previous: string | null;
  signature: string;
  /** RFC 7638 thumbprint of the key that signed. */
  thumbprint: string;
}

/** Stored media files. Ownership is by capture time: `customerId` never changes (R41). */
export const segments = pgTable(
  'segments',
  {
    id: text('id').$type<SegmentId>().primaryKey(),
    cameraId: text('camera_id').$type<CameraId>().notNull(),
    customerId: text('customer_id').$type<TenantId>().notNull(),
    agentId: text('agent_id').$type<AgentId>().notNull(),
    sessionId: text('session_id').$type<SessionId>().notNull(),
    sequence: integer('sequence').notNull(),
    /** Registry clock. */
    startedAt: instant('started_at').notNull(),
    durationMs: integer('duration_ms').notNull(),
    /** Start on the session's media clock, µs. */
    mediaOffsetUs: bigint('media_offset_us', { mode: 'number' }).notNull(),
    sizeBytes: integer('size_bytes').notNull(),
    /** Hex. */
    sha256: text('sha256').notNull(),
    video: text('video').$type<'h264' | 'h265'>().notNull(),
    audio: text('audio').$type<AudioCodec>(),
    /** Length of the file's leading `ftyp` + `moov` in bytes: the HLS initialisation section. */
    initBytes: integer('init_bytes').notNull(),
    /** sha-256 of that section, hex: equal sections are played without a discontinuity. */
    initSha256: text('init_sha256').notNull(),
    /** Where the bytes are, see recordings/storage. */
    storageKey: text('storage_key').notNull(),
    storedAt: createdNow('stored_at'),
    state: text('state').$type<SegmentState>().notNull().default('stored'),
    /** Null from agents that sign nothing yet. */
    evidence: jsonb('evidence').$type<KeptEvidence>(),
    /** End of the retention that held at capture time. */
    keepUntil: instant('keep_until').notNull(),
  },
  (table) => [
    index('segments_camera').on(table.cameraId, table.startedAt),
    index('segments_customer').on(table.customerId, table.startedAt),
    index('segments_retention').on(table.keepUntil),
    /** A salvaged file under a new id is still the same segment. */
    uniqueIndex('segments_session_sequence').on(table.sessionId, table.sequence),
  ],
);
