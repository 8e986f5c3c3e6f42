import { randomFillSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cameraId, idTimeMs, newId, tenantId } from '@gantry/protocol/ids.js';

const random = (bytes: Uint8Array) => randomFillSync(bytes);

describe('ids', () => {
  it('are accepted by the schema of their own kind only', () => {
    const id = newId('camera', Date.now(), random);
    expect(cameraId.safeParse(id).success).toBe(true);
    expect(tenantId.safeParse(id).success).toBe(false);
  });

  it('tell when they were minted, for every millisecond a ULID can hold', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), (ms) => {
        expect(idTimeMs(newId('segment', ms, random))).toBe(ms);
      }),
    );
  });

  it('sort by time', () => {
    const earlier = newId('event', 1_000, () => new Uint8Array(10).fill(255));
    const later = newId('event', 1_001, () => new Uint8Array(10));
    expect(earlier < later).toBe(true);
  });

  it('spread all 80 random bits', () => {
    expect(newId('camera', 0, () => new Uint8Array(10).fill(255))).toBe(`cam_0000000000${'Z'.repeat(16)}`);
    expect(newId('camera', 0, () => new Uint8Array(10))).toBe(`cam_${'0'.repeat(26)}`);
  });
});
