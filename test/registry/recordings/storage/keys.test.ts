import { newId } from '@gantry/protocol/ids.js';
import {
  decodeSegmentKey,
  encodeSegmentKey,
  isStorageKey,
} from '@gantry/registry/recordings/storage/keys.js';
import fc from 'fast-check';
import { expect, it } from 'vitest';

const fill = (value: number) => (bytes: Uint8Array) => bytes.fill(value);

it('a key says which attempt at which segment it is, and back', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) }),
      fc.integer({ min: 0, max: 255 }),
      fc.stringMatching(/^[0-9a-f]{16}$/),
      (timeMs, value, attempt) => {
        const key = {
          cameraId: newId('camera', timeMs, fill(value)),
          segmentId: newId('segment', timeMs, fill(value)),
          attempt,
        };
        const text = encodeSegmentKey(key);
        expect(decodeSegmentKey(text)).toEqual(key);
        expect(isStorageKey(text)).toBe(true);
      },
    ),
  );
});

it('no other text is a key', () => {
  const good = encodeSegmentKey({
    cameraId: newId('camera', 0, fill(1)),
    segmentId: newId('segment', 0, fill(2)),
    attempt: '0123456789abcdef',
  });
  for (const text of ['', 'segments', good.slice(1), `${good}x`, good.replace('1970-01-01', '1970-01-02')]) {
    expect(decodeSegmentKey(text)).toBeNull();
  }
});
