import { randomFillSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeJoinToken, encodeJoinToken } from '@gantry/protocol/enrol.js';
import { problemCodes, problemKinds } from '@gantry/protocol/errors.js';
import { newId } from '@gantry/protocol/ids.js';
import { decodeSegmentHeader, encodeSegmentHeader, type SegmentMeta } from '@gantry/protocol/segment.js';
import { comparePositions } from '@gantry/protocol/state.js';

const random = (bytes: Uint8Array) => randomFillSync(bytes);

describe('a join token', () => {
  const token = { u: 'https://cams.example.com', k: 'tok_1.secret' };

  it('is read as it was written, also with the blanks of a careless paste', () => {
    expect(decodeJoinToken(` ${encodeJoinToken(token)}\n`)).toEqual(token);
  });

  it('that was cut off or mistyped is no token', () => {
    const text = encodeJoinToken(token);
    expect(decodeJoinToken(text.slice(0, -9))).toBeNull();
    expect(decodeJoinToken('gantry2_e30')).toBeNull();
    expect(decodeJoinToken(encodeJoinToken({ ...token, u: 'file:///etc/passwd' }))).toBeNull();
    fc.assert(fc.property(fc.string(), (other) => decodeJoinToken(`gantry1_${other}`) === null));
  });
});

describe("a segment's header", () => {
  const meta: SegmentMeta = {
    id: newId('segment', 1, random),
    cameraId: newId('camera', 1, random),
    sessionId: newId('session', 1, random),
    sequence: 0,
    startedAtMs: 1_700_000_000_000,
    durationMs: 10_000,
    mediaOffsetUs: 0,
    clockOffsetMs: -86_400_000,
    sizeBytes: 1,
    sha256: 'a'.repeat(64),
    video: 'h264',
    audio: null,
  };

  it('is read as it was written', () => {
    expect(decodeSegmentHeader(encodeSegmentHeader(meta))).toEqual(meta);
  });

  it('with a value out of range is refused', () => {
    expect(() => decodeSegmentHeader(encodeSegmentHeader({ ...meta, durationMs: 0 }))).toThrow('durationMs');
    expect(() => decodeSegmentHeader('%%%')).toThrow(/invalid/i);
  });
});

describe('positions of desired state', () => {
  it.each([
    [{ epoch: 1, generation: 9 }, { epoch: 2, generation: 1 }, -1],
    [{ epoch: 2, generation: 1 }, { epoch: 2, generation: 1 }, 0],
    [{ epoch: 2, generation: 5 }, { epoch: 2, generation: 4 }, 1],
  ])('%j against %j: an epoch weighs more than a generation', (a, b, sign) => {
    expect(Math.sign(comparePositions(a, b))).toBe(sign);
  });
});

describe('problems', () => {
  it('all have an HTTP status of a failure and a title for a person', () => {
    for (const code of problemCodes) {
      expect(problemKinds[code].status).toBeGreaterThanOrEqual(400);
      expect(problemKinds[code].title).toMatch(/^[A-Z].+[^.]$/);
    }
  });
});
