import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodePayload,
  encodePayload,
  heartbeat,
  maxPayloadBytes,
  splitIntoParts,
  uplinkMessages,
  type Heartbeat,
} from '@gantry/protocol/messages.js';

const beat: Heartbeat = {
  session: 'session-1',
  sentAtMs: 1,
  accepted: { epoch: 1, generation: 2 },
  applied: { epoch: 1, generation: 1 },
  inventoryHash: null,
  spool: { segments: 0, sizeBytes: 0, oldestAtMs: null },
};

describe('payloads', () => {
  it('arrive as they were sent', () => {
    expect(decodePayload(heartbeat, encodePayload(beat))).toEqual({ ok: true, message: beat });
  });

  it.each([
    ['nothing', new Uint8Array(), 'payload is not JSON in UTF-8'],
    ['cut off JSON', new TextEncoder().encode('{"session":'), 'payload is not JSON in UTF-8'],
    ['bytes that are no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'payload is not JSON in UTF-8'],
    ['a message of another kind', encodePayload({ session: 'session-1', reason: 'lost' }), 'sentAtMs'],
    ['an unknown field', encodePayload({ ...beat, record: true }), 'record'],
    ['too many bytes', new Uint8Array(maxPayloadBytes + 1), `is over ${maxPayloadBytes}`],
  ])('of %s are refused with the reason', (_, payload, why) => {
    const decoded = decodePayload(heartbeat, payload);
    expect(decoded.ok).toBe(false);
    expect(decoded.ok ? '' : decoded.why).toContain(why);
  });

  it('never throw when they are read, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom(...Object.values(uplinkMessages)),
        (bytes, schema) => {
          expect(decodePayload<unknown>(schema, bytes)).toHaveProperty('ok');
        },
      ),
    );
  });

  it('that are too large are never sent', () => {
    expect(() => encodePayload('x'.repeat(maxPayloadBytes))).toThrow(RangeError);
  });
});

describe('splitting a list into parts', () => {
  it('keeps every item once, in order, each part under the budget', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 200 }), { maxLength: 300 }), (items) => {
        const parts = splitIntoParts(items, 1_000);
        expect(parts.flat()).toEqual(items);
        for (const part of parts) {
          const sizeBytes = new TextEncoder().encode(JSON.stringify(part)).byteLength;
          expect(part.length === 1 || sizeBytes <= 1_002).toBe(true);
        }
      }),
    );
  });

  it('makes one empty part of nothing, so that an empty inventory is still sent', () => {
    expect(splitIntoParts([])).toEqual([[]]);
  });
});
