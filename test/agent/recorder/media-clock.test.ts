import { MediaClock } from '@gantry/agent/recorder/media-clock.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const now = { wallMs: 1_800_000_000_000, monotonicMs: 100_000 };
const seconds = (value: number): number => Math.round(value * 1e6);

describe('the media clock', () => {
  it('anchors a session at its least delayed observation', () => {
    const media = new MediaClock();
    media.observe(90_400, seconds(1));
    media.observe(91_200, seconds(2));
    // The list line comes 1.5 s late.
    const placed = media.place({ sequence: 0, startUs: 0, endUs: seconds(4) }, 94_700, now);
    expect(placed).toMatchObject({
      startedAtMs: now.wallMs - (100_000 - 89_200),
      durationMs: 4_000,
      mediaOffsetUs: 0,
    });
    expect(Math.round(placed.driftMs)).toBe(1_500);
  });

  it('keeps the anchor when the wall clock is set', () => {
    const media = new MediaClock();
    const first = media.place({ sequence: 0, startUs: 0, endUs: seconds(4) }, 94_000, now);
    const later = { wallMs: now.wallMs + 3_600_000, monotonicMs: now.monotonicMs + 4_000 };
    const second = media.place({ sequence: 1, startUs: seconds(4), endUs: seconds(8) }, 98_000, later);
    expect(second.startedAtMs).toBe(first.startedAtMs + first.durationMs);
    expect(media.nowMs(later)).toBe(now.wallMs + 4_000);
  });

  it('tells how far media and clock drifted apart', () => {
    const media = new MediaClock();
    media.place({ sequence: 0, startUs: 0, endUs: seconds(4) }, 94_000, now);
    expect(
      Math.round(media.place({ sequence: 1, startUs: seconds(4), endUs: seconds(8) }, 104_000, now).driftMs),
    ).toBe(6_000);
    expect(
      Math.round(media.place({ sequence: 2, startUs: seconds(8), endUs: seconds(22) }, 106_000, now).driftMs),
    ).toBe(-6_000);
  });

  it('says so when footage is missing between two segments', () => {
    const media = new MediaClock();
    const first = media.place({ sequence: 0, startUs: 0, endUs: seconds(4) }, 94_000, now);
    const second = media.place({ sequence: 1, startUs: seconds(7), endUs: seconds(9) }, 99_000, now);
    expect(second.startedAtMs - first.startedAtMs).toBe(7_000);
  });

  it('makes every session contiguous to the millisecond, however ffmpeg rounds', () => {
    const lengths = fc.array(
      fc.record({ us: fc.integer({ min: 40_000, max: 9e6 }), slipUs: fc.integer({ min: -900, max: 900 }) }),
      {
        minLength: 2,
        maxLength: 40,
      },
    );
    fc.assert(
      fc.property(lengths, fc.integer({ max: 3_000, min: 0 }), (segments, delayMs) => {
        const media = new MediaClock();
        let endUs = 0;
        let previousEndMs: number | null = null;
        let isContiguous = true;
        for (const [sequence, { us, slipUs }] of segments.entries()) {
          const startUs = Math.max(0, endUs + slipUs);
          endUs = startUs + us;
          const placed = media.place({ sequence, startUs, endUs }, 50_000 + endUs / 1_000 + delayMs, now);
          isContiguous &&= previousEndMs === null || placed.startedAtMs === previousEndMs;
          previousEndMs = placed.startedAtMs + placed.durationMs;
        }
        expect(isContiguous).toBe(true);
      }),
    );
  });
});
