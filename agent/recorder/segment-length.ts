import { maxSegmentBytes } from '@gantry/protocol/segment.js';

/** An open segment this large is cut short: the next key frame may be some seconds away. */
export const openSegmentLimitBytes = 0.75 * maxSegmentBytes;
const aimBytes = 0.5 * maxSegmentBytes;
const shortestSeconds = 2;

/** The longest segment, at most `wantedSeconds`, that stays well below what the registry takes in one request. */
export function segmentSecondsFor(wantedSeconds: number, bytesPerSecond: number): number {
  if (bytesPerSecond <= 0) return wantedSeconds;
  return Math.min(wantedSeconds, Math.max(shortestSeconds, Math.floor(aimBytes / bytesPerSecond)));
}
