import type { CameraId, SessionId } from '@gantry/protocol/ids.js';

/** A better measurement of the same clocks moves the offset by less; more means that a clock was set. */
const sameClockMs = 2_000;

/**
 * The clock offset to write on a segment: one value for a whole session, so that segments which follow each
 * other on the media clock do so on the registry's clock too, although the measurement gets better meanwhile.
 */
export function createSessionOffsets(
  measuredMs: () => number,
): (segment: { cameraId: CameraId; sessionId: SessionId }) => number {
  const current = new Map<CameraId, { sessionId: SessionId; offsetMs: number }>();
  return ({ cameraId, sessionId }) => {
    const known = current.get(cameraId);
    const offsetMs = measuredMs();
    if (known?.sessionId === sessionId && Math.abs(offsetMs - known.offsetMs) < sameClockMs)
      return known.offsetMs;
    current.set(cameraId, { sessionId, offsetMs });
    return offsetMs;
  };
}
