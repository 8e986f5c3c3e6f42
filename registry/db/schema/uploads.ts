import type { AgentId, CameraId, SegmentId } from '@gantry/protocol/ids.js';
import { index, integer, pgTable, primaryKey, text } from '../drizzle.js';
import { createdNow } from './columns.js';

/** Large segments that were let through the gate and are on their way (protocol/upload.ts). */
export const uploads = pgTable(
  'uploads',
  {
    agentId: text('agent_id').$type<AgentId>().notNull(),
    segmentId: text('segment_id').$type<SegmentId>().notNull(),
    cameraId: text('camera_id').$type<CameraId>().notNull(),
    sizeBytes: integer('size_bytes').notNull(),
    /** Hex. */
    sha256: text('sha256').notNull(),
    offeredAt: createdNow('offered_at'),
  },
  (table) => [
    primaryKey({ columns: [table.agentId, table.segmentId] }),
    index('uploads_age').on(table.offeredAt),
  ],
);
