import type { SignedRecord } from '@gantry/protocol/evidence.js';
import type { GapCause } from '@gantry/protocol/gap.js';
import type { AgentId, CameraId, GapId, SegmentId } from '@gantry/protocol/ids.js';
import { index, jsonb, pgTable, text } from '../drizzle.js';
import { createdNow, instant } from './columns.js';

/** What agents tell of times without recording (protocol/gap.ts). Closed is final. */
export const recordingGaps = pgTable(
  'recording_gaps',
  {
    id: text('id').$type<GapId>().primaryKey(),
    cameraId: text('camera_id').$type<CameraId>().notNull(),
    agentId: text('agent_id').$type<AgentId>().notNull(),
    /** Registry clock, by the agent's measured offset. */
    fromAt: instant('from_at').notNull(),
    /** Null while it lasts. */
    toAt: instant('to_at'),
    cause: text('cause').$type<GapCause>().notNull(),
    toldAt: createdNow('told_at'),
  },
  (table) => [index('recording_gaps_camera').on(table.cameraId, table.fromAt)],
);

/** Links of chains whose bytes will never arrive: signed, so that the chain holds without them (evidence.ts). */
export const lostLinks = pgTable(
  'lost_links',
  {
    segmentId: text('segment_id').$type<SegmentId>().primaryKey(),
    cameraId: text('camera_id').$type<CameraId>().notNull(),
    agentId: text('agent_id').$type<AgentId>().notNull(),
    /** Start of the segment, registry clock. */
    startedAt: instant('started_at').notNull(),
    signed: jsonb('signed').$type<SignedRecord>().notNull(),
    /** RFC 7638 thumbprint of the key that signed. */
    thumbprint: text('thumbprint').notNull(),
    toldAt: createdNow('told_at'),
  },
  (table) => [index('lost_links_camera').on(table.cameraId, table.startedAt)],
);
