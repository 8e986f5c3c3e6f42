import type { SegmentMeta } from '@gantry/protocol/segment.js';
import { segmentId as segmentIdSchema, type CameraId, type SegmentId } from '@gantry/protocol/ids.js';

/** A segment that waits to be uploaded. */
export interface SpooledSegment {
  meta: SegmentMeta;
  /** Absolute path of its bytes. */
  file: string;
}

/** What the spool is given: everything but what it finds out itself. `file` is moved into the spool. */
export type NewSegment = Omit<SegmentMeta, 'id' | 'sizeBytes' | 'sha256'> & { file: string };

/** Footage that will never arrive, and why: reported, never silent. Agent clock, epoch ms. */
export interface FootageLost {
  segmentId: SegmentId;
  cameraId: CameraId;
  meta: SegmentMeta;
  fromMs: number;
  toMs: number;
  cause: LossCause;
}
export type LossCause =
  /** Evicted: the spool reached its limit. */
  | 'spool_full'
  /** Evicted: the disk came below its reserve. */
  | 'disk_low'
  /** Its file is gone or no longer what was recorded. */
  | 'damaged'
  /** Larger than the registry takes. */
  | 'too_large'
  /** Refused by the registry for good and then evicted from the rejected ones. */
  | 'rejected';

export const lossOf = (meta: SegmentMeta, cause: LossCause): FootageLost => ({
  segmentId: meta.id,
  cameraId: meta.cameraId,
  meta,
  fromMs: meta.startedAtMs,
  toMs: meta.startedAtMs + meta.durationMs,
  cause,
});

/** Names in the spool folder; `parse` is the inverse of the others. */
export const spoolNames = {
  media: (id: SegmentId): string => `${id}.mp4`,
  sidecar: (id: SegmentId): string => `${id}.json`,
  announced: (id: SegmentId): string => `${id}.json.part`,
  parse: (name: string): { id: SegmentId; kind: 'media' | 'sidecar' | 'announced' } | null => {
    const [, rawId, ending] = /^([^.]+)\.(mp4|json|json\.part)$/.exec(name) ?? [];
    const id = segmentIdSchema.safeParse(rawId);
    if (!id.success) return null;
    return { id: id.data, kind: ending === 'mp4' ? 'media' : ending === 'json' ? 'sidecar' : 'announced' };
  },
};
