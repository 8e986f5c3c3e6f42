import { randomFillSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSessionOffsets } from '@gantry/agent/spool/session-offsets.js';
import { newId } from '@gantry/protocol/ids.js';

const random = (bytes: Uint8Array) => randomFillSync(bytes);
const camera = () => newId('camera', 1, random);
const session = () => newId('session', 1, random);

describe('the clock offset of a session', () => {
  it('stays what it was at the first segment while the measurement gets better', () => {
    const measured = [400, 12, -3];
    const offsetOf = createSessionOffsets(() => measured.shift() ?? 0);
    const one = { cameraId: camera(), sessionId: session() };
    expect([offsetOf(one), offsetOf(one), offsetOf(one)]).toEqual([400, 400, 400]);
  });

  it('is measured anew for the next session, and for each camera by itself', () => {
    const measured = [400, 12, 7];
    const offsetOf = createSessionOffsets(() => measured.shift() ?? 0);
    const cameraId = camera();
    expect(offsetOf({ cameraId, sessionId: session() })).toBe(400);
    expect(offsetOf({ cameraId, sessionId: session() })).toBe(12);
    expect(offsetOf({ cameraId: camera(), sessionId: session() })).toBe(7);
  });

  it('follows when a clock was set', () => {
    const measured = [0, 86_400_000, 86_400_100];
    const offsetOf = createSessionOffsets(() => measured.shift() ?? 0);
    const one = { cameraId: camera(), sessionId: session() };
    expect([offsetOf(one), offsetOf(one), offsetOf(one)]).toEqual([0, 86_400_000, 86_400_000]);
  });
});
