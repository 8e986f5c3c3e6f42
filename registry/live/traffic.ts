import type { CameraId } from '@gantry/protocol/ids.js';

/** How much live video went out since it was last asked for: counted in memory, noted from time to time. */
export interface LiveTraffic {
  add: (cameraId: CameraId, sizeBytes: number) => void;
  /** Hands what was counted to `note`, camera by camera; what cannot be noted is counted on. */
  noteAll(note: (cameraId: CameraId, sizeBytes: number) => Promise<void>): Promise<void>;
}

export function createLiveTraffic(): LiveTraffic {
  const sent = new Map<CameraId, number>();
  const add = (cameraId: CameraId, sizeBytes: number): void =>
    void sent.set(cameraId, (sent.get(cameraId) ?? 0) + sizeBytes);
  return {
    add,
    async noteAll(note) {
      for (const [cameraId, sizeBytes] of [...sent]) {
        sent.delete(cameraId);
        try {
          await note(cameraId, sizeBytes);
        } catch (error) {
          add(cameraId, sizeBytes);
          throw error;
        }
      }
    },
  };
}
