import { FrameGuard } from '@gantry/registry/broker/frame-guard.js';
import { RateGuard } from '@gantry/registry/broker/rate-guard.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const limits = { connectBytes: 200, packetBytes: 20_000 };

/** An MQTT packet of a type with a body of so many zeros. */
function packet(type: number, bodyBytes: number): Buffer {
  const length: number[] = [];
  let rest = bodyBytes;
  do {
    length.push((rest % 128) | (rest >= 128 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.concat([Buffer.from([type << 4, ...length]), Buffer.alloc(bodyBytes)]);
}

describe('the guard of packet sizes', () => {
  it('lets packets within the limits through, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 200 }),
        fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 5 }),
        fc.integer({ min: 1, max: 5_000 }),
        (connect, bodies, cut) => {
          const guard = new FrameGuard(limits);
          const bytes = Buffer.concat([packet(1, connect), ...bodies.map((body) => packet(3, body))]);
          for (let at = 0; at < bytes.length; at += cut) {
            expect(guard.take(bytes.subarray(at, at + cut))).toBeNull();
          }
        },
      ),
    );
  });

  it('refuses a large CONNECT by its announced length, before its body is collected', () => {
    expect(new FrameGuard(limits).take(packet(1, 201).subarray(0, 3))).toMatch(/more than 200/);
  });

  it('refuses a large packet after the CONNECT', () => {
    const guard = new FrameGuard(limits);
    expect(guard.take(packet(1, 10))).toBeNull();
    expect(guard.take(packet(3, 20_001).subarray(0, 4))).toMatch(/more than 20000/);
  });

  it('refuses a length that never ends', () => {
    const guard = new FrameGuard({ connectBytes: 2 ** 30, packetBytes: 2 ** 30 });
    expect(guard.take(Buffer.from([0x10, 0x80, 0x80, 0x80, 0x80, 0x80]))).toMatch(/four bytes/);
  });

  it('wants a CONNECT first [MQTT-3.1.0-1]', () => {
    expect(new FrameGuard(limits).take(packet(12, 0))).toMatch(/not a CONNECT/);
  });
});

describe('the guard of rates', () => {
  it('lets a burst through and then the steady rate', () => {
    const guard = new RateGuard({ burst: 3, perSecond: 1 });
    const taken = [0, 0, 0, 0, 500, 1_000, 1_001].map((atMs) => guard.take('a', atMs));
    expect(taken).toEqual([true, true, true, false, false, true, false]);
    expect(guard.take('b', 1_001)).toBe(true);
  });

  it('remembers a bounded number of keys', () => {
    const guard = new RateGuard({ burst: 1, perSecond: 0.001 }, 2);
    expect(['a', 'b', 'c', 'a'].map((key) => guard.take(key, 0))).toEqual([true, true, true, true]);
    expect(guard.take('c', 0)).toBe(false);
  });
});
