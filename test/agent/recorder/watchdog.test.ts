import { judge, type Vitals } from '@gantry/agent/recorder/watchdog.js';
import { describe, expect, it } from 'vitest';

const vitals = (given: Partial<Vitals>): Vitals => ({
  nowMs: 60_000,
  firstByteMs: 500,
  lastByteMs: given.nowMs ?? 60_000,
  firstMediaMs: 2_000,
  lastSegmentMs: 50_000,
  segmentSeconds: 30,
  ...given,
});
const nothingYet = { firstByteMs: null, lastByteMs: null, firstMediaMs: null, lastSegmentMs: null };

describe('the watchdog', () => {
  it.each<[string, Partial<Vitals>, string]>([
    ['a camera that still connects', { ...nothingYet, nowMs: 9_999 }, 'alive'],
    ['a camera that does not connect within 10 s', { ...nothingYet, nowMs: 10_000 }, 'camera_unreachable'],
    ['a stream that flows', {}, 'alive'],
    ['no byte for just under 10 s', { lastByteMs: 50_001 }, 'alive'],
    ['no byte for 10 s', { lastByteMs: 50_000 }, 'source_silent'],
    [
      'bytes, no picture for just under 15 s',
      { nowMs: 15_499, firstMediaMs: null, lastSegmentMs: null },
      'alive',
    ],
    ['bytes, no picture for 15 s', { nowMs: 15_500, firstMediaMs: null, lastSegmentMs: null }, 'no_segment'],
    ['no segment yet within grace and 75 s', { nowMs: 119_999, lastSegmentMs: null }, 'alive'],
    ['no segment after grace and 75 s', { nowMs: 120_000, lastSegmentMs: null }, 'no_segment'],
    ['no further segment for 75 s', { nowMs: 175_000, lastSegmentMs: 100_000 }, 'no_segment'],
    [
      'long segments have twice their length and 15 s',
      { nowMs: 234_999, lastSegmentMs: 100_000, segmentSeconds: 60 },
      'alive',
    ],
    ['long segments overdue', { nowMs: 235_000, lastSegmentMs: 100_000, segmentSeconds: 60 }, 'no_segment'],
  ])('%s', (_name, given, verdict) => {
    const judgement = judge(vitals(given));
    expect(judgement.kind === 'dead' ? judgement.reason : judgement.kind).toBe(verdict);
  });
});
