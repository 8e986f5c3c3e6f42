import {
  cameraId,
  idTimeMs,
  segmentId,
  type AgentId,
  type CameraId,
  type ClipId,
  type SegmentId,
} from '@gantry/protocol/ids.js';

/**
 * One attempt to store a segment. Every attempt has a key of its own: an attempt that is refused or cut deletes
 * only what it wrote itself, whatever another attempt with the same segment does meanwhile.
 */
export interface SegmentKey {
  cameraId: CameraId;
  segmentId: SegmentId;
  /** 16 hex digits. */
  attempt: string;
}

const dayOf = (id: string): string => new Date(idTimeMs(id)).toISOString().slice(0, 10);

/** `segments/CAMERA/2026-11-22/SEGMENT.ATTEMPT.mp4`: a folder per camera and day keeps folders small. */
export const encodeSegmentKey = (key: SegmentKey): string =>
  `segments/${key.cameraId}/${dayOf(key.segmentId)}/${key.segmentId}.${key.attempt}.mp4`;

/** The inverse of {@link encodeSegmentKey}; null for any other text. */
export function decodeSegmentKey(text: string): SegmentKey | null {
  const match = /^segments\/([^/]+)\/[^/]+\/([^/.]+)\.([0-9a-f]{16})\.mp4$/.exec(text);
  const camera = cameraId.safeParse(match?.[1]);
  const segment = segmentId.safeParse(match?.[2]);
  if (!camera.success || !segment.success) return null;
  const key = { cameraId: camera.data, segmentId: segment.data, attempt: match?.[3] as string };
  return encodeSegmentKey(key) === text ? key : null;
}

/** The camera's one snapshot; a newer one replaces it. */
export const snapshotKey = (camera: CameraId): string => `snapshots/${camera}.jpg`;

/** Where parts of a large segment wait for the others (uploads.ts). */
export const partsPrefix = (agent: AgentId, segment: SegmentId): string => `uploads/${agent}/${segment}/`;

/** `part`: 1-based. */
export const partKey = (agent: AgentId, segment: SegmentId, part: number): string =>
  `${partsPrefix(agent, segment)}${String(part).padStart(4, '0')}`;

/** Where an agent puts a large segment by a pre-signed address. */
export const directKey = (agent: AgentId, segment: SegmentId): string => `direct/${agent}/${segment}.mp4`;

/** One attempt to make a clip; `attempt`: 16 hex digits. */
export const clipKey = (clip: ClipId, attempt: string): string =>
  `clips/${dayOf(clip)}/${clip}.${attempt}.mp4`;

/** What storages take as a key: levels of plain characters, none of them `.` or `..`. */
export function isStorageKey(key: string): boolean {
  return key.length <= 500 && /^[A-Za-z0-9_-][A-Za-z0-9_.-]*(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$/.test(key);
}
